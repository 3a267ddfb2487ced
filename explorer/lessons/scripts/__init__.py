"""The PyTorch of what just ran, as a script of its own that ends at the same numbers.

Each lesson has a template, which is that program in full: it imports its models from this app, and
with an `if` on a setting it says what becomes of it. `settling` cuts the template down to the
settings of one run, `quoting` puts the source of the models in the place of their imports.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from explorer.data.pictures import DATASETS
from explorer.lessons.scripts.quoting import standalone
from explorer.lessons.scripts.settling import names_read, settled
from explorer.specs import PictureSpec, Spec

TEMPLATES = {
    "pixels-and-neurons": "pixels_and_neurons_{experiment}",
    "gradient-descent": "gradient_descent_{experiment}",
    "autoencoder-anatomy": "autoencoder_anatomy",
    "evidence-and-culprit": "evidence_and_culprit",
    "copying-and-constraints": "copying_and_constraints_{experiment}",
    "latents-and-pca": "latents_and_pca_{experiment}",
    "latent-walk": "latent_walk",
    "denoising": "denoising_{experiment}",
    "stacked-features": "stacked_features_{experiment}",
    "seq2seq-steps": "seq2seq_steps",
    "shared-meaning": "shared_meaning",
    "attention": "attention",
    "forgetting": "forgetting_{experiment}",
}
"""The template of each lesson; braces name settings that choose among several."""

CHOOSING = {"CELLS": ("cell",), "SCORES": ("score", "attention")}
"""Registries of which a program takes but one entry, if it reads one of these settings."""

LINE_WIDTH = 100


@lru_cache(maxsize=64)  # a page asks at each of its runs, and it takes a tenth of a second
def script(spec: Spec, *, steps: int | None = None, headline: str = "", device: str = "cpu") -> str:
    """A Python program that repeats the run of `spec` without this app.

    `steps` is how many the run took; needed when the spec bounds it by time or by target.
    `headline` is the lesson's claim, plain text in the reader's language. Raises KeyError for a
    lesson without a template, ValueError when nothing says how many steps there are.
    """
    if spec.lesson not in TEMPLATES:
        raise KeyError(f"the lesson {spec.lesson!r} has no template in {__name__}.TEMPLATES")
    if steps is None:
        steps = spec.steps
    if steps is None:
        raise ValueError("a run that is bounded by seconds alone must say how many steps it took")
    settings = spec.model_dump() | {
        "steps": steps,
        "planned_steps": spec.planned_steps,
        "device": device,
    }
    if isinstance(spec, PictureSpec):
        settings["dataset"] = DATASETS[spec.dataset].folder or spec.dataset
    program = _template(TEMPLATES[spec.lesson].format(**settings))
    program = settled(program, {name.upper(): value for name, value in settings.items()})
    return _with_headline(standalone(program, _chosen(program, settings)), headline)


def _chosen(program: str, settings: Mapping[str, object]) -> dict[str, object]:
    """The key of each of CHOOSING that a settled program takes, where it reads the setting."""
    read = names_read(ast.parse(program))
    return {
        registry: settings[name]
        for registry, names in CHOOSING.items()
        for name in names
        if name.upper() in read
    }


@cache
def _template(name: str) -> str:
    text = (Path(__file__).parent / f"{name}.py.txt").read_text(encoding="utf-8")
    return re.sub(r"^#include (\w+)$\n", lambda line: _template(line[1]), text, flags=re.MULTILINE)


def _with_headline(program: str, headline: str) -> str:
    """The claim as the second paragraph of the docstring."""
    if not headline.strip():
        return program
    title, rest = program.split("\n", 1)
    claim = _wrapped(headline.replace("\\", "").replace('"""', "'''"))
    return f"{title}\n\n{claim}\n{rest}"


def _wrapped(text: str) -> str:
    """Lines of at most LINE_WIDTH columns, of which a Hangul syllable takes two."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _columns(longer) <= LINE_WIDTH:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
