"""Small pieces of HTML, CSS and JavaScript, one folder each; `explorer.ui` mounts them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class ComponentSource:
    """What a browser needs to draw a component, as `st.components.v2.component` takes it."""

    html: str
    css: str
    js: str


@cache
def source(name: str) -> ComponentSource:
    """The source in the folder `name`; FileNotFoundError if there is no such component.

    Streamlit sends the source again with every update of the component, so comments that fill a
    line and indentation stay behind.
    """
    folder = Path(__file__).parent / name
    return ComponentSource(
        **{kind: _lean(folder / f"{name}.{kind}") for kind in ("html", "css", "js")}
    )


def _lean(path: Path) -> str:
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))
