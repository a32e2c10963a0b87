"""What a person tries by hand: the question as a face shows it, and what a live aid has felt so far.

A face holds no state: what the keyboard, the touchpad or the sockets felt comes from the service, as `AidState`, to all
faces alike. Only colour fields are the face's own affair: nothing about them can be measured.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from agent.model.base import Count, Model, Percent, Seconds, Text
from agent.model.message import Message

MOST = 400
"""Entries of one list in a view; no keyboard has more keys."""


class Aid(StrEnum):
    """What helps the person to answer."""

    QUESTIONS = "questions"
    """Nothing but words."""
    COLOURS = "colours"
    """The face fills the screen with one colour after the other."""
    KEYBOARD = "keyboard"
    TOUCHPAD = "touchpad"
    TONE = "tone"
    LEVEL = "level"
    FRAME = "frame"
    PORTS = "ports"


class Choice(Model):
    """One thing that can be chosen: `value` is what is sent; `key` a letter that stands at the same place on AZERTY
    and QWERTY keyboards, by which a face may find it."""

    key: Annotated[str, Field(pattern=r"^[b-lnoprstuvxy]$")]
    value: Text
    label: Message


class ManualCheck(Model):
    """One question of a manual check, with everything that a face needs to put it. `answers` are sent as Answer.text,
    `actions` tell the aid what to do (UseAid), as often as one likes."""

    id: Text
    """Of the check: `display`, `keyboard` …"""
    step: Text = ""
    """Which of several questions of the check."""
    title: Message
    instruction: Message
    aid: Aid = Aid.QUESTIONS
    actions: list[Choice] = []
    answers: list[Choice]
    seconds: Seconds = 20
    """How long a person needs for it; an estimate."""


class ManualReply(Model):
    """What a person answered, with a remark of their own."""

    value: Text
    remark: Text | None = None


class KeyboardView(Model):
    """Key codes of linux/input-event-codes.h; their places and legends are in agent.manual.layouts."""

    kind: Literal["keyboard"] = "keyboard"
    layout: Text
    """`azerty` or `qwerty`; any other stands for a layout whose legends are not known."""
    letter: Annotated[Text, Field(max_length=1)] = ""
    """The letter that is to be pressed now, whose place tells the layout; empty: any key."""
    seen: Annotated[list[Count], Field(max_length=MOST)] = []
    """Pressed and released again."""
    down: Annotated[list[Count], Field(max_length=MOST)] = []
    """Held at this moment."""
    stuck: Annotated[list[Count], Field(max_length=MOST)] = []
    """Held for longer than a person holds a key."""
    seconds_left: Count = 0
    """Until the test ends by itself, unless another key is felt."""


TRACE_COLUMNS, TRACE_ROWS = 48, 20
"""Of the field on which the trace of a finger is told: about as wide as a touchpad for its height."""
Cell = Annotated[int, Field(ge=0, lt=TRACE_COLUMNS * TRACE_ROWS)]
"""A place on it: row * TRACE_COLUMNS + column, from the upper left corner."""


class TouchpadView(Model):
    """`moved` holds left, right, up, down; `clicked` and `down` hold left, right, middle; `buttons` are those that
    there are."""

    kind: Literal["touchpad"] = "touchpad"
    moved: Annotated[list[Text], Field(max_length=4)] = []
    clicked: Annotated[list[Text], Field(max_length=3)] = []
    buttons: Annotated[list[Text], Field(max_length=3)] = []
    down: Annotated[list[Text], Field(max_length=3)] = []
    """Held at this moment."""
    trace: Annotated[list[Cell], Field(max_length=TRACE_COLUMNS * TRACE_ROWS)] = []
    """Where the finger was felt, each place once; nothing is filled in between."""
    at: Cell | None = None
    """Where it is now."""


class ToneView(Model):
    kind: Literal["tone"] = "tone"
    playing: Text | None = None
    """`left` or `right`."""
    played: Annotated[list[Text], Field(max_length=2)] = []


class LevelView(Model):
    """How loud it is at the microphone, in percent of the loudest that it can tell."""

    kind: Literal["level"] = "level"
    percent: Percent = 0
    highest_percent: Percent = 0
    lowest_percent: Percent = 0


class FrameView(Model):
    """The camera's picture in large squares, row by row, 0 (black) to 255 (white). Never stored."""

    kind: Literal["frame"] = "frame"
    columns: Annotated[int, Field(ge=1, le=MOST)]
    greys: Annotated[list[Annotated[int, Field(ge=0, le=255)]], Field(max_length=20_000)]
    colours: Annotated[list[Annotated[int, Field(ge=0, le=15)]], Field(max_length=20_000)] = []
    """The nearest of the sixteen colours of the console, one for each of `greys`; empty where there are none."""


class PortsView(Model):
    """USB sockets in which something was plugged in since the question came up, by the kernel's names of them."""

    kind: Literal["ports"] = "ports"
    seen: Annotated[list[Text], Field(max_length=MOST)] = []
    sockets: Annotated[list[Text], Field(max_length=MOST)] = []
    """All that the firmware says a person can reach; empty where it does not say."""


AnyView = Annotated[
    KeyboardView | TouchpadView | ToneView | LevelView | FrameView | PortsView, Field(discriminator="kind")
]


class AidState(Model):
    """The live aid of the open question, as the service knows it."""

    question_id: Text
    starting: bool = False
    """It was told to start and does not feel anything yet: on an old machine that takes some seconds."""
    running: bool = False
    view: AnyView | None = None
    """What was felt so far; it stays when the aid has ended."""
    problem: Message | None = None
    """Why it cannot help; the person's word alone counts then."""
