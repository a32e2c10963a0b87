"""The whole grade: gates, the worst axis, reasons and uses."""

import pytest
from graded_machines import CHECKS, DRIVE, GIB, changed, check, erased, graded, lock, texts

from agent.model.grade import Grade
from agent.model.inventory import Battery, Camera, Inventory, Memory, Processor, Unreadable, UnseenDrive
from agent.model.message import say
from agent.model.words import GradeLetter, Outcome, SanitizationStatus

# ---- the worst axis decides


def test_a_good_machine_is_a_but_provisional_since_nobody_tried_the_screen() -> None:
    result = graded()
    assert (result.letter, result.provisional) == (GradeLetter.A, True)
    assert [axis.axis for axis in result.axes] == [
        "processor", "memory", "drive", "battery", "stress", "functions", "cosmetic",
    ]  # fmt: skip
    assert [axis.axis for axis in result.axes if not axis.tested] == ["functions", "cosmetic"]
    assert len(result.reasons) == 2
    assert result.functional_category is None
    assert result.cosmetic_category is None


def test_the_deciding_reasons_come_first() -> None:
    result = graded(changed(memory=Memory(installed_bytes=4 * GIB), batteries=[Battery(name="B", health_percent=70)]))
    assert result.letter is GradeLetter.C
    assert texts(result)[:2] == [
        "4 GB of memory (B needs 6 GB).",
        "The battery still holds 70% of its capacity; grade A needs 80%.",
    ]


def test_what_was_not_tested_is_said_last() -> None:
    result = graded(checks=[])
    assert result.letter is GradeLetter.A
    assert result.provisional
    for text in (
        "The memory was not tested for errors.",
        "The health of drive BX500 (S1) was not tested.",
        "Not every battery was tested.",
        "Processor and memory were not tested under load.",
    ):
        assert text in texts(result)


def test_a_failed_processor_leaves_parts() -> None:
    result = graded(checks=[check("processor", Outcome.FAILED), *CHECKS[1:]])
    assert result.letter is GradeLetter.PARTS
    assert texts(result)[0] == "It failed its check."


def test_where_nothing_could_be_judged_there_is_no_letter() -> None:
    result = graded(Inventory(), [], empty_bay_confirmed=True)
    assert result.letter is GradeLetter.HOLD
    assert "Nothing about this machine" in texts(result)[0]


# ---- gates


def test_a_firmware_password_holds_the_machine() -> None:
    result = graded(changed(firmware_password=True))
    assert result.letter is GradeLetter.HOLD
    assert "password" in texts(result)[0]


def test_a_password_that_cannot_be_read_is_a_doubt_that_is_said() -> None:
    result = graded(changed(firmware_password=None))
    assert result.letter is GradeLetter.A
    assert "password" in texts(result)[-1]


def test_active_tracking_by_the_firmware_holds_the_machine() -> None:
    result = graded(changed(firmware_locks=[lock(active=False), lock(active=True)]))
    assert result.letter is GradeLetter.HOLD
    assert "donor to release" in texts(result)[0]


def test_tracking_that_does_not_tell_whether_it_is_active_is_a_doubt_that_is_said() -> None:
    result = graded(changed(firmware_locks=[lock(active=None)]))
    assert result.letter is GradeLetter.A
    assert "Absolute" in texts(result)[-1]


def test_tracking_that_is_off_is_no_matter() -> None:
    assert texts(graded(changed(firmware_locks=[lock(active=False)]))) == texts(graded())


def test_tracking_that_could_not_be_looked_for_is_a_doubt() -> None:
    result = graded(changed(unreadable=[Unreadable(part="firmware_locks", reason=say("late"))]))
    assert "Absolute" in texts(result)[-1]


@pytest.mark.parametrize("status", list(SanitizationStatus))
def test_only_sanitized_and_removed_drives_let_a_machine_go(status: SanitizationStatus) -> None:
    result = graded(sanitizations=[erased(status=status)])
    free = status in (SanitizationStatus.SANITIZED, SanitizationStatus.REMOVED)
    assert (result.letter is GradeLetter.HOLD) is not free
    if not free:
        assert "BX500 (S1)" in texts(result)[0]


def test_a_drive_without_any_result_holds_the_machine() -> None:
    assert graded(sanitizations=[]).letter is GradeLetter.HOLD


def test_a_removed_drive_is_a_drive_needed() -> None:
    result = graded(sanitizations=[erased(status=SanitizationStatus.REMOVED)])
    assert result.letter is GradeLetter.A
    assert "A drive is needed." in texts(result)
    assert not any(use.suitable for use in result.uses)


def test_the_last_result_of_a_drive_counts() -> None:
    failed, done = erased(status=SanitizationStatus.FAILED), erased()
    assert graded(sanitizations=[failed, done]).letter is GradeLetter.A
    assert graded(sanitizations=[done, failed]).letter is GradeLetter.HOLD


@pytest.mark.parametrize(
    "change", [{"serial": "S2"}, {"size_bytes": 512}, {"model": "other"}, {"simulated": True}, {"virtual": True}]
)
def test_another_drives_erase_is_no_erase_of_this_one(change: dict[str, object]) -> None:
    assert graded(sanitizations=[erased(DRIVE.model_copy(update=change))]).letter is GradeLetter.HOLD


