"""What whoever minds ten machines sees of this one from three metres: which it is, and whether it needs somebody."""

import math
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from agent.model.message import Message, say
from agent.model.state import IntakeState, StepState, Timetable
from agent.model.words import Delivery, GradeLetter, Outcome, Phase, SanitizationStatus, StepStatus
from agent.tui.charset import fit
from agent.tui.face import Face, Tell
from agent.tui.lines.big import SCALES, Scale, big, columns, drawable, rows
from agent.tui.lines.layout import Lines, plain, wrapped
from agent.tui.lines.result import delivery_lines
from agent.tui.lines.steps import is_erase, step_lines
from agent.tui.theme import BAD, BUSY, DOUBT, GOOD, STRONG

YOUR_TURN = say("YOUR TURN")
DONE = say("DONE")
PROBLEM = say("PROBLEM")
WORKING = say("WORKING")

_SMALL_ROWS = 4
"""Rows that the large letters leave to what is said in small ones."""
_LONG = 12
"""A tag of more signs may stand in two pieces."""
_GOOD = (SanitizationStatus.SANITIZED, SanitizationStatus.NOT_REQUESTED, SanitizationStatus.REMOVED)


class Standing(NamedTuple):
    """The one word, its colour, and what explains it."""

    word: Message
    style: str
    why: list[Message]


def standing(face: Face, now: datetime, heard_seconds: float) -> Standing:
    """Trouble first, then whether somebody is waited for. `heard_seconds`: how long ago the timetable was told."""
    state = face.state
    if face.broken is not None:
        return Standing(PROBLEM, BAD, [say("The screen has lost the intake service."), face.broken.reason])
    if state.problem is not None:
        return Standing(PROBLEM, BAD, [part for part in (state.problem, state.problem_hint) if part])
    urgent = [step.detail for step in state.steps if step.urgent and step.detail and step.status is StepStatus.RUNNING]
    if state.phase is Phase.FINISHED:
        trouble = _trouble(state)
        return Standing(PROBLEM, BAD, trouble) if trouble else Standing(DONE, GOOD, [])
    if state.question is not None or urgent:
        return Standing(YOUR_TURN, DOUBT, ([state.question.text] if state.question else []) + urgent)
    if state.phase is Phase.IDLE:
        return Standing(YOUR_TURN, DOUBT, [])
    left = None if state.timetable is None else _minutes(state.timetable, now, heard_seconds)
    return Standing(WORKING if left is None else left, BUSY, [])


def _trouble(state: IntakeState) -> list[Message]:
    """Why somebody must act though all is done."""
    found = [each.reason for each in state.sanitizations if each.status not in _GOOD]
    if state.delivery.status is Delivery.UNSAVED or state.unsaved:
        found.insert(0, say("NOT SAVED: the report exists in memory only. Do not switch off."))
    if state.grade is not None and state.grade.letter is GradeLetter.HOLD:
        found += state.grade.reasons[:1] or [say("On hold: somebody must act before this machine can leave.")]
    return found


def _minutes(table: Timetable, now: datetime, heard_seconds: float) -> Message:
    """Rounded up; counted down, since a timetable is told anew only when its end has moved."""
    told = table.seconds_left - heard_seconds
    seconds = told if table.ends_at is None else (table.ends_at - now).total_seconds()
    minutes = max(1, math.ceil(seconds / 60))
    if minutes < 100:
        return say("{minutes} MIN", minutes=str(minutes))
    return say("{hours} H {minutes}", hours=str(minutes // 60), minutes=f"{minutes % 60:02}")


class Piece(NamedTuple):
    """One text of its own rows; without a scale in ordinary letters."""

    text: str
    scale: Scale | None
    style: str

    def columns(self) -> int:
        return columns(self.text, self.scale) if self.scale else len(self.text)

    def rows(self) -> int:
        return rows(self.text, self.scale) if self.scale else 1

    def lines(self, width: int) -> Lines:
        shown = big(self.text, self.scale) if self.scale else [self.text]
        return [*(plain(row.center(width).rstrip(), self.style) for row in shown), plain("")]


def afar_lines(face: Face, room: tuple[int, int], now: datetime, heard_seconds: float) -> Lines:
    """All of it within `room`, in columns and rows."""
    width, height = room
    told = standing(face, now, heard_seconds)
    word, tag = face.tell(told.word), fit(face.state.asset_tag or "")
    small = _small(face.state, told, width, face.tell)
    pieces = _large(tag, Piece(word, None, told.style), width, height - min(_SMALL_ROWS, len(small)))
    large = [line for piece in pieces for line in piece.lines(width)]
    return [*large, *small][:height]


@lru_cache(16)
def _large(tag: str, word: Piece, width: int, height: int) -> list[Piece]:
    """The tag above the word, the word as large as can be, then the tag as large as the rest allows. Where there is no
    room for both, or no letter for a sign of the tag, that one stands there in ordinary letters."""
    for tags in (_ways(tag, STRONG), [[Piece(tag[:width], None, STRONG)] if tag else []]):
        for below in _ways(word.text, word.style):
            for above in tags:
                pieces = [*above, *below]
                fits = all(piece.columns() <= width for piece in pieces)
                if fits and sum(piece.rows() + 1 for piece in pieces) <= height:
                    return pieces
    return [Piece(text[:width], None, style) for text, style in ((tag, STRONG), (word.text, word.style)) if text]


def _ways(text: str, style: str) -> list[list[Piece]]:
    """How the text can be drawn, the largest first: in one piece, or below each other what belongs together."""
    if not drawable(text):
        return []
    half = (len(text) + 1) // 2
    parts = text.split() if " " in text else [text[:half], text[half:]]
    whole = [[text], parts] if " " in text or len(text) > _LONG else [[text]]
    return [[Piece(part, scale, style) for part in way] for scale in SCALES for way in whole]


def _small(state: IntakeState, told: Standing, width: int, tell: Tell) -> Lines:
    """What explains the word, then the erases: first what went wrong, then what runs."""
    lines = [row for why in told.why for row in wrapped(tell(why), width, style=told.style)]
    erases = sorted((step for step in state.steps if is_erase(step.id)), key=_order)
    lines += [row for step in erases for row in step_lines(step, width, tell)]
    if state.phase is Phase.FINISHED:
        lines += delivery_lines(state.delivery, width, tell)
    return lines


def _order(step: StepState) -> int:
    if step.status is StepStatus.DONE and step.outcome in (Outcome.FAILED, Outcome.ERROR):
        return 0
    return 1 if step.status is StepStatus.RUNNING else 2
