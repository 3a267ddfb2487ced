"""What all specs share: how settings are judged, and how they become a URL, JSON or a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from explorer.errors import SpecError

Dataset = Literal["digits", "mnist", "fashion-mnist", "kmnist"]
Activation = Literal["silu", "gelu", "relu", "tanh", "sigmoid", "identity"]
Optimizer = Literal["adam", "rmsprop", "momentum", "sgd"]
Cell = Literal["rnn", "gru", "lstm"]
AttentionKind = Literal["none", "additive", "dot"]

MAX_SEED = 2**31 - 1


def _split(value: object) -> object:
    """'64,32' → ['64', '32'], as URLs and the command line write a list; '' is the empty list."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")] if value.strip() else []
    return value


def _none(value: object) -> object:
    return None if value in ("", "none") else value


Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
LearningRate = Annotated[float, Field(ge=1e-5, le=1, allow_inf_nan=False)]
BatchSize = Annotated[int, Field(ge=8, le=4096)]
HiddenWidth = Annotated[int, Field(ge=2, le=1024)]
HiddenWidths = Annotated[tuple[HiddenWidth, ...], Field(max_length=4), BeforeValidator(_split)]
StackWidths = Annotated[
    tuple[HiddenWidth, ...], Field(min_length=1, max_length=4), BeforeValidator(_split)
]
StepBudget = Annotated[Annotated[int, Field(ge=1, le=200_000)] | None, BeforeValidator(_none)]
SecondBudget = Annotated[
    Annotated[float, Field(gt=0, le=600, allow_inf_nan=False)] | None, BeforeValidator(_none)
]
TargetError = Annotated[
    Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] | None, BeforeValidator(_none)
]


class Budget(BaseModel):
    """When a run ends: at whichever bound is reached first; None is no bound.

    `seconds` counts training time only, not pictures, pauses or waiting for other runs;
    `target_mse` is a test error per pixel.
    """

    model_config = ConfigDict(frozen=True)

    steps: int | None = None
    seconds: float | None = None
    target_mse: float | None = None


