"""The short text, the words, and what became of each drive."""

from collections.abc import Mapping

import pytest
import sample_report as sample

from agent.model.inventory import Inventory, Machine, UnseenDrive
from agent.model.message import Message, say
from agent.model.words import Mode, SanitizationStatus
from agent.report import naming
from agent.report.fates import all_sanitized, fates
from agent.report.summary import WIDTH, summary
from agent.report.wording import preferred, tell, translator

ONE, TWO = sample.drive("SERIAL-ONE"), sample.drive("SERIAL-TWO")


def told(language: str = "en", **facts: object) -> str:
    return "\n".join(summary(sample.report(**facts), language))  # type: ignore[arg-type]


def test_the_summary_says_what_matters() -> None:
    text = told()
    for words in ("Lenovo ThinkPad T480", "laptop", "PF0ABCDE", "NTS-0042", "8 GB", "WD-WX11A22B3344", "500 GB",
                  "sanitized, level Clear, overwrite, fully read back", "Processor: passed", "Battery: not tested",
                  "Grade: C, provisional", "The drive is a hard disk."):  # fmt: skip
        assert words in text
    assert "TRAINING" not in text


def test_training_is_the_first_thing_said() -> None:
    assert summary(sample.report(Mode.TRAINING), "en")[0].startswith("TRAINING")


def test_a_drive_that_nobody_treated_is_not_sanitized() -> None:
    text = told(drives=[ONE, TWO], sanitizations=[sample.erased(ONE)])
    assert "SERIAL-TWO, 500 GB: NOT sanitized: nothing is recorded" in text


@pytest.mark.parametrize("language", ["fr", "en", "xx"])
def test_it_stays_short_and_narrow(language: str) -> None:
    drives = [sample.drive(f"SERIAL-{number:03d}" + "x" * 180, model="m" * 200) for number in range(40)]
    failed = [sample.erased(item, SanitizationStatus.FAILED) for item in drives[20:]]
    report = sample.report(drives=drives, sanitizations=failed, asset_tag="t" * 200)
    report = report.model_copy(
        update={
            "training": True,
            "checks": sample.checks() * 9,
            "inventory": report.inventory.model_copy(
                update={"unseen_drives": [UnseenDrive(sign=say("RAID"), remedy=say("AHCI"))]}
            ),
        }
    )
    lines = summary(report, language)
    assert len(lines) <= 32
    assert max(map(len, lines)) <= WIDTH
    assert "And 34 more drives, 34 of them not sanitized" in lines or language == "fr"


def test_a_bare_report_has_a_summary_too() -> None:
    report = sample.report(drives=[]).model_copy(
        update={"inventory": Inventory(machine=Machine()), "checks": [], "grade": None, "asset_tag": None}
    )
    assert summary(report, "en") == ["Machine: computer", "Memory: not known", "No drive was seen.", "Grade: none"]


def test_what_became_of_each_drive() -> None:
    gone = sample.drive("GONE")
    report = sample.report(drives=[ONE, TWO], sanitizations=[sample.erased(gone), sample.erased(TWO)])
    assert [(fate.identity.serial, fate.sanitized) for fate in fates(report)] == [
        ("SERIAL-ONE", False), ("SERIAL-TWO", True), ("GONE", True),
    ]  # fmt: skip


def test_all_sanitized_needs_every_drive() -> None:
    assert all_sanitized(sample.report(drives=[ONE, TWO]))
    assert not all_sanitized(sample.report(drives=[ONE, TWO], sanitizations=[sample.erased(ONE)]))
    assert not all_sanitized(sample.report(drives=[]))
    for status in SanitizationStatus:
        done = [sample.erased(ONE), sample.erased(TWO, status)]
        good = status in (SanitizationStatus.SANITIZED, SanitizationStatus.REMOVED)
        assert all_sanitized(sample.report(drives=[ONE, TWO], sanitizations=done)) is good
    removed = [sample.erased(ONE, SanitizationStatus.REMOVED)]
    assert not all_sanitized(sample.report(drives=[ONE], sanitizations=removed)), "nothing was erased here"


def test_a_suspected_drive_forbids_all() -> None:
    report = sample.report(drives=[ONE])
    hidden = [UnseenDrive(sign=say("Intel RST"), remedy=say("Set AHCI."))]
    inventory = report.inventory.model_copy(update={"unseen_drives": hidden})
    assert not all_sanitized(report.model_copy(update={"inventory": inventory}))


def test_another_drive_under_the_same_name_is_another() -> None:
    swapped = sample.drive("OTHER", path=ONE.path)
    assert not all_sanitized(sample.report(drives=[ONE], sanitizations=[sample.erased(swapped)]))


def test_every_word_has_a_name() -> None:
    for table in (naming.CHASSIS, naming.OUTCOME, naming.STATUS, naming.LEVEL, naming.TECHNIQUE, naming.PATTERN,
                  naming.VERIFY, naming.GRADE):  # fmt: skip
        enum = type(next(iter(table)))
        assert set(table) == set(enum)


@pytest.mark.parametrize("language", ["fr", "en", "de", "", "../..", "fr/../en"])
def test_any_language_gives_a_sentence(language: str) -> None:
    assert tell(say("Sizes: {size:bytes}", size=10**9), language)
    assert translator(language)("a sentence that no catalogue has") == "a sentence that no catalogue has"


def test_a_strangers_sentence_cannot_steer_the_terminal() -> None:
    assert tell(Message("\x1b[2J{a}\nB\x07", {"a": "\x1b]0;x\x07y"}), "en").isprintable()


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "fr"),
        ({"LANG": "C"}, "fr"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANGUAGE": "de:en:fr", "LANG": "fr_FR.UTF-8"}, "en"),
    ],
)
def test_the_language_of_the_environment(environment: Mapping[str, str], language: str) -> None:
    assert preferred(environment) == language
