"""A spec is one value in many clothes: JSON, query string, `field=value`; nonsense is named."""

from __future__ import annotations

import doctest
import string
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import explorer.specs
from explorer.errors import SpecError
from explorer.specs import MAX_SEED, SPECS, AnatomySpec, Budget, LatentsSpec, Spec
from explorer.text import LANGUAGES

BUDGETS = {
    "steps": st.none() | st.integers(1, 200_000),
    "seconds": st.none() | st.floats(0, 600, exclude_min=True),
    "target_mse": st.none() | st.floats(0, 1, exclude_min=True),
}


def allowed(spec_type: type[Spec], field: str) -> st.SearchStrategy[Any]:
    """Any value that the field's declaration allows."""
    if field in BUDGETS:
        return BUDGETS[field]
    if choices := spec_type.choices(field):
        return st.sampled_from(choices)
    match spec_type.model_fields[field].default:
        case bool():
            return st.booleans()
        case tuple():
            fewest = spec_type.model_json_schema()["properties"][field].get("minItems", 0)
            return st.lists(st.integers(2, 1024), min_size=fewest, max_size=4).map(tuple)
        case int():
            return st.integers(*map(int, spec_type.bounds(field)))
        case str():
            pattern = spec_type.model_json_schema()["properties"][field]["pattern"]
            return st.from_regex(pattern, fullmatch=True)
        case _:
            return st.floats(*spec_type.bounds(field))


def settings_of(spec_type: type[Spec]) -> st.SearchStrategy[dict[str, Any]]:
    each = {field: allowed(spec_type, field) for field in spec_type.model_fields}
    settings = st.fixed_dictionaries({}, optional=each)
    return settings.filter(lambda given: given.get("steps", 1) or given.get("seconds"))


def specs() -> st.SearchStrategy[Spec]:
    return st.one_of([settings_of(spec_type).map(spec_type.build) for spec_type in SPECS.values()])


# One value ----------------------------------------------------------------------------------------


def test_a_spec_is_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        AnatomySpec().seed = 1


@given(specs())
def test_equal_specs_are_one_key(spec: Spec) -> None:
    twin = type(spec).build(spec.model_dump())
    assert twin is not spec
    assert twin == spec
    assert {spec: "a run"}[twin] == "a run"


@given(specs(), st.integers(0, MAX_SEED))
def test_another_seed_is_another_key(spec: Spec, seed: int) -> None:
    other = spec.but(seed=seed)
    assert (other == spec) == (seed == spec.seed)
    assert other.but(seed=spec.seed) == spec


def test_two_lessons_never_share_a_run() -> None:
    assert len({AnatomySpec(), LatentsSpec()}) == 2


def test_every_lesson_has_its_own_spec() -> None:
    assert all(spec_type.lesson == lesson for lesson, spec_type in SPECS.items())
    assert len(set(SPECS.values())) == len(SPECS) >= 2


def test_the_budget_is_the_specs_own() -> None:
    spec = AnatomySpec(steps=None, seconds=2.5, target_mse=0.04)
    assert spec.budget == Budget(steps=None, seconds=2.5, target_mse=0.04)


def test_the_docstring_tells_the_truth() -> None:
    failures, tried = doctest.testmod(explorer.specs)
    assert tried > 0
    assert failures == 0


# Many clothes -------------------------------------------------------------------------------------


@given(specs())
def test_json_and_back(spec: Spec) -> None:
    assert type(spec).from_json(spec.to_json()) == spec


@given(specs())
def test_query_and_back(spec: Spec) -> None:
    assert type(spec).from_query(spec.to_query()) == (spec, [])


@given(specs())
def test_command_line_and_back(spec: Spec) -> None:
    settings = [f" {field} = {value} " for field, value in spec.to_query().items()]
    assert type(spec)().with_settings(settings) == spec


def test_the_default_needs_no_query() -> None:
    assert AnatomySpec().to_query() == {}
    assert AnatomySpec.from_query({}) == (AnatomySpec(), [])


