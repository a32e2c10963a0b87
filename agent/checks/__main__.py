"""The child's side of a check: one order on standard input, events on standard output, as JSON Lines.

The end of the input means that the service has gone; then, as on SIGTERM, the check ends its programs and itself.
"""

import json
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Mapping
from importlib import import_module
from types import FrameType, MappingProxyType
from typing import cast

from agent.checks.base import Bench, Check, CheckModule
from agent.host.run import ToolMissing, ToolTimeout
from agent.model.check import CheckResult, Series
from agent.model.curve import MOST, thinned
from agent.model.inventory import Inventory
from agent.model.message import Message, say
from agent.model.profile import Checks
from agent.model.surface import LIVE_SECONDS
from agent.model.words import Outcome

log = logging.getLogger("ordis.checks")

_ORDER_LIMIT = 8 * 1024 * 1024
_EVERY_SECONDS = 0.9  # reports come twice a second, and about every second one is passed on


def main(played: Mapping[str, Check] = MappingProxyType({})) -> None:
    """`played` are the checks that training does not let near this computer's devices."""
    signal.signal(signal.SIGTERM, _stop)
    line = sys.stdin.buffer.readline(_ORDER_LIMIT)
    if line:
        _say({"event": "result", "result": _answer(line, played).model_dump(mode="json")})


def _answer(line: bytes, played: Mapping[str, Check] = MappingProxyType({})) -> CheckResult:
    name, subject, started = "?", None, time.monotonic()
    try:
        order = json.loads(line)
        name = str(order["check"])
        subject = None if order["subject"] is None else str(order["subject"])
        bench = Bench(
            checks=Checks.model_validate(order["profile"]),
            inventory=Inventory.model_validate(order["inventory"]),
            report=_Reporter(),
            subject=subject,
            draw=_Drawer(),
            show=lambda levels: _say({"event": "glance", "levels": levels.hex()}),
        )
        result = (played.get(name) or _carried_out_by(name))(bench)
        return result if result.seconds else result.model_copy(update={"seconds": time.monotonic() - started})
    except ToolMissing as missing:
        reason = say(
            "{program} is not installed, so this could not be tested. Use the Ordis stick, or install it.",
            program=str(missing),
        )
    except ToolTimeout:
        reason = say("The test program did not end in its time. Start the check again.")
    except Exception as error:
        log.exception("check %s", name)
        reason = say("The check broke off ({cause}). Start it again.", cause=f"{type(error).__name__}: {error}")
    return CheckResult(
        id=name,
        subject=subject,
        title=say("Check"),  # the service knows the right one
        outcome=Outcome.ERROR,
        reason=reason,
        seconds=time.monotonic() - started,
    )


def _carried_out_by(name: str) -> Check:
    """Loads this one alone: all of them in every child would cost a slow computer many seconds. Raises LookupError for
    what is no check."""
    if name not in Checks.model_fields:
        raise LookupError(f"there is no check {name}")
    return cast("CheckModule", import_module(f"agent.checks.{name}")).check


class _Reporter:
    """Passes progress on about once a second, and ends the process when nobody listens any more."""

    def __init__(self) -> None:
        self._last = 0.0

    def __call__(self, percent: float | None, detail: Message | None, seconds_left: float | None) -> None:
        _stop_when_alone()
        now = time.monotonic()
        if now - self._last < _EVERY_SECONDS:
            return
        self._last = now
        _say(
            {
                "event": "progress",
                "percent": None if percent is None else round(percent, 1),
                "seconds_left": None if seconds_left is None else round(seconds_left, 1),
                "detail": None if detail is None else detail.as_dict(),
            }
        )


class _Drawer:
    """Passes curves on, thinned, as often as a screen has use for them."""

    def __init__(self) -> None:
        self._last = 0.0

    def __call__(self, series: list[Series]) -> None:
        now = time.monotonic()
        if not series or now - self._last < LIVE_SECONDS:
            return
        self._last = now
        _say({"event": "curves", "curves": [thinned(one).model_dump() for one in series[:MOST]]})


def _say(event: dict[str, object]) -> None:
    try:
        sys.stdout.write(json.dumps(event) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        _stop()


def _stop_when_alone() -> None:
    readable, _, _ = select.select([sys.stdin.fileno()], [], [], 0)
    if readable and not os.read(sys.stdin.fileno(), 65536):
        _stop()


def _stop(_number: int = signal.SIGTERM, _frame: FrameType | None = None) -> None:
    """Leave through every `finally`, which is where programs are ended."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one must not interrupt that
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # else Python complains at its end that nobody reads
    raise SystemExit(0)


if __name__ == "__main__":
    main()
