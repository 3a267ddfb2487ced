"""From widgets to a spec and back: the settings of a lesson, its memory and its URL agree."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import streamlit as st

from explorer.errors import SpecError
from explorer.specs import Spec
from explorer.ui.language import PARAMETER, said, say
from explorer.ui.session import LessonMemory, has_widget, memory

S = TypeVar("S", bound=Spec)

LEARNING_RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1)
BATCH_SIZES = (16, 32, 64, 128, 256, 512, 1024)
WEIGHT_DECAYS = (0.0, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.05, 0.1)
BETAS = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 20.0)
PULLS = (0.0, 0.1, 1.0, 3.0, 10.0, 30.0, 100.0)
PAIRED = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
CODE_NOISES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
DROPOUTS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9)
PICTURES = (20, 50, 100, 200, 500)
EDGE_RATES = (0.03, 0.05, 0.075, 0.1, 0.15, 0.2)
MORE_PICTURES = (0, 100, 200, 400, 800)
STEPS = (200, 500, 1000, 1500, 3000, 6000, 12_000, 30_000)

# Round values for numbers whose sizes matter more than their differences.
SCALES: dict[str, tuple[float, ...]] = {
    "learning_rate": LEARNING_RATES,
    "batch_size": BATCH_SIZES,
    "steps": STEPS,
    "beta": BETAS,
    "weight_decay": WEIGHT_DECAYS,
    "pull": PULLS,
    "paired": PAIRED,
    "code_noise": CODE_NOISES,
    "dropout": DROPOUTS,
    "pictures": PICTURES,
    "more_pictures": MORE_PICTURES,
    "edge_rate": EDGE_RATES,
}
# All other fields get the widget that their type suggests.
WIDGETS = {"experiment": "segments", "seed": "number"}
BELOW_A_SWITCH = 40  # pixels of a slider below its label, beside which the switch stands
UNNAMED = ("seconds", "target_mse", "pairs")  # what has no widget


@dataclass(frozen=True)
class Field:
    """One setting on the page: a field of a lesson's spec, and the widget that shows it.

    Its words are the lesson's own, `<stem>.settings.<field>.label`, `.help` and `.<choice>`, where
    the lesson has some, else those that all lessons share, `settings.<field>.…`. Numbers without a
    name of their own may be written by a pattern, `.value` with {value} in it.
    """

    spec_type: type[Spec]
    name: str

    def word(self, key: str, **values: object) -> str | None:
        stem = self.spec_type.lesson.replace("-", "_")
        text = say()
        for place in (f"{stem}.settings.{self.name}.{key}", f"settings.{self.name}.{key}"):
            if place in text:
                return text(place, **values)
        return None

    @property
    def label(self) -> str:
        word = self.word("label")
        assert word is not None, f"{self.spec_type.lesson} has no label for {self.name}"
        return word

    def named(self, option: object) -> str:
        """An option as its widget writes it, such as "off" for 0 where that is its name."""
        if isinstance(option, bool):
            return say()("common.on" if option else "common.off")
        plain = f"{option:g}" if isinstance(option, float) else str(option)
        on_a_scale = isinstance(option, int) and self._kind == "scale"
        written = f"{option:,}" if on_a_scale else plain
        return self.word(plain) or self.word("value", value=written) or written

    def words(self, options: Iterable[str]) -> dict[str, str]:
        """What each option is called, all of it said now: a widget may ask when no page runs."""
        return {option: self.named(option) for option in options}

    def draw(self, value: Any, key: str) -> Any:
        """The widget that suits the field, beginning with `value`; returns what it holds now."""
        return _WIDGETS[self._kind](self, value, key)

    @property
    def is_switch(self) -> bool:
        return self._kind == "toggle"

    @property
    def _kind(self) -> str:
        if self.name in SCALES:
            return "scale"
        if self.name in WIDGETS:
            return WIDGETS[self.name]
        if self.spec_type.choices(self.name):
            return "choice"
        default = self.spec_type.model_fields[self.name].default
        return {bool: "toggle", tuple: "text"}.get(type(default), "slider")


def _choice(field: Field, value: Any, key: str) -> Any:
    options = field.spec_type.choices(field.name)
    words = field.words(options)
    return st.selectbox(
        field.label,
        options,
        index=options.index(value),
        format_func=words.__getitem__,
        key=key,
        help=field.word("help"),
    )


def _segments(field: Field, value: Any, key: str) -> Any:
    options = field.spec_type.choices(field.name)
    words = field.words(options)
    return st.segmented_control(
        field.label,
        options,
        default=value,
        format_func=words.__getitem__,
        key=key,
        help=field.word("help"),
        required=True,
        width="stretch",
    )


def _scale(field: Field, value: Any, key: str) -> Any:
    """A slider over round values; a value from elsewhere (a URL) takes its place among them."""
    options = sorted({*SCALES[field.name], value})
    words = {number: field.named(number) for number in options}
    return st.select_slider(
        field.label,
        options,
        value=value,
        format_func=words.__getitem__,
        key=key,
        help=field.word("help"),
    )


def _slider(field: Field, value: Any, key: str) -> Any:
    low, high = field.spec_type.bounds(field.name)
    if isinstance(value, int):
        return st.slider(field.label, int(low), int(high), value, key=key, help=field.word("help"))
    return st.slider(
        field.label, float(low), float(high), value, step=0.05, key=key, help=field.word("help")
    )


def _number(field: Field, value: Any, key: str) -> Any:
    low, high = (int(bound) for bound in field.spec_type.bounds(field.name))
    return st.number_input(field.label, low, high, value, key=key, help=field.word("help"))


def _toggle(field: Field, value: Any, key: str) -> Any:
    return st.toggle(field.label, value, key=key, help=field.word("help"))


def _text(field: Field, value: Any, key: str) -> Any:
    return st.text_input(field.label, value, key=key, help=field.word("help"), max_chars=40)


_WIDGETS: dict[str, Callable[[Field, Any, str], Any]] = {
    "choice": _choice,
    "segments": _segments,
    "scale": _scale,
    "slider": _slider,
    "number": _number,
    "toggle": _toggle,
    "text": _text,
}


def settings(
    spec_type: type[S],
    main: Sequence[str],
    more: Sequence[str],
    *,
    first: Sequence[str] = (),
    idle: Callable[[Mapping[str, Any]], Container[str]] = lambda _values: (),
) -> S:
    """Draws the settings of a lesson and returns the spec that they make.

    `first` have the whole width each, `main` stand in columns, `more` behind a button. `idle`
    tells from the values of `first` which others mean nothing then and are not drawn. Whatever
    the URL or a widget holds that cannot be is said in a sentence, and the page goes on with the
    last value that could.
    """
    lesson = memory().lesson(spec_type.lesson)
    spec, complaints = _remembered(spec_type, lesson)
    # A budget without steps has no place on a scale of steps; it is said in words below.
    main = [name for name in main if getattr(spec, name) is not None]
    if not has_widget(_key(lesson, spec, (*first, *main)[0])):
        _begin_anew(lesson, spec)
    values: dict[str, Any] = {}

    def draw(names: Sequence[str]) -> None:
        for name in names:
            shown = _shown(getattr(lesson.origin, name))
            key = _key(lesson, spec, name)
            values[name] = Field(spec_type, name).draw(shown, key)

    draw(first)
    with st.grid(4, min_column_width=170, vertical_alignment="bottom"):
        for name in (name for name in main if name not in idle(values)):
            with st.container(gap=None):
                draw([name])
                if Field(spec_type, name).is_switch:
                    st.space(BELOW_A_SWITCH)
        with st.popover(say()("common.more_settings"), width="stretch"):
            draw([name for name in more if name not in idle(values)])
    spec, refused = _edited(spec, values)
    for complaint in (*complaints, *refused):
        st.warning(said(complaint))
    _say_other_ends(spec)
    lesson.spec = spec
    _write(lesson, spec)
    return spec


def _remembered(spec_type: type[S], lesson: LessonMemory) -> tuple[S, list[SpecError]]:
    """The spec to begin with: the URL's if the reader brought one, else what was shown last."""
    query = {name: value for name, value in st.query_params.items() if name != PARAMETER}
    if isinstance(lesson.spec, spec_type) and (not query or query == lesson.query):
        return lesson.spec, []
    spec, complaints = spec_type.from_query(query)
    _begin_anew(lesson, spec)
    return spec, complaints


