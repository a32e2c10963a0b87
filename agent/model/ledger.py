"""The workshop's copy of a journal, `ordis/journal/1`: for where the stick's own is gone or lies in memory."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from agent.model.base import Model, Text, Utc
from agent.model.report import Signature

SCHEMA: Literal["ordis/journal/1"] = "ordis/journal/1"
ENTRY_LIMIT = 4 * 1024 * 1024
"""Bytes of one signed entry; the marks of a canary are the most, below 2 MiB."""
MOST_ENTRIES = 20_000
"""Of one journal."""
JOURNAL_LIMIT = 256 * 1024 * 1024
"""Bytes of all entries of one journal."""

Number = Annotated[int, Field(ge=0, lt=MOST_ENTRIES)]


class Entry(Model):
    """One record of a journal. What is signed."""

    schema_: Literal["ordis/journal/1"] = Field(default=SCHEMA, alias="schema")
    journal: UUID
    """The number of the intake, which is also that of its report."""
    number: Number
    """Counts up from 0 without a gap."""
    training: bool
    record: dict[str, object]


class SignedEntry(Model):
    """What is sent and kept. `entry` stays as it was signed."""

    entry: dict[str, object]
    signature: Signature


class EntryReceipt(Model):
    """The workshop's word that the entry survives a power cut there."""

    journal: UUID
    number: Number
    sha256: Text
    """Of the bytes received, lower-case hex."""
    received_at: Utc