def test_a_query_is_written_as_people_would_write_it() -> None:
    spec = AnatomySpec(
        hidden_widths=(64, 32), learning_rate=1e-4, tied=True, steps=None, seconds=10.0
    )
    assert spec.to_query() == {
        "steps": "none",
        "seconds": "10",
        "hidden_widths": "64,32",
        "tied": "true",
        "learning_rate": "0.0001",
    }


@pytest.mark.parametrize("written", ["", "  ", "none"])
def test_none_can_be_written(written: str) -> None:
    settings = ["seconds=3", f"steps={written}", f"target_mse={written}"]
    assert AnatomySpec().with_settings(settings) == AnatomySpec(steps=None, seconds=3)


def test_no_hidden_layer_can_be_written() -> None:
    assert AnatomySpec().with_settings(["hidden_widths="]) == AnatomySpec(hidden_widths=())


def test_the_last_of_two_settings_counts() -> None:
    assert AnatomySpec().with_settings(["seed=1", "seed=2"]).seed == 2


def test_but_keeps_the_rest() -> None:
    spec = LatentsSpec(latent_dim=5, noise=0.0)
    assert spec.but(seed=7) == LatentsSpec(latent_dim=5, noise=0.0, seed=7)


# Impossible values --------------------------------------------------------------------------------

IMPOSSIBLE = [
    ("dataset", "cats", "digits, mnist, fashion-mnist, kmnist"),
    ("seed", "-1", "0 … 2147483647"),
    ("seed", "2147483648", "0 … 2147483647"),
    ("seed", "1.5", "0 … 2147483647"),
    ("steps", "0", "1 … 200000, none"),
    ("steps", "200001", "1 … 200000, none"),
    ("steps", "many", "1 … 200000, none"),
    ("seconds", "0", "> 0 … 600, none"),
    ("seconds", "600.5", "> 0 … 600, none"),
    ("seconds", "nan", "> 0 … 600, none"),
    ("seconds", "inf", "> 0 … 600, none"),
    ("target_mse", "0", "> 0 … 1, none"),
    ("target_mse", "nan", "> 0 … 1, none"),
    ("latent_dim", "0", "1 … 64"),
    ("latent_dim", "65", "1 … 64"),
    ("latent_dim", "none", "1 … 64"),
    ("hidden_widths", "20,21,22,23,24", "0–4 × 2 … 1024 (64,32)"),
    ("hidden_widths", "2000", "0–4 × 2 … 1024 (64,32)"),
    ("hidden_widths", "wide", "0–4 × 2 … 1024 (64,32)"),
    ("activation", "swish", "silu, gelu, relu, tanh, sigmoid, identity"),
    ("tied", "perhaps", "true, false"),
    ("optimizer", "lion", "adam, rmsprop, momentum, sgd"),
    ("learning_rate", "0", "1e-05 … 1"),
    ("learning_rate", "1.01", "1e-05 … 1"),
    ("learning_rate", "nan", "1e-05 … 1"),
    ("batch_size", "7", "8 … 4096"),
    ("noise", "-0.1", "0 … 1"),
    ("noise", "inf", "0 … 1"),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("field", "value", "allowed"), IMPOSSIBLE)
def test_an_impossible_value_is_named_with_what_is_allowed(
    field: str, value: str, allowed: str, language: str
) -> None:
    with pytest.raises(SpecError) as caught:
        AnatomySpec().with_settings([f"{field}={value}"])
    sentence = caught.value.sentence(language)
    assert field in sentence
    assert value in sentence
    assert allowed in sentence


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("field", ["colour", "self", "model_config", "lesson", ""])
def test_an_unknown_field_is_named_with_those_there_are(field: str, language: str) -> None:
    with pytest.raises(SpecError) as caught:
        AnatomySpec().with_settings([f"{field}=3"])
    sentence = caught.value.sentence(language)
    assert caught.value.key == "spec.unknown"
    assert field in sentence
    assert "latent_dim" in sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_run_needs_an_end(language: str) -> None:
    with pytest.raises(SpecError) as caught:
        AnatomySpec(steps=None, seconds=None, target_mse=0.01)
    sentence = caught.value.sentence(language)
    assert "steps" in sentence
    assert "seconds" in sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_setting_has_an_equals_sign(language: str) -> None:
    with pytest.raises(SpecError) as caught:
        AnatomySpec().with_settings(["latent_dim:3"])
    assert "latent_dim:3" in caught.value.sentence(language)


