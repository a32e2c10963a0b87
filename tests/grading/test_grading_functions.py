"""What a person tries: the functions, the looks, the categories of the R2v3 REC, and what a person can hold back."""

import pytest
from graded_machines import CHECKS, INVENTORY, changed, check, graded, texts

from agent.grading import cosmetic, functions
from agent.model.check import STOPPED, CheckResult, Figure, Try
from agent.model.grade import AxisGrade
from agent.model.inventory import Battery, Bluetooth, Camera, InputDevice, Inventory, Machine, NetworkInterface
from agent.model.message import say
from agent.model.profile import CosmeticThresholds, FunctionThresholds
from agent.model.words import Chassis, GradeLetter, Outcome

P, D, F, S, E = Outcome.PASSED, Outcome.DEGRADED, Outcome.FAILED, Outcome.SKIPPED, Outcome.ERROR
LAPTOP = INVENTORY.model_copy(
    update={
        "network": [NetworkInterface(name="w", wireless=True), NetworkInterface(name="e")],
        "cameras": [Camera(name="c")], "bluetooth": [Bluetooth(name="b")],
        "inputs": [InputDevice(kind="touchpad", name="t")],
    }
)  # fmt: skip
ALL = ("display", "charging", "keyboard", "touchpad", "wifi", "sound", "speakers", "camera", "webcam", "microphone",
       "bluetooth", "network", "ports", "usb_ports", "hinges")  # fmt: skip


def judged(
    changes: dict[str, Outcome | None], inventory: Inventory = LAPTOP, most: int = 1, base: Outcome | None = P
) -> AxisGrade:
    outcomes = {**({} if base is None else dict.fromkeys(ALL, base)), **changes}
    checks = [check(name, outcome) for name, outcome in outcomes.items() if outcome]
    return functions.judge(inventory, checks, FunctionThresholds(b_secondary=most))


@pytest.mark.parametrize(
    ("changes", "letter", "named"),
    [
        ({}, "A", ""),
        *(({part: F}, "parts", name) for part, name in (("display", "Screen"), ("charging", "Charging"))),
        *(({part: F}, "C", name) for part, name in (
            ("keyboard", "Keyboard"), ("touchpad", "Touchpad"), ("wifi", "Wi-Fi"), ("sound", "Sound"),
            ("speakers", "Sound"))),
        *(({part: F}, "B", name) for part, name in (
            ("camera", "Camera"), ("webcam", "Camera"), ("microphone", "Microphone"), ("bluetooth", "Bluetooth"),
            ("network", "Network socket"), ("ports", "Sockets"), ("usb_ports", "USB controllers"), ("hinges", "Hinges"),
            ("gpu", "Graphics"), ("sensors", "Fan and sensors"), ("clock_battery", "Battery of the clock"),
            ("charger", "Charger"), ("completeness", "Missing parts"))),
        ({"camera": F, "webcam": F}, "B", "Camera"),
        ({"ports": F, "bluetooth": F}, "C", "Bluetooth, Sockets"),
        ({"hinges": F, "wifi": D}, "C", "Hinges, Wi-Fi"),
        ({"display": D}, "B", "Screen"),
        ({"keyboard": D, "wifi": D}, "C", "Keyboard, Wi-Fi"),
        ({"webcam": D}, "A", ""),
        ({"keyboard": F, "hinges": F, "ports": F}, "C", "Keyboard"),
        ({"display": F, "keyboard": F}, "parts", "Screen"),
        ({"tpm": F}, "A", ""),
    ],
)  # fmt: skip
def test_each_function_has_its_weight(changes: dict[str, Outcome | None], letter: str, named: str) -> None:
    axis = judged(changes)
    assert (axis.letter, axis.tested) == (letter, True)
    assert named in str(axis.reason)


@pytest.mark.parametrize(("failing", "letter"), [(1, "B"), (2, "B"), (3, "C")])
def test_a_profile_says_how_many_small_faults_b_allows(failing: int, letter: str) -> None:
    names = ("camera", "bluetooth", "hinges")[:failing]
    assert judged(dict.fromkeys(names, F), most=2).letter == letter


