"""A sentence of the reader's: where each word of its answer looks, and what becomes of the answer
when a look is turned to another word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from explorer.analysis.looking_back import Answer, Turned, answer
from explorer.data.token_tasks import WORDS, parse_sentence, vocabulary
from explorer.data.vocabulary import EOS
from explorer.errors import DataError
from explorer.lessons.attention import BEYOND, drawn_sentence, nets_of, right_answer
from explorer.models.seq2seq import Seq2Seq
from explorer.specs import AttentionSpec
from explorer.ui.attention import net_words
from explorer.ui.attention_map import MapLabels, attention_map
from explorer.ui.essay import Essay
from explorer.ui.language import said
from explorer.ui.session import memory
from explorer.ui.stage import Moment

Sentence = tuple[int, ...]

SPARE = 4  # so many words more than it should say a net may go on

# A mistake is told by its colour, by its line and to screen readers by its tag.
_STYLE = """<style>
.answers{overflow-x:auto;padding-bottom:.3rem}
.answers .row{display:flex;gap:.2rem;padding:.22rem 0;
border-top:1px solid color-mix(in srgb,currentColor 20%,transparent)}
.answers .row>*{flex:0 1 3.4rem;min-width:2.5rem;text-align:center;border-radius:4px;
white-space:nowrap;font-weight:500}
.answers .row .who{flex:0 0 8.5rem;text-align:left;opacity:.8;white-space:normal}
.answers del{color:#D55E00;text-decoration:line-through 2px}
.answers mark{background:color-mix(in srgb,#B87800 35%,transparent);color:inherit;font-weight:600}
</style>"""


def own_sentence(essay: Essay, moment: Moment[AttentionSpec]) -> None:
    """The sentence, the map of looks, what turns them, and the answers beside each other."""
    st.subheader(essay.text("own.title"), anchor="look")
    sentence = _asked(essay, moment.spec)
    if sentence is None:
        return
    nets = nets_of(moment.spec, moment.snapshot)
    if nets is None:
        st.info(essay.text("weights_gone"))
        return
    most = len(sentence) + SPARE
    plain, blind = (answer(nets[net], sentence, most) for net in ("with", "without"))
    looks = _looks_of(essay, moment.spec, sentence)
    now = _turned_answer(essay, nets["with"], sentence, plain, looks)
    answers = {"without": blind, "with": plain}
    if looks:
        answers["turned"] = now
    _compared(essay, moment.spec, sentence, answers)


def _asked(essay: Essay, spec: AttentionSpec) -> Sentence | None:
    """What the reader typed, or what was drawn for them; None after a sentence on what is wrong."""
    language, notes = essay.say.language, memory().lesson(essay.slug).notes
    draw = notes.get("draw", 0)
    begun = " ".join(vocabulary(language).words(drawn_sentence(spec, draw)))
    field, button = st.columns([5, 1], vertical_alignment="bottom")
    typed = field.text_input(
        essay.text("own.label"),
        begun,
        max_chars=400,
        key=f"looks.own.{language}.{spec.task}.{spec.max_length}.{draw}",
        help=essay.text("own.help", words=", ".join(WORDS[language])),
    )
    button.button(
        essay.text("own.draw"),
        key="looks.draw",
        on_click=lambda: notes.update(draw=draw + 1),
        icon="🎲",
        width="stretch",
    )
    try:
        sentence = parse_sentence(typed, language, most=spec.max_length + BEYOND)
    except DataError as error:
        st.warning(said(error))
        return None
    if len(sentence) > spec.max_length:
        st.caption(essay.text("own.too_long", length=spec.max_length))
    return tuple(sentence)


# Looks that are turned ----------------------------------------------------------------------------


def _looks_of(essay: Essay, spec: AttentionSpec, sentence: Sentence) -> dict[int, int]:
    """Which looks the reader has turned while this sentence is said: answer's place → source's.

    With another sentence, other settings or another training all look where they want again.
    """
    lesson = memory().lesson(essay.slug)
    of = (sentence, spec, lesson.handle)
    if lesson.notes.get("turned_of") != of:
        lesson.notes.update(turned_of=of, turned={})
    looks: dict[int, int] = lesson.notes["turned"]
    return looks


def _turned_answer(
    essay: Essay, model: Seq2Seq, sentence: Sentence, plain: Answer, looks: dict[int, int]
) -> Answer:
    """The map with all that turns a look; returns what the net says with the looks as they are."""

    def turn(row: int, column: int) -> None:
        """The same cell once more lets the look go where it wants."""
        if looks.get(row) == column:
            del looks[row]
        else:
            looks[row] = column

    above, below = st.container(), st.container()
    with below:
        weight = _controls(essay, sentence, plain, looks)
    turned = {row: Turned(column, weight) for row, column in looks.items()}
    now = answer(model, sentence, len(sentence) + SPARE, turned)
    with above:
        st.caption(essay.text("own.hint"))
        _map(essay, sentence, plain, now, looks, turn)
    with below:
        _what_changed(essay, plain, now, looks)
    return now


def _map(
    essay: Essay,
    sentence: Sentence,
    plain: Answer,
    now: Answer,
    looks: dict[int, int],
    turn: Callable[[int, int], None],
) -> None:
    assert now.looks is not None, "this net has attention"
    labels = MapLabels(
        map=essay.text("own.map_alt"),
        corner=essay.text("own.corner"),
        turned=essay.text("own.turned"),
    )
    attention_map(
        now.looks,
        asked=vocabulary(essay.say.language).words(sentence),
        said=_words(essay, now.tokens),
        turned={row: column for row, column in looks.items() if row < len(now.tokens)},
        changed=[plain.tokens[row : row + 1] != (token,) for row, token in enumerate(now.tokens)],
        labels=labels,
        on_turn=turn,
        key="looks.map",
    )


def _controls(essay: Essay, sentence: Sentence, plain: Answer, looks: dict[int, int]) -> float:
    """The same without a mouse, how far a look is turned (0 … 1), and the way back."""
    asked = vocabulary(essay.say.language).words(sentence)
    spoken = _words(essay, plain.tokens)
    # Other words or another language are other widgets: the browser keeps the words of its options.
    key = f"{essay.say.language}.{sentence}.{plain.tokens}"
    with st.grid(5, min_column_width=150, vertical_alignment="bottom"):
        row = st.selectbox(
            essay.text("own.row"),
            range(len(spoken)),
            format_func=lambda place: f"{place + 1}. {spoken[place]}",
            key=f"looks.row.{key}",
        )
        column = st.selectbox(
            essay.text("own.column"),
            range(len(asked)),
            format_func=lambda place: f"{place + 1}. {asked[place]}",
            key=f"looks.column.{key}",
        )
        st.button(
            essay.text("own.turn"),
            key="looks.turn",
            on_click=lambda: looks.update({row: column}),
            icon="👁️",
            width="stretch",
        )
        percent = st.slider(
            essay.text("own.weight"),
            0,
            100,
            100,
            step=5,
            format="%d %%",
            key="looks.weight",
            help=essay.text("own.weight_help"),
        )
        st.button(
            essay.text("own.reset"),
            key="looks.reset",
            on_click=looks.clear,
            disabled=not looks,
            icon="↩️",
            width="stretch",
        )
    return percent / 100


def _what_changed(essay: Essay, plain: Answer, now: Answer, looks: dict[int, int]) -> None:
    if not looks:
        return
    pairs = zip(plain.tokens, now.tokens, strict=False)
    others = sum(before != after for before, after in pairs)
    others += abs(len(plain.tokens) - len(now.tokens))
    key = "own.changed" if others else "own.unchanged"
    first = min(looks)
    st.markdown(essay.text(key, looks=len(looks), place=first + 1, words=others))


# Answers beside each other ------------------------------------------------------------------------


def _words(essay: Essay, tokens: Sequence[int]) -> list[str]:
    """The words that are said, and a word for their end."""
    tokens_of = vocabulary(essay.say.language).tokens
    return [essay.text("own.end") if token == EOS else tokens_of[token] for token in tokens]


def _compared(
    essay: Essay, spec: AttentionSpec, sentence: Sentence, answers: dict[str, Answer]
) -> None:
    """What should be said, and below it what is: mistakes struck out, turned words marked."""
    truth = right_answer(spec, sentence)
    names = {**net_words(essay), "turned": essay.text("own.with_turned")}
    rows = [_row(essay.text("own.truth"), [("b", word) for word in _words(essay, truth)])]
    for name, given in answers.items():
        before = answers["with"].words
        tags = [
            (_tag(given.words, place, truth, before if name == "turned" else given.words), word)
            for place, word in enumerate(_words(essay, given.words))
        ]
        rows.append(_row(names[name], tags))
    st.html(f'{_STYLE}<div class="answers">{"".join(rows)}</div>')
    right = {
        name: sum(one == other for one, other in zip(given.words, truth, strict=False))
        for name, given in answers.items()
        if name != "turned"
    }
    of = len(truth)
    st.caption(essay.text("own.score", of=of, **{f"{net}_right": n for net, n in right.items()}))


def _tag(words: Sequence[int], place: int, truth: Sequence[int], before: Sequence[int]) -> str:
    if tuple(before[place : place + 1]) != (words[place],):
        return "mark"
    return "b" if tuple(truth[place : place + 1]) == (words[place],) else "del"


def _row(who: str, words: Sequence[tuple[str, str]]) -> str:
    cells = "".join(f"<{tag}>{escape(word)}</{tag}>" for tag, word in words)
    return f'<div class="row"><span class="who">{escape(who)}</span>{cells}</div>'
