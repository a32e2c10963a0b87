"""What stands on a certificate: plain text in one language, in the order of the page. Nothing of paper in it."""

from dataclasses import dataclass, field
from datetime import datetime

from agent.model.base import Model, Text
from agent.report.certificate.claims import Finding


class Issuer(Model):
    """Who issues the certificate: `[organisation]` of ordis.toml."""

    name: Text | None = None
    address: Text | None = None
    registration: Text | None = None
    signatory: Text | None = None


@dataclass(frozen=True)
class Entry:
    """A name and its value; an empty value is left free, to be filled in by hand."""

    label: str
    value: str = ""


@dataclass(frozen=True)
class Card:
    """One drive: who it is, what was done, and everything that stands against it."""

    heading: str
    status: str
    """In the words of its section, so that a card is never read without them."""
    entries: list[Entry]
    notes: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Section:
    finding: Finding
    heading: str
    continued: str
    cards: list[Card]


@dataclass(frozen=True)
class Proof:
    """What ties the paper to the signed report."""

    code: str
    """The text of the QR code."""
    entries: list[Entry]


@dataclass(frozen=True)
class MachinePart:
    """One report: the machine, its drives by section, and the proof."""

    heading: str
    entries: list[Entry]
    claim: str
    """"All drives of this machine are …"; empty where that may not be said, or the headline says it already."""
    notices: list[str]
    sections: list[Section]
    proof: Proof


@dataclass(frozen=True)
class Line:
    """One machine in the overview of a lot; the last cell is its outcome, in the colour of `finding`."""

    finding: Finding
    cells: list[str]


@dataclass(frozen=True)
class Person:
    """A box that somebody fills in and signs."""

    caption: str
    entries: list[Entry]
    """The last is the signature."""


@dataclass(frozen=True)
class Document:
    title: str
    subtitle: str
    overprint: str
    """Across every page; empty for what is real."""
    issuer: list[str]
    """The first line is the name."""
    entries: list[Entry]
    finding: Finding
    headline: str
    tallies: list[tuple[Finding, str]]
    notices: list[str]
    table_head: list[str]
    table: list[Line]
    """Empty where there is one machine."""
    machines: list[MachinePart]
    people: list[Person]
    notes: list[str]
    footer: str
    creator: str
    created_at: datetime

    @property
    def full_title(self) -> str:
        """What it is, in one line that may stand alone."""
        return " · ".join(filter(None, [self.overprint, self.title]))