@pytest.mark.parametrize(
    ("automatic", "manual", "tested", "letter"),
    [
        (P, None, True, "A"), (None, P, True, "A"), (S, P, True, "A"), (E, P, True, "A"), (P, S, True, "A"),
        (F, P, True, "C"), (P, F, True, "C"), (F, None, True, "C"), (None, None, False, "A"), (E, None, False, "A"),
        (E, E, False, "A"), (S, E, False, "A"), (S, None, False, "A"), (S, S, True, "A"), (None, S, True, "A"),
    ],
)  # fmt: skip
def test_the_automatic_and_the_manual_check_of_a_part_count_together(
    automatic: Outcome | None, manual: Outcome | None, tested: bool, letter: str
) -> None:
    axis = judged({"sound": automatic, "speakers": manual})
    assert (axis.letter, axis.tested) == (letter, tested)
    assert ("Sound" in str(axis.missing)) is not tested


def test_a_check_that_was_stopped_by_hand_is_untested_and_no_answer() -> None:
    stopped = CheckResult(id="keyboard", title=say("t"), outcome=S, reason=STOPPED)
    axis = functions.judge(LAPTOP, [check("display"), stopped], FunctionThresholds())
    assert "Keyboard" in str(axis.missing)


def test_what_the_machine_does_not_have_does_not_count() -> None:
    desktop = Inventory(machine=Machine(chassis=Chassis.DESKTOP), network=[NetworkInterface(name="e")])
    axis = judged({"sound": P, "ports": P, "network": P}, desktop, base=None)
    assert (axis.letter, axis.tested, axis.missing) == (GradeLetter.A, True, None)
    axis = judged({"sound": P}, desktop, base=None)
    assert str(axis.missing) == "Not tested: Network socket, Sockets."


def test_nothing_tried_is_no_letter() -> None:
    axis = judged({}, base=None)
    assert (axis.letter, axis.tested, axis.applies) == (None, False, True)
    assert "Screen, Charging, Keyboard" in str(axis.reason)


@pytest.mark.parametrize(("outcome", "letter"), [(F, "C"), (D, "B"), (P, "A")])
def test_the_kernels_complaint_counts_for_the_part_it_names(outcome: Outcome, letter: str) -> None:
    told = CheckResult(id="kernel_log", subject="wifi", title=say("t"), outcome=outcome, reason=say("r"))
    checks = [*(check(name) for name in ALL), told]
    assert functions.judge(LAPTOP, checks, FunctionThresholds()).letter == letter


def test_a_card_that_no_check_looks_at_counts_by_the_kernels_word_for_it() -> None:
    told = CheckResult(id="kernel_log", subject="0000:01:00.0", title=say("t"), outcome=F, reason=say("r"),
                       figures=[Figure(name="part", value="disk_controller")])  # fmt: skip
    axis = functions.judge(LAPTOP, [*(check(name) for name in ALL), told], FunctionThresholds())
    assert (axis.letter, "Card or chip" in str(axis.reason)) == ("B", True)
    gone = told.model_copy(update={"figures": [Figure(name="part", value="drive")]})  # a drive that is out again
    assert functions.judge(LAPTOP, [*(check(name) for name in ALL), gone], FunctionThresholds()).letter == "A"


# ---- looks


def looks(category: str | float | None, outcome: Outcome = P) -> list[CheckResult]:
    figures = [] if category is None else [Figure(name="cosmetic_category", value=category)]
    return [CheckResult(id="cosmetic", title=say("t"), outcome=outcome, reason=say("r"), figures=figures)]


@pytest.mark.parametrize(
    ("category", "letter"),
    [("C9", "A"), ("C6", "A"), ("C5", "B"), ("C4", "B"), ("C3", "C"), ("C2", "D"), ("C1", "recycle")],
)
def test_looks(category: str, letter: str) -> None:
    axis = cosmetic.judge(looks(category), CosmeticThresholds())
    assert (axis.letter, axis.tested, str(axis.value)) == (letter, True, f"aspect {category[1]}/9")
    assert (axis.next_threshold is None) == (letter == "A")
    assert graded(checks=[*CHECKS, *looks(category)]).cosmetic_category == category
    assert category not in f"{axis.reason}{axis.value}{axis.threshold}{axis.next_threshold}"


