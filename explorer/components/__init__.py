"""Small pieces of HTML, CSS and JavaScript, one folder each; `explorer.ui` mounts them."""

from __future__ import annotations

import re
from collections.abc import Sequence
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


@cache
def program(name: str, parts: Sequence[str]) -> ComponentSource:
    """The source of a component whose JavaScript is too much for one file.

    `parts` are modules in the folder `name`, each after those that it imports from. They become
    one module, in which each part but the last has a scope of its own; it exports what the last
    part exports.
    """
    whole = source(name)
    *scopes, last = (_lean(Path(__file__).parent / name / f"{part}.js") for part in parts)
    js = [_scope(part, text) for part, text in zip(parts, scopes, strict=False)]
    return ComponentSource(html=whole.html, css=whole.css, js="\n".join([*js, _linked(last)]))


_IMPORT = re.compile(r'^import (\{.*\}) from "\./(\w+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:class|const|function) (\w+))", re.MULTILINE)


def _scope(part: str, text: str) -> str:
    names = ", ".join(_EXPORT.findall(text))
    body = _EXPORT.sub("", _linked(text))
    return f"const ${part} = (() => {{\n{body}\nreturn {{ {names} }};\n}})();"


def _linked(text: str) -> str:
    """The module's text with its imports taken from the scopes of the other parts."""
    return _IMPORT.sub(r"const \1 = $\2;", text)


def _lean(path: Path) -> str:
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))