def test_a_serial_identifies_a_drive_that_comes_back_elsewhere_but_not_where_it_is_repeated() -> None:
    moved = erased(DRIVE.model_copy(update={"path": "/dev/sdb", "diskseq": 9}))
    assert graded(sanitizations=[moved]).letter is GradeLetter.A
    twin = DRIVE.model_copy(update={"path": "/dev/sdb"})
    assert graded(changed(drives=[DRIVE, twin]), sanitizations=[erased(twin)]).letter is GradeLetter.HOLD
    both = [erased(twin), erased(DRIVE)]
    assert graded(changed(drives=[DRIVE, twin]), sanitizations=both).letter is GradeLetter.A


def test_without_a_serial_path_and_appearance_must_be_the_same() -> None:
    bare = DRIVE.model_copy(update={"serial": None, "diskseq": 3})
    inventory = changed(drives=[bare])
    assert graded(inventory).letter is GradeLetter.A
    for change in ({"path": "/dev/sdb"}, {"diskseq": 4}):
        done = erased(bare.model_copy(update=change))
        assert graded(inventory, sanitizations=[done]).letter is GradeLetter.HOLD


@pytest.mark.parametrize("before", [{"model": "BX5"}, {"model": None}, {"serial": None, "model": "BX"}])
def test_what_smart_told_after_the_confirmation_is_no_contradiction(before: dict[str, object]) -> None:
    assert graded(sanitizations=[erased(DRIVE.model_copy(update=before))]).letter is GradeLetter.A


def test_an_erase_without_a_serial_frees_only_the_drive_in_its_place() -> None:
    unknown = erased(DRIVE.model_copy(update={"serial": None, "path": "/dev/sdb"}))
    assert graded(sanitizations=[unknown]).letter is GradeLetter.HOLD


def test_a_drive_that_vanished_unerased_holds_the_machine() -> None:
    gone = erased(DRIVE.model_copy(update={"serial": "S9"}), SanitizationStatus.INTERRUPTED)
    result = graded(sanitizations=[erased(), gone])
    assert result.letter is GradeLetter.HOLD
    assert "S9" in texts(result)[0]
    both = texts(graded(sanitizations=[gone]))
    assert "S1" in both[0]
    assert "S9" in both[1]


@pytest.mark.parametrize("confirmed", [False, True])
def test_signs_of_an_unseen_drive_hold_with_the_remedy(confirmed: bool) -> None:
    sign = UnseenDrive(sign=say("A drive hides."), remedy=say("Set the controller to AHCI."))
    result = graded(changed(drives=[], unseen_drives=[sign]), empty_bay_confirmed=confirmed)
    assert result.letter is GradeLetter.HOLD
    assert texts(result)[:2] == ["A drive hides.", "Set the controller to AHCI."]


def test_no_drive_holds_until_the_bay_is_said_to_be_empty() -> None:
    result = graded(changed(drives=[]))
    assert result.letter is GradeLetter.HOLD
    assert "open the drive bay" in texts(result)[0]
    result = graded(changed(drives=[]), empty_bay_confirmed=True)
    assert result.letter is GradeLetter.A
    assert texts(result)[0] == "A drive is needed."


def test_the_word_for_an_empty_bay_does_not_free_a_drive_that_is_there() -> None:
    assert graded(sanitizations=[], empty_bay_confirmed=True).letter is GradeLetter.HOLD


# ---- uses


def uses(result: Grade) -> dict[str, bool]:
    return {str(use.name): use.suitable for use in result.uses}


def test_a_good_machine_suits_all_but_video_calls_whose_camera_nobody_tried() -> None:
    assert uses(graded()) == {
        "Online public services": True,
        "School work": True,
        "Video calls": False,
        "Telework": True,
        "Light creative work": True,
    }
    video = next(use for use in graded(changed(cameras=[Camera(name="c")])).uses if str(use.name) == "Video calls")
    assert str(video.reason) == "Powerful enough, but not tested: Camera, Microphone, Sound."


@pytest.mark.parametrize(
    ("result", "part"),
    [
        (graded(sanitizations=[]), "holds"),
        (graded(checks=[check("processor", Outcome.FAILED), *CHECKS[1:]]), "repaired"),
        (graded(checks=CHECKS[2:]), "tested under load"),
        (graded(changed(network=[])), "network"),
        (graded(changed(memory=Memory(installed_bytes=2 * GIB))), "memory"),
        (graded(changed(processors=[Processor(x86_64_level=1)])), "processor"),
        (graded(changed(memory=Memory())), "memory"),
    ],
)
def test_what_speaks_against_a_use_is_said(result: Grade, part: str) -> None:
    public = next(use for use in result.uses if str(use.name) == "Online public services")
    assert not public.suitable
    assert part in str(public.reason)


def test_four_gib_and_a_hard_disk_do_for_school_but_not_for_telework() -> None:
    disk = DRIVE.model_copy(update={"rotational": True})
    for size in (4 * GIB, 8 * GIB):
        result = uses(graded(changed(memory=Memory(installed_bytes=size), drives=[disk])))
        assert result["School work"]
        assert not result["Telework"]
        assert not result["Light creative work"]
