"""What a workshop can do to a machine, and what the machine then is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from agent.grading import memory_fit
from agent.grading.battery import swollen
from agent.grading.drive import staying
from agent.grading.evidence import KERNEL_LOG, complaint, label, names
from agent.grading.facts import Facts
from agent.grading.function_parts import PARTS, Part, State, Weight, states
from agent.model.grade import AxisGrade, Repair
from agent.model.inventory import Battery, Drive, SmartCounters
from agent.model.message import Message, say
from agent.model.profile import GIB, Effort, Repairs
from agent.model.sanitization import DriveIdentity, Sanitization
from agent.model.words import GradeLetter, Health, Outcome, SanitizationStatus, Transport


@dataclass(frozen=True)
class Option:
    """One repair with what it costs. A part that comes in new is good, and not tested yet."""

    repair: Repair
    about: str
    """What it changes; two options about the same thing exclude each other."""
    axes: tuple[str, ...]
    """The axes that it can better; `gates` for what holds the machine."""
    effort: Effort
    apply: Callable[[Facts], Facts]
    at_best: bool = False


def options(facts: Facts, axes: list[AxisGrade], efforts: Repairs) -> Iterator[Option]:
    """Every repair that could help: of what is not already as good as can be."""
    weak = {axis.axis for axis in axes if axis.letter is not GradeLetter.A}
    if "memory" in weak:
        yield from _memory(facts, axes, efforts)
    yield from _drives(facts, efforts)
    if "battery" in weak:
        yield from _batteries(facts, efforts)
    hot = complaint(facts.checks, ["thermal"])
    slow = any(axis.axis == "stress" and axis.letter is GradeLetter.C for axis in axes)
    if slow or (hot and hot.outcome is Outcome.FAILED):
        what = say("the fan cleaned and new thermal paste")
        yield Option(_repair("cooling", what), "cooling", ("stress",), efforts.cooling, _cooled)
    for part in PARTS:
        if part.id in _NEW and states(facts.inventory, facts.checks)[part.id] in (State.FAILS, State.LIMITED):
            yield _function(part, efforts)
    if any("AHCI" in unseen.remedy.text for unseen in facts.inventory.unseen_drives):
        what = say("the disk controller set to AHCI")
        yield Option(_repair("ahci", what), "ahci", ("gates",), Effort(euros=0, minutes=10), _revealed, at_best=True)


def _repair(kind: str, what: Message, part: str | None = None, size: int | None = None) -> Repair:
    return Repair(kind=kind, what=what, part=part, size_bytes=size)


# ---- memory


def _memory(facts: Facts, axes: list[AxisGrade], efforts: Repairs) -> Iterator[Option]:
    memory = facts.inventory.memory
    if any(axis.axis == "memory" and axis.letter is GradeLetter.PARTS and axis.threshold is None for axis in axes):
        size = min((module.size_bytes for module in memory.modules if module.size_bytes), default=0)
        if memory_fit.socketed(memory):
            effort = Effort(euros=efforts.memory.euros_per_gib * max(1, size // GIB), minutes=efforts.memory.minutes)
            what = say("a sound memory module instead of the faulty one")
            yield Option(_repair("faulty_memory", what), "faulty_memory", ("memory", "stress"), effort, _sound_memory)
    for fit in memory_fit.fits(memory):
        effort = Effort(euros=efforts.memory.euros_per_gib * (fit.size_bytes // GIB), minutes=efforts.memory.minutes)
        said: dict[str, str | int] = {"size": fit.size_bytes, "type": fit.type, "form": fit.form}
        if fit.instead_of is None:
            what = say("one {size:memory} {type} {form} in the free slot", **said)
            repair = _repair("add_memory", what, size=fit.size_bytes)
        else:
            what = say("one {size:memory} {type} {form} instead of one with {old:memory}", old=fit.instead_of, **said)
            repair = _repair("swap_memory", what, size=fit.size_bytes)
        yield Option(repair, "memory", ("memory",), effort, _memory_changed(fit))


def _memory_changed(fit: memory_fit.Fit) -> Callable[[Facts], Facts]:
    return lambda facts: facts.with_inventory(memory=fit.after)


def _sound_memory(facts: Facts) -> Facts:
    return facts.untested(("memory",)).untested((KERNEL_LOG,), ("memory",))


# ---- drives

_INTERNAL = (Transport.ATA, Transport.NVME)
"""Drives that a hand can change: eMMC is soldered, and what is plugged from outside is no part of the machine."""
_NEW_DRIVE = "new"
_DRIVE_AXES = ("drive", "gates")


def _drives(facts: Facts, efforts: Repairs) -> Iterator[Option]:
    kept = staying(facts)
    size = efforts.ssd.gigabytes * 10**9
    effort = Effort(euros=efforts.ssd.euros, minutes=efforts.ssd.minutes)
    if not kept and not facts.inventory.unseen_drives and (facts.inventory.drives or facts.empty_bay_confirmed):
        what = say("an SSD of {size:bytes} in the empty bay", size=size)
        yield Option(
            _repair("ssd", what, size=size), "drive", _DRIVE_AXES, effort, _new_drive(None, size, Transport.ATA)
        )
    for drive in kept:
        told_apart = not drive.serial or drive.serial in names(drive, facts.inventory.drives)
        if drive.transport not in _INTERNAL or drive.external or not told_apart:
            continue
        name = label(drive)
        what = say("an SSD of {size:bytes} instead of drive {drive}", size=size, drive=name)
        change = _new_drive(drive, size, drive.transport)
        yield Option(_repair("ssd", what, drive.path, size), f"drive {drive.path}", _DRIVE_AXES, effort, change)
        if len(kept) > 1:
            what = say("drive {drive} taken out", drive=name)
            repair = _repair("remove_drive", what, drive.path)
            yield Option(repair, f"drive {drive.path}", _DRIVE_AXES, Effort(euros=0, minutes=10), _drive_out(drive))


def _drive_out(drive: Drive) -> Callable[[Facts], Facts]:
    """The record then says that it was removed; what was found on it is no matter any more."""

    def change(facts: Facts) -> Facts:
        own = names(drive, facts.inventory.drives)
        left = [other for other in facts.inventory.drives if other is not drive]
        checks = [result for result in facts.checks if not (result.subject in own and result.subject is not None)]
        gone = _sanitization(drive, SanitizationStatus.REMOVED)
        done = replace(facts, checks=checks, sanitizations=[*facts.sanitizations, gone])
        return replace(done.with_inventory(drives=left), empty_bay_confirmed=facts.empty_bay_confirmed or not left)

    return change


def _new_drive(old: Drive | None, size: int, transport: Transport) -> Callable[[Facts], Facts]:
    def change(facts: Facts) -> Facts:
        after = _drive_out(old)(facts) if old else facts
        count = sum(drive.path.startswith(_NEW_DRIVE) for drive in after.inventory.drives)
        new = Drive(
            path=f"{_NEW_DRIVE}{count}", transport=transport, model="SSD", serial=f"{_NEW_DRIVE}{count}",
            size_bytes=size, rotational=False, wear_percent=0, smart_supported=True, health=Health.PASSED,
            smart=SmartCounters(reallocated=0, reported_uncorrectable=0, media_errors=0, critical_warning=0),
        )  # fmt: skip
        blank = _sanitization(new, SanitizationStatus.SANITIZED)
        drives = [*after.inventory.drives, new]
        return replace(after.with_inventory(drives=drives), sanitizations=[*after.sanitizations, blank])

    return change


def _sanitization(drive: Drive, status: SanitizationStatus) -> Sanitization:
    identity = DriveIdentity.model_validate({name: getattr(drive, name) for name in DriveIdentity.model_fields})
    return Sanitization(drive=identity, status=status, reason=say("Supposed, to see what it would gain."))


def _revealed(facts: Facts) -> Facts:
    """The drive behind it is not known yet: at best it takes nothing away."""
    left = [unseen for unseen in facts.inventory.unseen_drives if "AHCI" not in unseen.remedy.text]
    return replace(facts.with_inventory(unseen_drives=left), empty_bay_confirmed=True)


# ---- battery and cooling

_BATTERY_AXES = ("battery",)
_BATTERY_CHECKS = ("battery", "battery_discharge")


def _batteries(facts: Facts, efforts: Repairs) -> Iterator[Option]:
    batteries = facts.inventory.batteries
    if swollen(facts.checks):
        out, new = say("the battery taken out"), say("a new battery")
        yield Option(
            _repair("remove_battery", out), "battery", _BATTERY_AXES, Effort(euros=0, minutes=10), _batteries_out
        )
        yield Option(
            _repair("battery", new),
            "battery",
            _BATTERY_AXES,
            efforts.battery,
            lambda now: _new_battery(_batteries_out(now)),
        )
    elif not batteries:
        yield Option(_repair("battery", say("a new battery")), "battery", _BATTERY_AXES, efforts.battery, _new_battery)
    for battery in [] if swollen(facts.checks) else batteries:
        what = say("a new battery") if len(batteries) == 1 else say("a new battery {name}", name=battery.name)
        change = _battery_changed(battery)
        yield Option(
            _repair("battery", what, battery.name), f"battery {battery.name}", _BATTERY_AXES, efforts.battery, change
        )


def _batteries_out(facts: Facts) -> Facts:
    return facts.with_inventory(batteries=[]).untested(_BATTERY_CHECKS).without_figure("swollen")


def _new_battery(facts: Facts) -> Facts:
    return facts.with_inventory(batteries=[Battery(name="new", health_percent=100)])


def _battery_changed(old: Battery) -> Callable[[Facts], Facts]:
    def change(facts: Facts) -> Facts:
        new = old.model_copy(update={"health_percent": 100.0, "full_wh": old.design_wh, "serial": None})
        batteries = [new if battery is old else battery for battery in facts.inventory.batteries]
        # A result that names no battery may speak of another one.
        subjects = (old.name, None) if len(batteries) == 1 else (old.name,)
        return facts.with_inventory(batteries=batteries).untested(_BATTERY_CHECKS, subjects)

    return change


def _cooled(facts: Facts) -> Facts:
    return facts.untested(("processor",)).untested((KERNEL_LOG,), ("processor", "thermal"))


# ---- functions

_NEW: dict[str, Message] = {
    "display": say("another screen"),
    "charging": say("charging repaired"),
    "keyboard": say("another keyboard"),
    "touchpad": say("another touchpad"),
    "wifi": say("a USB Wi-Fi adapter"),
    "sound": say("sound repaired, or a USB sound adapter"),
    "camera": say("another camera"),
    "microphone": say("another microphone"),
    "bluetooth": say("a USB Bluetooth adapter"),
    "network": say("a USB network adapter"),
    "ports": say("the sockets repaired"),
    "hinges": say("the hinges repaired"),
    "sensors": say("another fan"),
    "clock_battery": say("a new battery for the clock (CR2032)"),
    "charger": say("a charger that fits"),
    "completeness": say("the missing parts added"),
}


def _function(part: Part, efforts: Repairs) -> Option:
    effort = efforts.secondary if part.weight is Weight.SECONDARY else getattr(efforts, part.id)

    def change(facts: Facts) -> Facts:
        return facts.untested(part.checks).untested((KERNEL_LOG,), (part.id, *part.checks))

    return Option(_repair(f"replace_{part.id}", _NEW[part.id]), part.id, ("functions",), effort, change)
