"""Every language says the same things: same keys, same values to put in, nothing empty."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import explorer
import explorer.text
from explorer import errors
from explorer.text import DEFAULT_LANGUAGE, LANGUAGES, catalogue, language_for

OTHERS = [language for language in LANGUAGES if language != DEFAULT_LANGUAGE]
PACKAGE = Path(explorer.__path__[0])
ERRORS = {name for name in vars(errors) if name.endswith("Error") and name != "ExplorerError"}


def placeholders(text: str) -> set[str]:
    """The names in braces; ValueError if the braces do not match."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def raised() -> Iterator[tuple[str, str, set[str] | None]]:
    """Where each error of the package is made, its key, and the values given, None if unknown."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ERRORS | {"ExplorerError"}
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                names = {keyword.arg for keyword in node.keywords}
                values = None if None in names else {str(name) for name in names}
                yield f"{path.name}:{node.lineno}", str(node.args[0].value), values


RAISED = list(raised())


# What the catalogues hold -------------------------------------------------------------------------


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_keys(language: str) -> None:
    here, there = catalogue(DEFAULT_LANGUAGE).entries.keys(), catalogue(language).entries.keys()
    assert sorted(here - there) == []
    assert sorted(there - here) == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_puts_in_the_same_values(language: str) -> None:
    theirs = catalogue(language).entries
    differing = [
        key
        for key, text in catalogue(DEFAULT_LANGUAGE).entries.items()
        if placeholders(text) != placeholders(theirs[key])
    ]
    assert differing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_frayed(language: str) -> None:
    frayed = [
        key for key, text in catalogue(language).entries.items() if not text or text != text.strip()
    ]
    assert frayed == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_value_is_put_in_by_its_plain_name(language: str) -> None:
    names = {name for text in catalogue(language).entries.values() for name in placeholders(text)}
    assert names
    assert sorted(name for name in names if not re.match(r"[a-z_]+$", name)) == []
    assert not names & {"self", "key"}  # these are the catalogue's own


def test_korean_is_korean() -> None:
    """A text of several English words that is the same in Korean was forgotten."""
    english, korean = catalogue("en").entries, catalogue("ko").entries
    forgotten = [
        key
        for key, text in english.items()
        if text == korean[key] and len(re.findall(r"[a-z]{3,}", placeholders_out(text))) > 2
    ]
    assert forgotten == []


def placeholders_out(text: str) -> str:
    return re.sub(r"\{.*?\}|`.*?`", "", text)


# What the code asks for ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_in_the_package_has_a_sentence_for_its_values(language: str) -> None:
    entries = catalogue(language).entries
    assert len(RAISED) > 15
    for place, key, values in RAISED:
        assert f"errors.{key}" in entries, place
        if values is not None:
            assert placeholders(entries[f"errors.{key}"]) == values, place


def test_every_sentence_about_errors_is_used() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    quoted = set(re.findall(r"(\w+)[\"']", sources))  # the last part, as some keys are put together
    keys = [key for key in catalogue("en").entries if key.startswith("errors.")]
    assert keys
    assert [key for key in keys if key.split(".")[-1] not in quoted] == []


@pytest.mark.parametrize("kind", sorted(ERRORS))
def test_an_error_speaks_the_readers_language_and_logs_in_english(kind: str) -> None:
    error = getattr(errors, kind)("device.unknown", device="tpu", allowed="auto, cpu, cuda")
    assert isinstance(error, errors.ExplorerError)
    assert str(error) == error.sentence("en") == error.sentence("xx")
    assert "'tpu'" in str(error)
    assert "‘tpu’" in error.sentence("ko")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_within_an_error_speaks_the_same_language(language: str) -> None:
    reason = errors.DataError("data.absent", name="mnist", folder="/nowhere")
    error = errors.CheckpointError("checkpoint.not_checked", file="a.safetensors", reason=reason)
    assert reason.sentence(language) in error.sentence(language)


def test_an_error_without_a_sentence_is_a_mistake_in_the_program() -> None:
    with pytest.raises(KeyError, match=r"errors\.no\.such"):
        str(errors.SpecError("no.such"))


# The catalogue itself -----------------------------------------------------------------------------


def test_values_are_put_in() -> None:
    sentence = catalogue("en")("errors.run.busy", limit=64)
    assert "64 runs" in sentence
    assert "{" not in sentence


def test_a_missing_value_is_a_mistake_in_the_program() -> None:
    with pytest.raises(KeyError, match="field"):
        catalogue("en")("errors.spec.not_allowed", value="3")


def test_a_missing_key_is_named_with_its_language() -> None:
    with pytest.raises(KeyError, match=r"'nowhere\.at_all' in 'ko'"):
        catalogue("ko")("nowhere.at_all")
    assert "nowhere.at_all" not in catalogue("ko")
    assert "errors.run.busy" in catalogue("ko")


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("ko", "ko"),
        ("ko-KR", "ko"),
        ("ko_KR", "ko"),
        ("KO-kr", "ko"),
        ("en-GB", "en"),
        ("kok-IN", "en"),  # Konkani
        ("fr", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_the_browsers_locale_picks_the_language(locale: str | None, language: str) -> None:
    assert language_for(locale) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_bold_ends_where_it_should(language: str) -> None:
    """CommonMark: after punctuation a closing `**` is none if a letter follows, as a particle does.

    So `**90 %**에서` would show its asterisks.
    """
    open_ended = []
    for key, text in catalogue(language).entries.items():
        parts = text.split("**")  # plain, bold, plain, …
        for bold, after in zip(parts[1::2], parts[2::2], strict=False):
            if re.search(r"[^\w}]$", bold) and re.match(r"\w", after):
                open_ended.append((key, bold))
    assert open_ended == []
