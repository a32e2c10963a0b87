"""Every camera: one picture is taken, and must be neither black nor of one tone. It is kept nowhere; a face may show it
for a moment as coarse blocks."""

from collections.abc import Callable, Iterator

from agent.checks.base import Bench, figures
from agent.checks.picture import Blocks, Broken, blocks
from agent.host.video import Frame, InUse, NoPicture, UnknownFormat, frame
from agent.inventory import cameras
from agent.model.check import CheckResult, Figure
from agent.model.inventory import Inventory
from agent.model.message import Message, say
from agent.model.part_checks import CameraCheck
from agent.model.profile import Checks
from agent.model.words import Chassis, Outcome

ID = "camera"
TITLE = say("Camera")
LOADS = frozenset({"camera"})

_SECONDS = 10
_GREY = "GREY"
"""What the second sensor of many laptops gives, which sees by its own infrared lamp."""

Verdict = tuple[Outcome, Message]


def applies(inventory: Inventory) -> bool:
    return bool(inventory.cameras)


def subjects(inventory: Inventory) -> list[str]:
    return list(dict.fromkeys(camera.name for camera in inventory.cameras))


def missed(inventory: Inventory) -> Message | None:
    chassis = inventory.machine.chassis
    if not chassis.portable and chassis is not Chassis.ALL_IN_ONE:
        return None
    return say(
        "No camera was found. Where the case has one, look whether a key or the BIOS has it switched off, and whether "
        "its cable is loose."
    )


def expected_seconds(_checks: Checks, inventory: Inventory) -> float:
    return _SECONDS * max(1, len(inventory.cameras))


def check(bench: Bench, take: Callable[[str], Frame] = frame) -> CheckResult:
    """Of several sensors with the same name, the worst speaks, but for what cannot be looked at. Raises ToolMissing,
    OSError."""
    bench.report(None, say("taking a picture"), None)
    tried = [_try(bench, node, take) for node in cameras.nodes(bench.source, bench.subject or "")]
    if not tried:
        tried = [(_without_node(bench), None)]
    order = (Outcome.FAILED, Outcome.ERROR, Outcome.DEGRADED, Outcome.PASSED, Outcome.SKIPPED)
    (outcome, reason), seen = min(tried, key=lambda each: order.index(each[0][0]))
    return CheckResult(
        id=ID,
        subject=bench.subject,
        title=TITLE,
        outcome=outcome,
        reason=reason,
        figures=[*_figures(seen, bench.checks.camera), *figures(cameras=len(tried))],
    )


def judge(seen: Blocks, settings: CameraCheck) -> Verdict:
    """Pure."""
    if seen.brightest <= settings.dark_level:
        return Outcome.DEGRADED, say(
            "The camera answers, but its picture is black. Open its shutter or take off what covers it, give it light, "
            "then start the check again."
        )
    if seen.spread < settings.least_spread:
        return Outcome.DEGRADED, say(
            "The camera answers, but its picture is all of one tone. Let it look at the room, wipe its lens, then "
            "start the check again."
        )
    return Outcome.PASSED, say("The camera gives a picture.")


def _try(bench: Bench, node: str, take: Callable[[str], Frame]) -> tuple[Verdict, Blocks | None]:
    try:
        picture = take(node)
        seen = blocks(picture)
    except UnknownFormat as unknown:
        return (Outcome.SKIPPED, say(
            "The camera's pictures have a form that cannot be looked at here ({formats}). Try it with the system that "
            "the computer gets.", formats=str(unknown),
        )), None  # fmt: skip
    except InUse:
        return (Outcome.ERROR, say(
            "Another program uses the camera. Close it, then start the check again."
        )), None  # fmt: skip
    except (NoPicture, Broken) as none:
        return (Outcome.FAILED, say(
            "The camera gives no picture ({why}). Start the check again; if it stays so, its cable is loose or it is "
            "faulty.", why=str(none),
        )), None  # fmt: skip
    bench.show(seen.levels)
    verdict = judge(seen, bench.checks.camera)
    if picture.kind == _GREY and verdict[0] is not Outcome.PASSED:
        return (Outcome.SKIPPED, say(
            "This camera sees infrared light only, for recognising faces, and there is none. It is tried with the "
            "system that the computer gets."
        )), seen  # fmt: skip
    return verdict, seen


def _without_node(bench: Bench) -> Verdict:
    """The inventory sees a camera that gives no pictures here."""
    there = next((one for one in cameras.read(bench.source) if one.name == bench.subject), None)
    if there is None:
        return Outcome.ERROR, say("The camera has gone away. Plug it in again, or start the computer again.")
    if there.driver is None and there.internal is not True:
        return Outcome.FAILED, say("No driver works with this camera.")
    return Outcome.SKIPPED, say(
        "This camera works only together with the processor, which this stick does not know how to use. Try it with "
        "the system that the computer gets."
    )


def _figures(seen: Blocks | None, settings: CameraCheck) -> Iterator[Figure]:
    if seen is not None:
        yield Figure(name="brightest_level", value=seen.brightest, threshold=settings.dark_level)
        yield Figure(name="mean_level", value=round(seen.mean, 1))
        yield Figure(name="spread_levels", value=round(seen.spread, 1), threshold=settings.least_spread)