@pytest.mark.parametrize(
    "checks", [[], looks(None), looks("C0"), looks("C10"), looks(5), looks("C5", S), looks("C5", E)]
)
def test_looks_that_nobody_told_are_untested(checks: list[CheckResult]) -> None:
    axis = cosmetic.judge(checks, CosmeticThresholds())
    assert (axis.letter, axis.tested) == (None, False)
    assert graded(checks=[*CHECKS, *checks]).cosmetic_category is None


def test_a_profile_moves_the_looks() -> None:
    limits = CosmeticThresholds(a_category=9, b_category=6, c_category=5)
    assert [cosmetic.judge(looks(f"C{number}"), limits).letter for number in range(1, 10)] == [
        "recycle", "D", "D", "D", "C", "B", "B", "B", "A",
    ]  # fmt: skip


def test_the_last_answer_about_the_looks_counts() -> None:
    assert cosmetic.category([*looks("C2"), *looks("C7")]) == 7


# ---- R2v3 REC

WHOLE = [*CHECKS, *(check(name) for name in ALL)]


@pytest.mark.parametrize(
    ("inventory", "checks", "category"),
    [
        (LAPTOP, WHOLE, "F4"),
        (LAPTOP, [*WHOLE, check("webcam", F)], "F3"),
        (LAPTOP, [*WHOLE, check("completeness", F)], "F3"),
        (LAPTOP, [each for each in WHOLE if each.id != "hinges"], "F3"),
        (LAPTOP, [each for each in WHOLE if each.id != "battery"], "F3"),
        (LAPTOP.model_copy(update={"batteries": [Battery(name="BAT0", health_percent=20)]}), WHOLE, "F3"),
        (LAPTOP, [*WHOLE, check("keyboard", F)], None),
        (LAPTOP, [each for each in WHOLE if each.id != "display"], None),
        (LAPTOP, [each for each in WHOLE if each.id != "memory"], None),
        (LAPTOP, [*WHOLE, check("processor", F)], None),
        (LAPTOP, CHECKS, None),
    ],
)  # fmt: skip
def test_functional_category(inventory: Inventory, checks: list[CheckResult], category: str | None) -> None:
    result = graded(inventory, checks)
    assert result.functional_category == category
    assert result.functional_reason is not None


def test_a_missing_drive_is_f3() -> None:
    result = graded(LAPTOP.model_copy(update={"drives": []}), WHOLE, [], empty_bay_confirmed=True)
    assert (result.functional_category, "Drive" in str(result.functional_reason)) == ("F3", True)


# ---- a lock that a person saw, and what was repeated


def test_a_lock_that_a_person_saw_holds_the_machine() -> None:
    locked = CheckResult(
        id="firmware_lock", title=say("t"), outcome=F, reason=say("Windows asks for a school's account.")
    )
    result = graded(checks=[*CHECKS, locked])
    assert result.letter is GradeLetter.HOLD
    assert texts(result)[0] == "Windows asks for a school's account."
    both = texts(graded(changed(firmware_password=True), [*CHECKS, locked]))
    assert "password" in both[0]
    assert "account" not in "".join(both)


def test_a_person_who_saw_no_lock_settles_what_the_firmware_did_not_tell() -> None:
    unknown = changed(firmware_password=None)
    assert "password" in texts(graded(unknown))[-1]
    assert "password" not in texts(graded(unknown, [*CHECKS, check("firmware_lock")]))[-1]
    assert "password" in texts(graded(unknown, [*CHECKS, check("firmware_lock", S)]))[-1]


def test_an_earlier_failure_is_said() -> None:
    failed, passed = check("processor", F), check("processor")
    again = [failed, passed, *CHECKS[1:]]
    assert graded(checks=again).letter is GradeLetter.A
    assert "failed at first" in texts(graded(checks=again))[-1]
    tries = [Try(outcome=F, reason=say("r")), Try(outcome=P, reason=say("r"))]
    once = [passed.model_copy(update={"tries": tries}), *CHECKS[1:]]
    assert texts(graded(checks=once))[-1] == texts(graded(checks=again))[-1]
    assert not any("at first" in text for text in texts(graded(checks=[passed, failed, *CHECKS[1:]])))
    assert graded(checks=[failed, check("processor", E), *CHECKS[1:]]).letter is GradeLetter.PARTS