def _begin_anew(lesson: LessonMemory, spec: Spec) -> None:
    """From now on the widgets are new ones, which begin with this spec.

    A value put into the state of a widget instead would be lost when the reader clicks before the
    page is drawn to its end: the browser then sends the widget's default.
    """
    lesson.origin = spec
    lesson.generation += 1


def _edited(spec: S, values: dict[str, Any]) -> tuple[S, list[SpecError]]:
    """The spec with the widgets' values, one after the other, leaving out what cannot be."""
    refused: list[SpecError] = []
    for name, value in values.items():
        if value is None or value == _shown(getattr(spec, name)):
            continue
        try:
            spec = spec.but(**{name: value})
        except SpecError as complaint:
            refused.append(complaint)
    return spec, refused


def _say_other_ends(spec: Spec) -> None:
    if spec.seconds is not None:
        st.caption(say()("common.ends_after_seconds", seconds=f"{spec.seconds:g}"))
    if (target := spec.budget.target_mse) is not None:
        st.caption(say()("common.ends_at_target", error=f"{target:g}"))


def _write(lesson: LessonMemory, spec: Spec) -> None:
    """Puts the settings into the URL, so that it can be sent and reloaded."""
    lesson.query = spec.to_query()
    language = {PARAMETER: st.query_params[PARAMETER]} if PARAMETER in st.query_params else {}
    wanted = lesson.query | language
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def _key(lesson: LessonMemory, spec: Spec, name: str) -> str:
    # In another language a widget is another one: the browser keeps the words of its options.
    return f"{spec.lesson}.{name}.{lesson.generation}.{say().language}"


def _shown(value: object) -> object:
    """What a widget shows of a setting's value."""
    return ", ".join(map(str, value)) if isinstance(value, tuple) else value


def difference(spec: Spec, other: Spec) -> str:
    """In which settings `other` is not `spec`, and what they are there, in the reader's words."""
    fields = {name: Field(type(other), name) for name, _ in other if name not in UNNAMED}
    return ", ".join(
        f"{field.label}: {field.named(_shown(getattr(other, name)))}"
        for name, field in fields.items()
        if getattr(other, name) != getattr(spec, name)
    )