@pytest.mark.parametrize("text", ["", "[]", "3", "null", '"seed"', "{", '{"seed": 1', "\ud800"])
def test_what_is_no_json_object_is_said_to_be_none(text: str) -> None:
    with pytest.raises(SpecError) as caught:
        AnatomySpec.from_json(text)
    assert caught.value.key == "spec.not_json"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_json_numbers_must_be_finite(number: str) -> None:
    with pytest.raises(SpecError) as caught:
        AnatomySpec.from_json(f'{{"noise": {number}}}')
    assert caught.value.values["field"] == "noise"


# A query string that somebody typed ---------------------------------------------------------------


def test_a_query_keeps_what_is_good_and_reports_each_that_is_not() -> None:
    query = {"latent_dim": "3", "noise": "loud", "colour": "red", "seed": "7"}
    spec, complaints = AnatomySpec.from_query(query)
    assert spec == AnatomySpec(latent_dim=3, seed=7)
    assert [complaint.values["field"] for complaint in complaints] == ["noise", "colour"]


@pytest.mark.parametrize("seconds", [{}, {"seconds": "none"}, {"seconds": "soon"}])
def test_an_endless_query_gets_the_usual_steps_and_keeps_the_rest(seconds: dict[str, str]) -> None:
    spec, complaints = AnatomySpec.from_query({"steps": "none", "latent_dim": "3"} | seconds)
    assert spec == AnatomySpec(latent_dim=3)
    assert complaints[-1].key == "spec.no_end"


@given(st.dictionaries(st.sampled_from(list(AnatomySpec.model_fields)) | st.text(), st.text()))
def test_no_query_is_too_strange(query: dict[str, str]) -> None:
    for spec_type in SPECS.values():
        spec, complaints = spec_type.from_query(query)
        assert spec_type.from_query(spec.to_query()) == (spec, [])
        assert all(complaint.sentence("ko") for complaint in complaints)
        if not complaints:
            assert spec == spec_type.build(query)


NEAR_NUMBERS = st.text(string.digits + "-+_.,e \u0661\ud800", max_size=12)


@given(st.sampled_from(list(AnatomySpec.model_fields)), NEAR_NUMBERS | st.text())
def test_no_setting_is_too_strange(field: str, value: str) -> None:
    with suppress(SpecError):
        spec = AnatomySpec().with_settings([f"{field}={value}"])
        assert AnatomySpec.from_json(spec.to_json()) == spec


@given(st.text() | st.recursive(st.none() | st.text(), st.lists).map(str))
def test_no_json_is_too_strange(text: str) -> None:
    with suppress(SpecError):
        AnatomySpec.from_json(text)


# What a page asks ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "spec_type"),
    [
        (field, spec_type)
        for spec_type in SPECS.values()
        for field, facts in spec_type.model_fields.items()
        if isinstance(facts.default, int | float) and not isinstance(facts.default, bool)
    ],
)
def test_the_bounds_are_the_first_and_last_value_allowed(field: str, spec_type: type[Spec]) -> None:
    low, high = spec_type.bounds(field)
    for possible in (low, high):
        assert getattr(spec_type.build({field: possible}), field) == possible
    for impossible in (low - 1, high + 1):
        with pytest.raises(SpecError):
            spec_type.build({field: impossible})


@pytest.mark.parametrize("field", ["dataset", "activation", "optimizer"])
def test_every_choice_can_be_chosen(field: str) -> None:
    choices = AnatomySpec.choices(field)
    assert len(choices) >= 4
    for choice in choices:
        assert getattr(AnatomySpec.build({field: choice}), field) == choice
