"""What all screens share: the state as last heard, the language, and how to say things."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from agent.model.care import NetworkState, SettingsState, SupportState
from agent.model.message import Message
from agent.model.problem import Problem
from agent.model.report import SignedReport
from agent.model.state import FrozenDrivesQuestion, IntakeState
from agent.model.words import Mode, Phase
from agent.report.wording import tell
from agent.tui.charset import fit

Tell = Callable[[Message], str]


class ProfileChoice(NamedTuple):
    name: str
    title_fr: str
    title_en: str


class Detour(StrEnum):
    """Where a person went by a key, away from what the state asks for."""

    START = "start"
    DETAILS = "details"
    STEPS = "steps"
    CHANGE = "change"
    CHANGE_ONE = "change_one"
    QR = "qr"
    POWER_OFF = "power_off"


class Leave(StrEnum):
    """How a person left the screen."""

    QUIT = "quit"
    """The service goes on; another screen may join it at any time."""
    POWER_OFF = "power_off"
    """The machine is to be switched off; the caller does it."""
    CRASHED = "crashed"
    """The screen had an error of its own; the service goes on."""


@dataclass
class Draft:
    """What was typed on the start screen and not sent yet: it outlives every way round by other screens."""

    tag: str | None = None
    lot: str | None = None
    volunteer: str | None = None
    focus: str = "tag"
    """Where the person was, by the name of the field or the choice."""


@dataclass
class Face:
    """Owned and changed by the app alone; the screens read it and write only `draft`; all else the service knows."""

    state: IntakeState
    language: str = "fr"
    profiles: Sequence[ProfileChoice] = ()
    can_power_off: bool = False
    log: Path | None = None
    heard: bool = False
    """True once the service has spoken: before that, `state` is a blank."""
    broken: Problem | None = None
    """Why the link to the service broke, where it did."""
    detour: Detour | None = None
    about: str = ""
    """What the detour is about: what to do to which step."""
    signed: SignedReport | None = field(default=None, repr=False)
    """The report itself, as far as this face has heard it: shown when nothing could save it."""
    draft: Draft = field(default_factory=Draft)
    network: NetworkState | None = field(default=None, repr=False)
    """As it was last told to this face, which asked for it."""
    settings: SettingsState | None = field(default=None, repr=False)
    support: SupportState | None = None
    stuck: str = ""
    """The key that repeats for ever and is ignored, as Textual calls it."""
    width: int = 80
    """Columns of the terminal."""
    height: int = 24
    """Rows of the terminal."""

    @property
    def mode(self) -> Mode:
        return self.state.mode

    @property
    def proposed(self) -> str:
        """The name of the profile that is proposed for this machine; empty while nobody knows."""
        proposal = self.state.surroundings.proposal
        return proposal.profile if proposal is not None else ""

    @property
    def may_see_steps(self) -> bool:
        """A question hides the checklist, on which single steps can be changed."""
        asked = self.state.question
        at_work = self.state.phase is Phase.WORK or isinstance(asked, FrozenDrivesQuestion)
        return self.detour is None and asked is not None and at_work

    def tell(self, message: Message) -> str:
        """The sentence in the reader's language, in characters that the console can show."""
        return fit(tell(message, self.language))

    def profile_title(self, choice: ProfileChoice) -> str:
        return fit(choice.title_fr if self.language == "fr" else choice.title_en)
