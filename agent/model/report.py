"""The signed document of one intake, `ordis/report/1`. Published as JSON Schema and kept stable."""

from typing import Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from agent.model.base import Model, Seconds, Text, Utc
from agent.model.check import CheckResult
from agent.model.grade import Grade
from agent.model.inventory import Inventory, Machine
from agent.model.message import Message
from agent.model.profile import ProfileSource
from agent.model.sanitization import Sanitization
from agent.model.words import Subject

SCHEMA: Literal["ordis/report/1"] = "ordis/report/1"


TimeSource = Literal["network", "machine_clock", "volunteer", "unconfirmed"]
"""Who vouches for the dates: the network, the clock on the computer's battery, a person, or nobody."""


class Software(Model):
    name: Literal["ordis"] = "ordis"
    version: Text


class Report(Model):
    """What is signed. `training` is true wherever a simulated or virtual drive took part."""

    schema_: Literal["ordis/report/1"] = Field(default=SCHEMA, alias="schema")
    report_id: UUID
    subject: Subject = Subject.MACHINE
    """`drive`: the inventory holds one drive and no machine, and there is no grade."""
    training: bool
    created_at: Utc
    started_at: Utc
    time_source: TimeSource
    seconds: Seconds
    software: Software
    profile: Text
    profile_source: ProfileSource | None = None
    """None where nobody knows it: in reports of 0.1.0."""
    asset_tag: Text | None = None
    lot: Text | None = None
    volunteer: Text | None = None
    """The initials of who took the machine in, where they were given: reports of 0.1.0 have none."""
    inventory: Inventory
    checks: list[CheckResult] = []
    sanitizations: list[Sanitization] = []
    grade: Grade | None = None
    remarks: list[Message] = []

    @model_validator(mode="after")
    def _drives_have_no_machine(self) -> Self:
        if self.subject is Subject.DRIVE:
            if self.grade is not None or self.inventory.machine != Machine():
                raise ValueError("a report about a drive speaks of no machine and has no grade")
            if len(self.inventory.drives) != 1:
                raise ValueError("a report about a drive speaks of one drive")
        return self


class Signature(Model):
    """Ed25519 (RFC 8032) over the canonical JSON (RFC 8785) of the report."""

    algorithm: Literal["ed25519"] = "ed25519"
    key: Text
    """The public key as text, `ordis-ed25519:` or `ordis-training-ed25519:` and base64."""
    value: Text
    """The signature, base64."""


class SignedReport(Model):
    """The file that is kept, sent and verified. `report` stays as it was signed, unknown keys included."""

    report: dict[str, object]
    signature: Signature


class Receipt(Model):
    """The workshop's word that it has stored a report: only then may the spool let go of it."""

    report_id: UUID
    sha256: Text
    """Of the bytes received, lower-case hex."""
    received_at: Utc
    url: Text
    """The page of the report, relative to the workshop's address or absolute."""
