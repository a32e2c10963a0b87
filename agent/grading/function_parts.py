"""The parts that a person uses, the checks that try each, and how it stands with them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from agent.grading.evidence import complaint, conclude, worst
from agent.model.check import CheckResult
from agent.model.inventory import Inventory
from agent.model.message import Message, say
from agent.model.words import Chassis, Outcome


class Weight(Enum):
    """What a failure makes of the machine."""

    VITAL = "parts"
    MAIN = "C"
    SECONDARY = "B"


class State(Enum):
    WORKS = "works"
    LIMITED = "works in part"
    FAILS = "fails"
    UNTESTED = "not tested"
    ABSENT = "not applicable"


@dataclass(frozen=True)
class Part:
    """One function of the machine; an automatic and a manual check of it count together."""

    id: str
    name: Message
    weight: Weight
    checks: tuple[str, ...]
    expected: Callable[[Inventory], bool]
    """Whether the machine should have it: then, without any result, it counts as not tested."""


def _portable(inventory: Inventory) -> bool:
    return inventory.machine.chassis.portable


def _with_keys(inventory: Inventory) -> bool:
    return inventory.machine.chassis in (Chassis.NOTEBOOK, Chassis.CONVERTIBLE)


def _with_screen(inventory: Inventory) -> bool:
    return _portable(inventory) or inventory.machine.chassis is Chassis.ALL_IN_ONE


def _always(_inventory: Inventory) -> bool:
    return True


def _never(_inventory: Inventory) -> bool:
    return False


PARTS = (
    Part("display", say("Screen"), Weight.VITAL, ("display",), _with_screen),
    Part("charging", say("Charging"), Weight.VITAL, ("charging",), lambda machine: bool(machine.batteries)),
    Part("keyboard", say("Keyboard"), Weight.MAIN, ("keyboard",), _with_keys),
    Part("touchpad", say("Touchpad"), Weight.MAIN, ("touchpad",),
         lambda machine: any(each.kind == "touchpad" for each in machine.inputs)),
    Part("wifi", say("Wi-Fi"), Weight.MAIN, ("wifi",),
         lambda machine: any(each.wireless for each in machine.network)),
    Part("sound", say("Sound"), Weight.MAIN, ("sound", "speakers"), _always),
    Part("camera", say("Camera"), Weight.SECONDARY, ("camera", "webcam"), lambda machine: bool(machine.cameras)),
    Part("microphone", say("Microphone"), Weight.SECONDARY, ("microphone",), _portable),
    Part("bluetooth", say("Bluetooth"), Weight.SECONDARY, ("bluetooth",), lambda machine: bool(machine.bluetooth)),
    Part("network", say("Network socket"), Weight.SECONDARY, ("network",),
         lambda machine: any(not each.wireless for each in machine.network)),
    # Only a hand can say that the sockets work: what the automatic check passes are the controllers behind them.
    Part("ports", say("Sockets"), Weight.SECONDARY, ("ports",), _always),
    Part("usb", say("USB controllers"), Weight.SECONDARY, ("usb_ports",), _never),
    Part("hinges", say("Hinges"), Weight.SECONDARY, ("hinges",), _with_keys),
    Part("graphics", say("Graphics"), Weight.SECONDARY, ("gpu",), _never),
    Part("sensors", say("Fan and sensors"), Weight.SECONDARY, ("sensors",), _never),
    Part("clock_battery", say("Battery of the clock"), Weight.SECONDARY, ("clock_battery",), _never),
    Part("charger", say("Charger"), Weight.SECONDARY, ("charger",), _never),
    # What only the kernel names: no check looks at it.
    Part("card", say("Card or chip"), Weight.SECONDARY, ("disk_controller",), _never),
    Part("completeness", say("Missing parts"), Weight.SECONDARY, ("completeness",), _never),
)  # fmt: skip
BY_ID = {part.id: part for part in PARTS}

_ASKED = {"display", "keyboard", "touchpad", "speakers", "microphone", "webcam", "ports", "hinges", "charger",
          "completeness"}  # fmt: skip
"""Checks that ask a person. What a check without one skips it could not try, where the machine has the part."""
_STATES = {Outcome.PASSED: State.WORKS, Outcome.DEGRADED: State.LIMITED, Outcome.FAILED: State.FAILS}


def state(part: Part, inventory: Inventory, checks: Iterable[CheckResult]) -> State:
    """How it stands with one part. Either check failing counts; what only the kernel's log says can only worsen it."""
    results = [result for result in checks if result.id in part.checks]
    found = worst(conclude(results, check) for check in part.checks)
    told = complaint(checks, (part.id, *part.checks))
    if told and told.outcome is not Outcome.PASSED:
        found = worst((found, told))
    if found:
        return _STATES[found.outcome]
    skipped = [result for result in results if result.outcome is Outcome.SKIPPED and not result.untried]
    if any(result.id in _ASKED for result in skipped):
        return State.ABSENT  # a person says that there is none
    left = len(skipped) < len(results)
    return State.UNTESTED if left or part.expected(inventory) else State.ABSENT


def states(inventory: Inventory, checks: list[CheckResult]) -> dict[str, State]:
    """How it stands with every part, by its id."""
    return {part.id: state(part, inventory, checks) for part in PARTS}
