"""The login of iSCSI: who comes, and what both sides agree upon (RFC 7143: 6, 11.12, 11.13, 13)."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from agent.training.serve.iscsi_pdu import (
    ANSWER,
    LOGIN_SEGMENT,
    SEGMENT,
    Opcode,
    Pdu,
    build,
    parse_text,
    receive,
    text,
)
from agent.training.serve.wire import Closed, Wire

MOST_TEXT = 64 * 1024
"""Bytes of keys and values over all units of one request."""
_MOST_REQUESTS = 32
"""Units until a login must be done."""
BURST = 256 * 1024
FIRST_BURST = 64 * 1024
_SECURITY, _OPERATIONAL, _FULL = 0, 1, 3
_TRANSIT, _CONTINUE = 0x80, 0x40

_sessions = itertools.count(1)


class Failure(IntEnum):
    """Status class and detail of a login that fails."""

    INITIATOR_ERROR = 0x0200
    AUTHENTICATION = 0x0201
    NOT_FOUND = 0x0203
    VERSION = 0x0205
    MISSING_PARAMETER = 0x0207
    SESSION_TYPE = 0x0209
    INVALID_DURING_LOGIN = 0x020B


@dataclass
class Session:
    """What was agreed upon."""

    discovery: bool = False
    segment: int = LOGIN_SEGMENT
    """Bytes of data that the initiator takes in one unit."""
    burst: int = BURST
    first_burst: int = FIRST_BURST
    immediate_data: bool = True
    status_number: int = 0
    """StatSN of the next answer."""
    command_number: int = 0
    """CmdSN that is due."""


def log_in(wire: Wire, target: str) -> Session:
    """Lead the login to its end. Raises Closed; also for one that has failed, after saying so."""
    return _Login(wire, target).run()


class _Login:
    def __init__(self, wire: Wire, target: str) -> None:
        self._wire = wire
        self._target = target
        self._session = Session()
        self._named = False
        """The first request has said who comes and what for."""
        self._told = False
        """We have said how much we take in one unit."""
        self._collected = b""

    def run(self) -> Session:
        for number in range(_MOST_REQUESTS):
            request = receive(self._wire, LOGIN_SEGMENT)
            if request.opcode != Opcode.LOGIN:
                raise Closed("something else than a login")
            if number == 0:
                self._session.status_number = request.number(28)
                self._session.command_number = request.number(24)
            if self._answer(request):
                return self._session
        raise Closed("a login without end")

    def _answer(self, request: Pdu) -> bool:
        """Answer one request; True when the login is done."""
        stage, next_stage = request.flags >> 2 & 3, request.flags & 3
        transit, more = bool(request.flags & _TRANSIT), bool(request.flags & _CONTINUE)
        if request.header[3] > 0:  # Version-min; there is only version 0
            self._fail(request, Failure.VERSION)
        if stage > _OPERATIONAL or (transit and (more or next_stage <= stage or next_stage == 2)):
            self._fail(request, Failure.INITIATOR_ERROR)
        self._collected += request.data
        if len(self._collected) > MOST_TEXT:
            raise Closed("too much text")
        if more:
            self._say(request, request.flags & 0x0C, {})
            return False
        asked, self._collected = parse_text(self._collected), b""
        answers = {} if self._named else self._meet(request, asked)
        answers |= self._negotiate(asked)
        if stage == _OPERATIONAL and not self._told:
            self._told = True
            answers["MaxRecvDataSegmentLength"] = str(SEGMENT)
        done = transit and next_stage == _FULL
        self._say(request, request.flags & (0x8F if transit else 0x0C), answers, done=done)
        return done

    def _meet(self, request: Pdu, asked: dict[str, str]) -> dict[str, str]:
        """What the first request must say (6.3)."""
        if not asked.get("InitiatorName"):
            self._fail(request, Failure.MISSING_PARAMETER)
        kind = asked.get("SessionType", "Normal")
        if kind not in {"Normal", "Discovery"}:
            self._fail(request, Failure.SESSION_TYPE)
        self._session.discovery = kind == "Discovery"
        if not self._session.discovery:
            if "TargetName" not in asked:
                self._fail(request, Failure.MISSING_PARAMETER)
            if asked["TargetName"] != self._target:
                self._fail(request, Failure.NOT_FOUND)
        if "None" not in asked.get("AuthMethod", "None").split(","):
            self._fail(request, Failure.AUTHENTICATION)
        self._named = True
        return {} if self._session.discovery else {"TargetPortalGroupTag": "1"}

    def _negotiate(self, asked: dict[str, str]) -> dict[str, str]:
        answers = {}
        for key, value in asked.items():
            if key == "MaxRecvDataSegmentLength":
                self._session.segment = min(_number(value, 512, 0xFFFFFF), SEGMENT)
            elif key in _FIXED:
                answers[key] = _FIXED[key]
            elif key in _CHOSEN:
                answers[key] = str(_CHOSEN[key](self._session, value))
            elif key not in _DECLARED:
                answers[key] = "NotUnderstood"
        return answers

    def _fail(self, request: Pdu, failure: Failure) -> None:
        """Say why, and hang up."""
        fields = {36: failure.to_bytes(2), **_session_fields(request, 0)}
        self._send(request, 0, fields)
        raise Closed(failure.name)

    def _say(self, request: Pdu, flags: int, answers: dict[str, str], *, done: bool = False) -> None:
        handle = next(_sessions) & 0xFFFF or next(_sessions) & 0xFFFF if done else 0
        self._send(request, flags, _session_fields(request, handle), text(answers))
        self._session.status_number = self._session.status_number + 1 & 0xFFFFFFFF

    def _send(self, request: Pdu, flags: int, fields: dict[int, bytes], data: bytes = b"") -> None:
        session = self._session
        numbers = (session.status_number, session.command_number, session.command_number)
        fields |= {24 + 4 * place: number.to_bytes(4) for place, number in enumerate(numbers)}
        self._wire.send(build(Opcode.LOGIN + ANSWER, flags, request.tag, fields, data[:LOGIN_SEGMENT]))


def _session_fields(request: Pdu, handle: int) -> dict[int, bytes]:
    """ISID as the initiator has it, and the handle of the session (TSIH), which it gets with the last answer.

    A session ends with its connection: one that comes back is a new one.
    """
    return {8: request.header[8:14], 14: handle.to_bytes(2)}


def _number(value: str, low: int, high: int) -> int:
    """A number of a key. Raises Closed."""
    try:
        number = int(value, 0)
    except ValueError as error:
        raise Closed("a number that is none") from error
    if not low <= number <= high:
        raise Closed("a number out of its range")
    return number


def _burst(session: Session, value: str) -> int:
    session.burst = min(session.burst, _number(value, 512, 0xFFFFFF))
    return session.burst


def _first_burst(session: Session, value: str) -> int:
    session.first_burst = min(session.first_burst, _number(value, 512, 0xFFFFFF))
    return session.first_burst


def _immediate(session: Session, value: str) -> str:
    session.immediate_data = value == "Yes"
    return "Yes" if session.immediate_data else "No"


_DECLARED = {"InitiatorName", "InitiatorAlias", "SessionType", "TargetName", "TargetAlias"}
"""Keys that are told and need no answer."""
# One connection, everything in order, nothing is ever repeated, and data only comes when it was asked for.
_FIXED = {
    "AuthMethod": "None", "HeaderDigest": "None", "DataDigest": "None", "MaxConnections": "1", "InitialR2T": "Yes",
    "DataPDUInOrder": "Yes", "DataSequenceInOrder": "Yes", "MaxOutstandingR2T": "1", "ErrorRecoveryLevel": "0",
    "DefaultTime2Retain": "0", "IFMarker": "No", "OFMarker": "No", "TaskReporting": "RFC3720",
    "iSCSIProtocolLevel": "1",
}  # fmt: skip
_CHOSEN: dict[str, Callable[[Session, str], object]] = {
    "MaxBurstLength": _burst,
    "FirstBurstLength": _first_burst,
    "ImmediateData": _immediate,
    "DefaultTime2Wait": lambda _, value: _number(value, 0, 3600),
}
