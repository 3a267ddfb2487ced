"""The reader's own sentence: its words fade as more are typed, and one of them is exchanged."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import takewhile

import streamlit as st

from explorer.analysis.forgetting import changed_words
from explorer.data.token_tasks import WORDS, vocabulary
from explorer.data.vocabulary import EOS
from explorer.lessons.forgetting_reading import (
    Fading,
    OneSwap,
    answer_to,
    fading,
    one_swap,
)
from explorer.specs import ForgettingSpec
from explorer.ui.essay import Essay
from explorer.ui.forgetting_line import typed_line
from explorer.ui.stage import Moment

FAINTEST = 0.12  # what cannot be read any more is still there to be pointed at
ROW_SECONDS = 0.12  # from one row of the triangle to the next
MOST_CELLS = 256  # numbers of a vector that a strip shows

_STYLE = """<style>
.fading{overflow-x:auto;padding-bottom:.3rem;direction:rtl;container-type:inline-size}
.fading .rows{direction:ltr;width:max-content;min-width:min(100%,1.8rem + 4.5rem*var(--words));
margin-right:auto}
.fading .line{display:grid;align-items:baseline;line-height:1.35;
grid-template-columns:1.8rem repeat(var(--words),minmax(2.75rem,1fr))}
.fading .new{animation:typed .3s both;animation-delay:var(--after)}
.fading .line>span{text-align:center}
.fading .line .count{text-align:right;padding-right:.4rem;opacity:.55;
font-variant-numeric:tabular-nums}
.fading .last{font-size:1.15rem;font-weight:600;
border-top:1px solid color-mix(in srgb,currentColor 25%,transparent);padding-top:.2rem}
.fading .numbers{font-size:.85rem;font-variant-numeric:tabular-nums}
.fading del{color:#D55E00;text-decoration-thickness:2px}
@container(max-width:46rem){.fading .rows{width:auto;min-width:0;
max-width:calc(1.8rem + 4.5rem*min(8,var(--words)))}
.fading .line{grid-template-columns:1.8rem repeat(8,minmax(0,1fr))}
.fading .line>span:nth-child(8n+2){grid-column:2}
.fading .last,.fading .numbers{row-gap:.15rem}}
@keyframes typed{from{visibility:hidden;transform:translateY(-4px)}to{visibility:visible}}
.swap .strip{position:relative;height:26px;border-radius:4px;margin:.15rem 0 .5rem;
border:1px solid color-mix(in srgb,currentColor 25%,transparent)}
.swap .strip i{position:absolute;inset:0;border-radius:3px}
.swap .turning{animation:turn 4s ease-in-out infinite alternate}
@keyframes turn{0%,20%{opacity:0}80%,100%{opacity:1}}
.swap .words{display:flex;flex-wrap:wrap;gap:.1rem .5rem;line-height:1.6;margin:.1rem 0 .4rem}
.swap .who{flex:0 0 100%;font-size:.9rem;opacity:.75}
.swap mark{background:color-mix(in srgb,#B87800 35%,transparent);color:inherit;
border-radius:4px;padding:0 .25rem;font-weight:600}
.swap del{color:#D55E00;text-decoration-thickness:2px}
@media(prefers-reduced-motion:reduce){.fading .new,.swap .turning{animation:none}}
</style>"""


def own_sentence(essay: Essay, moment: Moment[ForgettingSpec]) -> None:
    """A line to type on, and what the net of this moment keeps of it."""
    spec = moment.spec
    st.markdown(f"**{essay.text('own')}**")
    line = typed_line(essay, spec)
    sentence = line.words
    rows = [] if moment.live else fading(spec, moment.snapshot, sentence)
    if not rows:
        st.info(essay.text("weights_later" if moment.live else "weights_gone"))
        return
    _triangle(essay, sentence, rows, line.news(sentence))
    if len(sentence) > spec.max_length:
        st.caption(essay.text("own_too_long", length=spec.max_length))
    _swap(essay, moment, sentence)


# Word by word -------------------------------------------------------------------------------------


def _triangle(essay: Essay, sentence: Sequence[int], rows: Sequence[Fading], known: int) -> None:
    """A row for each word typed: how well each word so far can still be read out of the vector.

    On a narrow page they break after eight words. Where they are too wide all the same they are
    scrolled to their end, for a box that is written from right to left begins there.
    The rows after the first `known` are new and come one after the other.
    """
    words = vocabulary(essay.say.language).words(sentence)
    lines = "".join(
        fading_line(essay, words, row, known=known, last=row is rows[-1]) for row in rows
    )
    read = vocabulary(essay.say.language).words(rows[-1].read)
    cells = [
        escape(said_word) if said_word == word else f"<del>{escape(said_word)}</del>"
        for said_word, word in zip(read, words, strict=True)
    ]
    numbers = [f"{100 * share:.0f}%" for share in rows[-1].shares]
    st.html(
        f'{_STYLE}<div class="fading" style="--words:{len(rows)}"><div class="rows">{lines}'
        f"{_plain('%', numbers)}{_plain('🔎', cells)}</div></div>"
    )
    right = sum(one == other for one, other in zip(rows[-1].read, sentence, strict=True))
    st.caption(essay.text("fading_hint", right=right, of=len(sentence)))


def fading_line(essay: Essay, words: Sequence[str], row: Fading, *, known: int, last: bool) -> str:
    """The words typed so far, each as opaque as it can be read."""
    count = len(row.shares)
    cells = "".join(
        f'<span style="opacity:{max(FAINTEST, share):.2f}" title="{escape(title)}">'
        f"{escape(word)}</span>"
        for word, share in zip(words, row.shares, strict=False)
        for title in [essay.text("faded", word=word, count=count, share=f"{100 * share:.0f}")]
    )
    kind = f"line{' last' if last else ''}{' new' if count > known else ''}"
    delay = f"--after:{max(0, count - known - 1) * ROW_SECONDS:.2f}s"
    return f'<div class="{kind}" style="{delay}"><b class="count">{count}</b>{cells}</div>'


def _plain(head: str, cells: Sequence[str]) -> str:
    """A row of numbers or words below the last of the triangle's."""
    spans = "".join(f"<span>{cell}</span>" for cell in cells)
    return f'<div class="line numbers"><b class="count">{head}</b>{spans}</div>'


# One word exchanged -------------------------------------------------------------------------------


def _swap(essay: Essay, moment: Moment[ForgettingSpec], sentence: Sequence[int]) -> None:
    """Pick a place and another word; the vector and the answer, before and after."""
    language, spec = essay.say.language, moment.spec
    names = vocabulary(language).tokens
    st.markdown(f"**{essay.text('swap')}**")
    key = f"forgetting.swap.{language}.{'.'.join(map(str, sentence))}"
    left, right = st.columns(2)
    place = left.selectbox(
        essay.text("swap_place"),
        range(len(sentence)),
        format_func=lambda index: f"{index + 1}. {names[sentence[index]]}",
        key=f"{key}.place",
    )
    others = [
        number for number in vocabulary(language).ids(WORDS[language]) if number != sentence[place]
    ]
    word = right.selectbox(
        essay.text("swap_word"),
        others,
        format_func=lambda number: names[number],
        key=f"{key}.word.{place}",
    )
    found = one_swap(spec, moment.snapshot, sentence, place, word)
    if found is not None:
        _swapped(essay, spec, sentence, place, word, found)


def _swapped(
    essay: Essay,
    spec: ForgettingSpec,
    sentence: Sequence[int],
    place: int,
    word: int,
    found: OneSwap,
) -> None:
    """The vector as strips, one turning into the other, and what is said to each."""
    both = found.swapped
    right, right_after = (
        answer_to(spec, asked)
        for asked in (sentence, [*sentence[:place], word, *sentence[place + 1 :]])
    )
    said_before, said_after = (_spoken(answer) for answer in (both.said_before, both.said_after))
    changes = changed_words(said_before, said_after)
    names = vocabulary(essay.say.language).tokens
    answers = "".join(
        answer_row(essay.text(name), [names[number] for number in numbers], marked, wrong)
        for name, numbers, marked, wrong in (
            ("said_before", said_before, [], changed_words(right, said_before)),
            ("said_after", said_after, changes, changed_words(right_after, said_after)),
        )
    )
    st.html(f'{_STYLE}<div class="swap">{_bands(essay, found)}{answers}</div>')
    st.markdown(
        essay.text(
            "swap_notice",
            distance=f"{both.distance:.2f}",
            share=f"{100 * found.distance:.0f}",
            changed=len(changes),
            wanted=len(changed_words(right, right_after)),
        )
    )


def _bands(essay: Essay, found: OneSwap) -> str:
    """Three strips: before, after, and one that turns from the first into the second."""
    vectors = [vector.tolist() for vector in (found.swapped.before, found.swapped.after)]
    most = max(1.0, *(abs(number) for vector in vectors for number in vector))
    before, after = (strip(vector, most=most) for vector in vectors)
    layers = {
        "strip_before": f'<i style="{before}"></i>',
        "strip_after": f'<i style="{after}"></i>',
        "strip_turning": f'<i style="{before}"></i><i class="turning" style="{after}"></i>',
    }
    return "".join(
        f'<div class="who">{escape(essay.text(name))}</div>'
        f'<div class="strip" role="img" aria-label="{escape(essay.text(name))}">{layer}</div>'
        for name, layer in layers.items()
    )


def _spoken(tokens: Sequence[int]) -> list[int]:
    return list(takewhile(lambda token: token != EOS, tokens))


def answer_row(who: str, words: Sequence[str], marked: Sequence[int], wrong: Sequence[int]) -> str:
    """The words of an answer: those at `marked` places stand out, those at `wrong` are struck."""
    spans = []
    for place, word in enumerate(words):
        text = f"<del>{escape(word)}</del>" if place in wrong else f"<span>{escape(word)}</span>"
        spans.append(f"<mark>{text}</mark>" if place in marked else text)
    return f'<div class="words"><span class="who">{escape(who)}</span>{"".join(spans)}</div>'


def strip(numbers: Sequence[float], *, most: float = 1.0) -> str:
    """A background with a band for each number: orange above zero, blue below, paler near it.

    ±`most` has the full colour.
    """
    shown = numbers[:MOST_CELLS]
    width = 100 / len(shown)
    stops = ",".join(
        f"{_shade(number / most)} {index * width:.3f}% {(index + 1) * width:.3f}%"
        for index, number in enumerate(shown)
    )
    return f"background:linear-gradient(90deg,{stops})"


def _shade(number: float) -> str:
    """#0072B2 at −1, white at 0, #D55E00 at 1."""
    end = (213, 94, 0) if number > 0 else (0, 114, 178)
    share = min(1.0, abs(number))
    red, green, blue = (round(255 + (part - 255) * share) for part in end)
    return f"rgb({red} {green} {blue})"