class Spec(BaseModel):
    """What all lessons share: where chance starts (seed) and where a run ends (budget)."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)
    lesson: ClassVar[str]

    seed: Annotated[int, Field(ge=0, le=MAX_SEED)] = 0
    steps: StepBudget = 3000
    seconds: SecondBudget = None

    @model_validator(mode="after")
    def _has_an_end(self) -> Self:
        if self.steps is None and self.seconds is None:
            raise SpecError("spec.no_end")
        return self

    @property
    def watched(self) -> str:
        """The metric that says in one number how far a run has come: it falls."""
        return "test_loss"

    @property
    def budget(self) -> Budget:
        return Budget(steps=self.steps, seconds=self.seconds)

    @property
    def planned_steps(self) -> int:
        """The steps that a run in phases shares out, also where it ends by the clock."""
        planned = self.steps or type(self).model_fields["steps"].default
        assert isinstance(planned, int), "the default budget is a number of steps"
        return planned

    @classmethod
    def build(cls, settings: Mapping[str, Any]) -> Self:
        """The spec with `settings`, others at their defaults.

        Raises SpecError with a sentence that names the field, its value and what is allowed.
        """
        try:
            return cls.model_validate(dict(settings))
        except ValidationError as error:
            raise _complaint(cls, error) from None

    def but(self, /, **changes: Any) -> Self:
        """This spec with some settings changed, validated; raises SpecError."""
        return self.build(self.model_dump() | changes)

    def with_settings(self, settings: Iterable[str]) -> Self:
        """This spec with settings written `field=value`, as the command line takes them."""
        changes: dict[str, str] = {}
        for setting in settings:
            field, equals, value = setting.partition("=")
            if not equals:
                raise SpecError("spec.not_a_setting", setting=setting)
            changes[field.strip()] = value.strip()
        return self.but(**changes)

    def to_query(self) -> dict[str, str]:
        """The settings that differ from the defaults, as a query string holds them."""
        return {
            field: _written(value)
            for field, value in self
            if value != type(self).model_fields[field].default
        }

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> tuple[Self, list[SpecError]]:
        """The spec of a query string, and one complaint for each setting that had to be dropped."""
        kept: dict[str, str] = {}
        complaints: list[SpecError] = []
        for field, value in query.items():
            try:
                cls.build(_always_ending({field: value}))
            except SpecError as complaint:
                complaints.append(complaint)
            else:
                kept[field] = value
        try:
            return cls.build(kept), complaints
        except SpecError as complaint:  # each setting is fine alone, but together they never end
            del kept["steps"]
            return cls.build(kept), [*complaints, complaint]

    def to_json(self) -> str:
        return self.model_dump_json()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The spec that `to_json` wrote; raises SpecError for anything else."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise _complaint(cls, error) from None

    @classmethod
    def choices(cls, field: str) -> tuple[str, ...]:
        """The values of a field that is a choice; none of any other."""
        annotation = cls.model_fields[field].annotation
        return get_args(annotation) if get_origin(annotation) is Literal else ()

    @classmethod
    def bounds(cls, field: str) -> tuple[float, float]:
        """The smallest and largest value of a field that is a number."""
        facts = _facts(cls, field)
        low = facts["minimum"] if "minimum" in facts else facts["exclusiveMinimum"]
        return low, facts["maximum"]


class PictureSpec(Spec):
    """What the lessons on pictures share: the set that they learn from."""

    dataset: Dataset = "digits"


class ReconstructionSpec(PictureSpec):
    """What the lessons that rebuild pictures share: the test error at which a run may end."""

    target_mse: TargetError = None

    @property
    def watched(self) -> str:
        return "test_mse"  # per pixel

    @property
    def budget(self) -> Budget:
        return Budget(steps=self.steps, seconds=self.seconds, target_mse=self.target_mse)


def _always_ending(settings: dict[str, str]) -> dict[str, str]:
    """Lets `steps=none` be judged alone: as a query it comes together with `seconds`."""
    return {"seconds": "1"} | settings if settings.get("steps") in ("", "none") else settings


def _written(value: object) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return str(value).lower()
        case tuple() | list():
            return ",".join(map(str, value))
        case float():
            return f"{value:g}" if float(f"{value:g}") == value else repr(value)
        case _:
            return str(value)


def _facts(cls: type[Spec], field: str) -> dict[str, Any]:
    """The JSON schema of a field; of `… or none`, that of the first with `nullable` added."""
    facts: dict[str, Any] = cls.model_json_schema()["properties"][field]
    return facts["anyOf"][0] | {"nullable": True} if "anyOf" in facts else facts


def _allowed(cls: type[Spec], field: str) -> str:
    """What a field may be, in symbols that need no translation."""
    facts = _facts(cls, field)
    if "enum" in facts:
        return ", ".join(facts["enum"])
    if facts.get("type") == "boolean":
        return "true, false"
    if facts.get("type") == "array":
        low, high = facts["items"]["minimum"], facts["items"]["maximum"]
        layers = f"{facts.get('minItems', 0)}–{facts['maxItems']}"
        return f"{layers} × {low} … {high} (64,32)"
    if facts.get("type") == "string":
        return str(facts["pattern"])
    low = f"{facts['minimum']:g}" if "minimum" in facts else f"> {facts['exclusiveMinimum']:g}"
    none = ", none" if "nullable" in facts else ""
    return f"{low} … {facts['maximum']:.10g}{none}"


def _complaint(cls: type[Spec], error: ValidationError) -> SpecError:
    """The first thing that pydantic found wrong, as a sentence."""
    first = error.errors()[0]
    if not first["loc"]:
        return SpecError("spec.not_json")
    field = str(first["loc"][0])
    if first["type"] == "extra_forbidden":
        return SpecError("spec.unknown", field=field[:60], allowed=", ".join(cls.model_fields))
    value = _written(first["input"])[:60]
    return SpecError("spec.not_allowed", field=field, value=value, allowed=_allowed(cls, field))
