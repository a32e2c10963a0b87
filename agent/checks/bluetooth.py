"""Every Bluetooth controller: its driver, its switch, and whether it comes up when it is switched on."""

import errno
import re
from collections.abc import Callable

from agent.checks.base import Bench, figures
from agent.host.bluetooth import switch_on
from agent.host.rfkill import SwitchedOn, switched_on
from agent.inventory import bluetooth
from agent.model.check import CheckResult
from agent.model.inventory import Bluetooth, Inventory
from agent.model.message import Message, say
from agent.model.profile import Checks
from agent.model.words import Outcome

ID = "bluetooth"
TITLE = say("Bluetooth")
LOADS = frozenset({"bluetooth"})

_SECONDS = 12


def applies(inventory: Inventory) -> bool:
    return bool(inventory.bluetooth)


def subjects(inventory: Inventory) -> list[str]:
    return list(dict.fromkeys(one.name for one in inventory.bluetooth))


def missed(inventory: Inventory) -> Message | None:
    if not inventory.machine.chassis.portable:
        return None
    return say(
        "No Bluetooth was found. Where the computer should have it, look whether it is switched off in the BIOS or by "
        "a key."
    )


def expected_seconds(_checks: Checks, _inventory: Inventory) -> float:
    return _SECONDS


def check(
    bench: Bench, switch_on: Callable[[int], int] = switch_on, switched_on: SwitchedOn = switched_on
) -> CheckResult:
    """Training plays what does the work here. Raises nothing of its own."""
    with switched_on(bench.source, "bluetooth") as switches:
        bench.report(None, say("switching Bluetooth on"), None)
        one = next((each for each in bluetooth.read(bench.source) if each.name == bench.subject), None)
        number = re.fullmatch(r"hci(\d{1,3})", one.name) if one else None
        answer = switch_on(int(number[1])) if number and not switches.hard else None
    outcome, reason = judge(one, switches.hard, answer)
    return CheckResult(
        id=ID,
        subject=bench.subject,
        title=TITLE,
        outcome=outcome,
        reason=reason,
        figures=figures(driver=one.driver if one else None, error=answer or None),
    )


def judge(one: Bluetooth | None, hard: bool, answer: int | None) -> tuple[Outcome, Message]:
    """Pure. `hard`: switched off where no program can change it. `answer`: what switching it on gave, 0 where it came
    up, else an error's number; None where it was not tried."""
    if hard or answer == errno.ERFKILL:
        return Outcome.ERROR, say(
            "Bluetooth is switched off by a switch or key on the case, or in the BIOS. Switch it on, then start the "
            "check again."
        )
    if one is None:
        return Outcome.ERROR, say("Bluetooth has gone away. Start the computer again.")
    if answer is None:
        return Outcome.FAILED, say("No driver works with this Bluetooth. Where it is needed, use an adapter.")
    if answer in (errno.EPERM, errno.EACCES, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT):
        return Outcome.ERROR, say("This system does not let Bluetooth be switched on. Start again as root.")
    if answer:
        return Outcome.FAILED, say(
            "Bluetooth does not answer when it is switched on (error {number}). Switch the computer off and on again; "
            "if it stays so, it is faulty.", number=answer,
        )  # fmt: skip
    return Outcome.PASSED, say("Bluetooth was switched on and answers.")
