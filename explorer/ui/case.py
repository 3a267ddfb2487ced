"""The case on the page: a scene, whom the net names, and what a suspect would have left there."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import streamlit as st

from explorer.analysis.evidence import Halves, culprits, score_parts
from explorer.charts.boards import columns, levels, scene_board, voice_board
from explorer.charts.culprits import CulpritLabels, misfit_bars, probability_bars
from explorer.charts.pictures import error_row, ink_row
from explorer.data.clues import TEST, lying_around
from explorer.data.exhibit import exhibit
from explorer.data.pictures import PictureSet
from explorer.specs import EvidenceSpec
from explorer.ui.charts import show_chart
from explorer.ui.drawing import drawing_pad
from explorer.ui.essay import Essay
from explorer.ui.session import LessonMemory, memory

TALL = 176  # pixels of the page for a board
OTHER_DRAWS = 900  # then the things that lie around repeat themselves

Floats = npt.NDArray[np.float32]


class Scene(NamedTuple):
    """What the net is asked about."""

    clues: Floats  # (clues,), the pixels first
    label: int | None  # who it was; None if the reader drew it


def board(source: str, alt: str, squares: int, height: int) -> None:
    """A picture of sharp squares, TALL where there is room for its `squares` a row."""
    st.html(
        f'<img src="{source}" alt="{escape(alt)}" style="width:{TALL / height * squares:.0f}px;'
        'max-width:100%;image-rendering:pixelated;border:1px solid #80808080;border-radius:3px">'
    )


def investigate(essay: Essay, spec: EvidenceSpec, halves: Halves, pictures: PictureSet) -> None:
    """Everything about one scene, by the halves as they are at the moment shown."""
    left, right = st.columns([1, 2], gap="medium")
    with left:
        scene = _scene(essay, spec, halves, pictures)
    with right:
        if scene is None:
            st.info(essay.text("case.draw_first"))
            return
        guess = _both_ways(essay, scene, halves, pictures)
        suspect = _named(essay, pictures.classes, guess)
    _suspect(essay, scene, halves, pictures, suspect)


def _both_ways(essay: Essay, scene: Scene, halves: Halves, pictures: PictureSet) -> int:
    """What induction and deduction say of the scene; returns whom the net names."""
    probabilities = halves.probabilities(scene.clues)
    misfits = halves.misfits(scene.clues[: pictures.pixels])
    guess, fit = int(probabilities.argmax()), int(misfits.argmin())
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"**{essay.text('case.induction')}**")
        labels = _labels(essay, "probability", pictures)
        frame = culprits(pictures.classes, probabilities, guess)
        show_chart(probability_bars, frame, labels, "evidence.probabilities")
    with right:
        st.markdown(f"**{essay.text('case.deduction')}**")
        labels = _labels(essay, "misfit", pictures)
        frame = culprits(pictures.classes, misfits, fit)
        show_chart(misfit_bars, frame, labels, "evidence.misfits")
    st.markdown(_ruling(essay, scene, guess, fit, pictures.classes))
    return guess


def _ruling(essay: Essay, scene: Scene, guess: int, fit: int, classes: tuple[str, ...]) -> str:
    """Whether deduction confirms the guess, and who it was where that is known."""
    key = "case.confirmed" if guess == fit else "case.contradicted"
    words = [essay.text(key, guess=classes[guess], fit=classes[fit])]
    if scene.label is not None:
        truth = "case.right" if guess == scene.label else "case.wrong"
        words.append(essay.text(truth, truth=classes[scene.label]))
    return " ".join(words)


def _labels(essay: Essay, value: str, pictures: PictureSet) -> CulpritLabels:
    return CulpritLabels(
        culprit=essay.text("case.culprit"),
        value=essay.text(f"case.{value}"),
        classes=pictures.classes,
        description=essay.text(f"case.{value}_alt"),
    )


# The scene ----------------------------------------------------------------------------------------


def _scene(essay: Essay, spec: EvidenceSpec, halves: Halves, pictures: PictureSet) -> Scene | None:
    """A test picture or a drawing, with what lies around there; None while nothing is drawn."""
    notes = memory().lesson(essay.slug)
    source = st.segmented_control(
        essay.text("case.scene"),
        ("test", "drawn"),
        default="test",
        format_func=lambda kind: essay.text(f"case.{kind}"),
        key="evidence.source",
        required=True,
        width="stretch",
    )
    shown = exhibit(pictures)
    around = TEST + notes.notes.get("around", 0)
    noise = _noise(len(shown.labels), spec.noise_features, spec.seed, around)
    label = None
    if source == "drawn":
        drawn = drawing_pad(pictures, key="evidence.pad", preview=False)
        clues = None if drawn is None else np.concatenate([drawn, noise[0]])
    else:
        everything = np.concatenate([shown.pictures, noise], axis=1)
        guesses = halves.scores(everything).argmax(axis=1)
        index = notes.notes.get("picture", 0) % len(shown.labels)
        clues, label = everything[index], int(shown.labels[index])
        _next_buttons(essay, notes, index, guesses != shown.labels)
    if clues is None:
        return None
    size = pictures.height, pictures.width
    alt = essay.text("case.scene_alt", noise=spec.noise_features)
    board(scene_board(clues, *size), alt, columns(len(clues), *size), pictures.height)
    st.caption(essay.text("case.scene_key", noise=spec.noise_features))
    st.button(
        essay.text("case.other_noise"),
        key="evidence.around",
        on_click=_elsewhere,
        args=(notes,),
        icon="🎲",
        help=essay.text("case.other_noise_help"),
    )
    return Scene(clues, label)


@lru_cache(maxsize=8)
def _noise(scenes: int, noise_features: int, seed: int, draw: int) -> Floats:
    noise: Floats = lying_around(scenes, noise_features, seed, draw).numpy()
    return noise


def _next_buttons(
    essay: Essay, lesson: LessonMemory, index: int, wrong: npt.NDArray[np.bool_]
) -> None:
    later = (index + 1 + np.arange(len(wrong))) % len(wrong)
    mistakes = later[wrong[later]]
    with st.container(horizontal=True):
        st.button(
            essay.text("case.next"),
            key="evidence.next",
            on_click=_turn_to,
            args=(lesson, int(later[0])),
            icon="➡️",
        )
        st.button(
            essay.text("case.next_mistake"),
            key="evidence.mistake",
            on_click=_turn_to,
            args=(lesson, int(mistakes[0]) if len(mistakes) else index),
            disabled=len(mistakes) == 0,
            icon="⁉️",
        )


def _turn_to(lesson: LessonMemory, index: int) -> None:
    lesson.notes["picture"] = index


def _elsewhere(lesson: LessonMemory) -> None:
    lesson.notes["around"] = (lesson.notes.get("around", 0) + 1) % OTHER_DRAWS


# The suspect --------------------------------------------------------------------------------------


def _named(essay: Essay, classes: tuple[str, ...], guess: int) -> int:
    """The suspect: whom the reader names, else whom the net does."""
    chosen = st.pills(
        essay.text("case.suspect"),
        range(len(classes)),
        format_func=classes.__getitem__,
        key=f"evidence.suspect.{len(classes)}",
        help=essay.text("case.suspect_help"),
    )
    return guess if chosen is None else chosen


def _suspect(
    essay: Essay, scene: Scene, halves: Halves, pictures: PictureSet, suspect: int
) -> None:
    """For one culprit: which clues speak for and against, and the evidence that it would leave."""
    name, size = pictures.classes[suspect], (pictures.height, pictures.width)
    pixels = scene.clues[: pictures.pixels]
    squares = columns(len(scene.clues), *size)
    voices, evidence, gap = st.columns([6, 4, 4], gap="medium")
    with voices:
        st.markdown(f"**{essay.text('case.voices', suspect=name)}**")
        # One scale for all suspects, so that a weak case looks weak.
        loudest = float(np.abs(halves.encoder * scene.clues).max())
        spoken = voice_board(halves.voices(scene.clues, suspect), loudest, *size)
        board(spoken, essay.text("case.voices_alt", suspect=name), squares, pictures.height)
        said = score_parts(halves, scene.clues, suspect)
        numbers = {field: f"{value:+.2f}" for field, value in said._asdict().items()}
        st.caption(essay.text("case.sum", **numbers))
    with evidence:
        st.markdown(f"**{essay.text('case.evidence', suspect=name)}**")
        left = levels(halves.decoder[:, suspect])
        alt = essay.text("case.evidence_alt", suspect=name)
        board(ink_row(left[None], *size), alt, pictures.width, pictures.height)
        st.caption(essay.text("case.evidence_key"))
    with gap:
        st.markdown(f"**{essay.text('case.gap')}**")
        difference = error_row(levels(pixels)[None], left[None], *size)
        board(difference, essay.text("case.gap_alt"), pictures.width, pictures.height)
        misfit = float(halves.misfits(pixels)[suspect])
        st.caption(essay.text("case.gap_key", misfit=f"{misfit:.3f}"))
