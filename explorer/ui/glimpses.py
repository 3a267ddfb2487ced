"""The home page's pictures: one small real one a lesson, and a training that is played back."""

from __future__ import annotations

from functools import lru_cache
from html import escape

import streamlit as st

from explorer.charts import palette
from explorer.charts.glimpses import GAP, drawn, film_strip
from explorer.lessons.course import COURSE, Lesson
from explorer.lessons.glimpses import (
    WAY,
    Falling,
    Film,
    Glimpse,
    Inked,
    Leap,
    Maps,
    Sayings,
    Waist,
    glimpse,
    training_film,
)
from explorer.ui.language import say

_GLIMPSE_STYLE = """<style>
.glimpse{margin:0}.glimpse img{display:block;width:100%;max-width:26rem}
.glimpse .ink{image-rendering:pixelated}
.glimpse figcaption{font-size:.875rem;line-height:1.35;opacity:.8;margin-top:.35rem;
word-break:keep-all}
.glimpse p{margin:0 0 .3rem;line-height:1.35}
</style>"""
# The reel shows its last frame; once, and again when asked, it is played from its first one.
_FILM_STYLE = f"""<style>
.film{{max-width:30rem;font-size:1rem;line-height:1.4;word-break:keep-all}}
.film p{{margin:0;display:flex;gap:.1rem .8rem;justify-content:space-between;flex-wrap:wrap}}
.film>img,.film .reel img{{display:block;width:100%;image-rendering:pixelated}}
.film>img,.film .reel{{margin:.25rem 0}}
.film .waist{{position:relative;height:5.5rem}}
.film .waist i{{position:absolute;inset:0;
background:linear-gradient({palette.ENCODER} 46%,{palette.DECODER} 54%);
clip-path:polygon(0 0,100% 0,56% 50%,100% 100%,0 100%,44% 50%)}}
.film .waist b{{position:absolute;inset:0;margin:auto;width:max-content;height:max-content;
background:#fff;color:#006b4e;border:3px solid {palette.CODE};border-radius:2rem;
padding:.1rem .9rem}}
.film .reel{{overflow:hidden;aspect-ratio:var(--frame)}}
.film .count{{display:inline-block;overflow:hidden;height:1.4em;vertical-align:bottom;
text-align:right;font-variant-numeric:tabular-nums}}
.film .count b{{display:block}}
.film .reel img{{transform:translateY(var(--last-frame))}}
.film .count b{{transform:translateY(var(--last-count))}}
.film .reel img,.film .count b{{animation:film 6s steps(var(--moves))}}
.film:has(:checked) :is(.reel img,.count b){{animation-name:film-again}}
@keyframes film{{from{{transform:none}}}}@keyframes film-again{{from{{transform:none}}}}
.film label{{display:inline-block;cursor:pointer;border:1.5px solid currentColor;
border-radius:.5rem;padding:.25rem .8rem;margin-top:.3rem;font-weight:600}}
.film label:has(:focus-visible){{outline:3px solid {palette.ENCODER};outline-offset:2px}}
.film input{{position:absolute;opacity:0;width:1px;height:1px;margin:0}}
@media(prefers-reduced-motion:reduce){{.film .reel img,.film .count b{{animation:none!important}}
.film label{{display:none}}}}
</style>"""


def lesson_glimpse(lesson: Lesson) -> None:
    """The lesson's picture and what it shows; nothing where its checkpoint cannot be read."""
    found = glimpse(lesson.slug)
    if found is None:
        return
    caption = say()(f"story.glimpse.{lesson.stem}", **_values(found))
    if isinstance(found, Sayings):
        body = "".join(
            f"<p><bdi>{escape(source)}</bdi> → <b><bdi>{escape(answer)}</bdi></b></p>"
            for source, answer in found.pairs
        )
    else:
        kind = ' class="ink"' if isinstance(found, Inked) else ""
        body = f'<img{kind} src="{_picture(found)}" alt="{escape(caption)}">'
    figure = f"<figure class='glimpse'>{body}<figcaption>{escape(caption)}</figcaption></figure>"
    st.html(_GLIMPSE_STYLE + figure)


@lru_cache(maxsize=32)
def _picture(found: Glimpse) -> str:
    """Drawn once: a glimpse is the same one whenever it is asked for."""
    return drawn(found)


@lru_cache(maxsize=1)
def _reel(shown: Film) -> str:
    return film_strip(shown)


def prepare_glimpses() -> None:
    """Finds and draws all of them, so that the first visitor of a server need not wait for it."""
    for lesson in COURSE:
        found = glimpse(lesson.slug)
        if found is not None and not isinstance(found, Sayings):
            _picture(found)
    if (shown := training_film()) is not None:
        _reel(shown)


def _values(found: Glimpse) -> dict[str, object]:
    """The numbers that its caption names."""
    match found:
        case Leap(start, target, landing):
            return {"start": f"{start:g}", "target": f"{target:g}", "landing": f"{landing:g}"}
        case Waist(widths):
            return {"pixels": widths[0], "code": min(widths)}
        case Maps():
            return {"count": len(found.points[0]) // (2 if found.languages else 1)}
        case Falling(shares):
            return {"length": len(shares)}
    return {"way": "\N{NO-BREAK SPACE}→\N{NO-BREAK SPACE}".join(WAY)}


def film() -> None:
    """Ten digits, the few numbers that pass, and what comes out of them as the net learns."""
    shown = training_film()
    if shown is None:
        return
    text = say()
    count = len(shown.steps)
    height, width = shown.originals.height + GAP, shown.originals.width + GAP
    pictures = len(shown.originals.rows[0])
    numbers = {
        "frame": f"{pictures * width - GAP}/{height - GAP}",
        "last-frame": f"{-100 * (count - 1) * height / (count * height - GAP):.4f}%",
        "last-count": f"{-100 * (count - 1) / count:.4f}%",
        "moves": count - 1,
    }
    own = ";".join(f"--{name}:{value}" for name, value in numbers.items())
    words = {"pixels": shown.pixels, "code": shown.latent_dim, "last": f"{shown.steps[-1]:,}"}
    say_here = {key: escape(text(f"home.film.{key}", **words)) for key in _FILM_WORDS}
    steps = "<br>".join(f"{step:,}" for step in shown.steps)
    st.html(
        f"{_FILM_STYLE}<style>.film{{{own}}}</style><div class='film'>"
        f"<p><span>{say_here['shown']}</span></p>"
        f"<img src='{_picture(shown.originals)}' alt='{say_here['shown_alt']}'>"
        f"<div class='waist'><i></i><b>{say_here['waist']}</b></div>"
        f"<div class='reel'><img src='{_reel(shown)}' alt='{say_here['rebuilt_alt']}'></div>"
        f"<p><span>{say_here['rebuilt']}</span><span aria-hidden='true'>{say_here['step']} "
        f"<span class='count'><b>{steps}</b></span></span></p>"
        f"<label><input type='checkbox'>↻ {say_here['again']}</label></div>"
    )


_FILM_WORDS = ("shown", "shown_alt", "waist", "rebuilt", "rebuilt_alt", "step", "again")
