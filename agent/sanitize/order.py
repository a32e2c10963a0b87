"""What the worker is ordered to do to its drive: the plan's steps, without pydantic."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from agent.model.words import Level, Method, Technique, Verify


@dataclass(frozen=True)
class Step:
    technique: Technique
    method: Method | None = None
    passes: tuple[str, ...] = ()
    """Of an overwrite: see sanitize.pattern."""

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """From the JSON form of a PlanStep."""
        method = fields.get("method")
        return cls(
            Technique(fields["technique"]),
            Method(method) if method else None,
            tuple(map(str, fields.get("passes", ()))),
        )


@dataclass(frozen=True)
class Order:
    """As SanitizationRequest and the steps of the Plan."""

    level: Level = Level.CLEAR
    """What was asked for; less ends in an exception."""
    verify: Verify = Verify.FULL
    steps: tuple[Step, ...] = (Step(Technique.OVERWRITE, passes=("zero",)),)
    reveal: bool = True
    discard: bool = False
    psid: str | None = None
    """What a person typed from the drive's label."""

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """From the JSON form of a SanitizationRequest with `steps`."""
        return cls(
            level=Level(fields["level"]),
            verify=Verify(fields["verify"]),
            steps=tuple(Step.from_dict(step) for step in fields["steps"]),
            reveal=bool(fields.get("reveal", True)),
            discard=bool(fields.get("discard")),
            psid=fields.get("psid"),
        )
