"""The machine in a few lines: what a person can compare with what stands on the bench."""

from agent.model.inventory import Drive, Inventory
from agent.model.message import say
from agent.model.state import IntakeState
from agent.model.words import Chassis, StepStatus, Subject
from agent.report.naming import CHASSIS, called, processor_name
from agent.tui.charset import fit
from agent.tui.face import Tell
from agent.tui.lines.layout import Lines, marked, plain, wrapped
from agent.tui.theme import DOUBT


def machine_name(inventory: Inventory | None) -> str:
    """Vendor and model, the vendor not said twice; empty while unknown."""
    if inventory is None:
        return ""
    return fit(called(inventory.machine.vendor, inventory.machine.model))


def drive_name(drive: Drive, tell: Tell) -> str:
    """What a person calls the drive: model and size."""
    model = drive.model or drive.path
    return tell(say("{model}, {size:bytes}", model=model, size=drive.size_bytes))


def machine_lines(inventory: Inventory | None, width: int, tell: Tell) -> Lines:
    """What is known so far, but for the name, which the band on top has; says so when nothing is known."""
    if inventory is None:
        return [plain(tell(say("Reading what this machine is...")))]
    lines = wrapped(" · ".join(_parts(inventory, tell)), width) + wrapped(_drives(inventory, tell), width)
    return lines + _unseen(inventory, width, tell)


def unseen_lines(state: IntakeState, width: int, tell: Tell) -> Lines:
    """Signs of drives that cannot be seen; nothing where there is none."""
    return _unseen(state.inventory, width, tell) if state.inventory is not None else []


def _unseen(inventory: Inventory, width: int, tell: Tell) -> Lines:
    rows = (f"{tell(unseen.sign)} {tell(unseen.remedy)}" for unseen in inventory.unseen_drives)
    return [line for row in rows for line in marked("!", DOUBT, row, width, DOUBT)]


def subject_lines(state: IntakeState, width: int, tell: Tell) -> Lines:
    """What the intake is about, as far as known: the machine, or at the dock what came by."""
    if state.subject is Subject.MACHINE:
        return machine_lines(state.inventory, width, tell)
    drives = len(state.inventory.drives) if state.inventory else 0
    done = sum(step.id.startswith("drive:") and step.status is not StepStatus.RUNNING for step in state.steps)
    counts = say("Drives that were plugged in: {count}. To be unplugged or gone: {done}.", count=drives, done=done)
    how = say("What was there at the start is never touched. To end: F8.")
    return wrapped(tell(counts), width) + wrapped(tell(how), width)


def _parts(inventory: Inventory, tell: Tell) -> list[str]:
    machine = inventory.machine
    parts = []
    if machine.chassis is not Chassis.OTHER:  # "other" says nothing to anybody
        parts.append(tell(CHASSIS[machine.chassis]))
    if machine.serial:
        parts.append(tell(say("serial number {serial}", serial=machine.serial)))
    for processor in inventory.processors:
        name = short_processor(processor.model or "") or tell(say("unknown processor"))
        cores = say("1 core") if processor.cores == 1 else say("{cores} cores", cores=processor.cores or 0)
        parts.append(f"{name} ({tell(cores)})" if processor.cores else name)
    memory = inventory.memory.installed_bytes or inventory.memory.usable_bytes
    if memory:
        parts.append(tell(say("{memory:memory} of memory", memory=memory)))
    healths = [battery.health_percent for battery in inventory.batteries if battery.health_percent is not None]
    # Rounded down: what a person promises must be there.
    return parts + [tell(say("battery at {health:percent} of new", health=int(health))) for health in healths]


def short_processor(model: str) -> str:
    """`Intel(R) Core(TM) i5-5300U CPU @ 2.30GHz` as a person says it: Intel Core i5-5300U."""
    return fit(processor_name(model))


def _drives(inventory: Inventory, tell: Tell) -> str:
    if not inventory.drives:
        if not inventory.unseen_drives and any(one.part == "drives" for one in inventory.unreadable):
            return tell(say("Looking for the drives..."))
        return tell(say("No drive seen."))
    return tell(say("Drives:")) + " " + " · ".join(drive_name(drive, tell) for drive in inventory.drives)
