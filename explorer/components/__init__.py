"""Small pieces of HTML, CSS and JavaScript, one folder each; `explorer.ui` mounts them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
_COMMENT = re.compile(r"//.*|/\*(?:(?!\*/).)*\*/")  # of JavaScript, of CSS; a whole line
_IMPORTED_STYLE = re.compile(r'^@import "\.\./shared/(\w+\.css)";$', re.MULTILINE)


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
    line and indentation stay behind. Its style may `@import "../shared/….css";`: that stands there
    instead.
    """
    html, css, js = (_lean(_FOLDER / name / f"{name}.{kind}") for kind in ("html", "css", "js"))
    shared = _IMPORTED_STYLE.sub(lambda line: _lean(_FOLDER / "shared" / line[1]), css)
    return ComponentSource(html, shared, js)


@cache
def program(name: str, parts: Sequence[str]) -> ComponentSource:
    """The source of a component whose JavaScript is too much for one file.

    `parts` are modules in the folder `name`, or in the one that all components share
    (`shared/activations`), each after those that it imports from. They become one module, in which
    each part but the last has a scope of its own; it exports what the last part exports.
    """
    whole = source(name)
    *scopes, last = (
        _lean(_FOLDER / (f"{part}.js" if "/" in part else f"{name}/{part}.js")) for part in parts
    )
    js = [_scope(Path(part).name, text) for part, text in zip(parts, scopes, strict=False)]
    return ComponentSource(html=whole.html, css=whole.css, js="\n".join([*js, _linked(last)]))


_IMPORT = re.compile(r'^import (\{.*\}) from "(?:\.|\.\./shared)/(\w+)\.js";$', re.MULTILINE)
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
    return "\n".join(line for line in lines if line and not _COMMENT.fullmatch(line))
