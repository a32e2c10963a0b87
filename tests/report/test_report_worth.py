"""The worth of a machine in sentences: readable by a volunteer, in French as in English."""

from functools import partial

import pytest
import sample_report as sample
from graded_machines import CHECKS, DRIVE, GIB, INVENTORY, changed, check, erased, graded

from agent.model.grade import Grade
from agent.model.inventory import Memory, MemoryModule
from agent.model.words import GradeLetter, Outcome, SanitizationStatus
from agent.report import worth
from agent.report.summary import summary
from agent.report.wording import tell

ENGLISH, FRENCH = partial(tell, language="en"), partial(tell, language="fr")
FOUR_GB = changed(
    memory=Memory(
        installed_bytes=4 * GIB, max_bytes=8 * GIB, slots_total=2, slots_free=1,
        modules=[MemoryModule(size_bytes=4 * GIB, type="DDR4", form_factor="SODIMM"), MemoryModule()],
    )
)  # fmt: skip


def test_the_explanation_is_readable_by_a_volunteer() -> None:
    result = graded(FOUR_GB)
    assert worth.because(result, ENGLISH) == "Grade C because: 4 GB of memory (B needs 6 GB)."
    assert worth.because(result, FRENCH) == "Note C, car : 4 Go de mémoire (B en demande 6 Go)."
    assert worth.advised(result.advice[0], ENGLISH) == "With one 4 GB DDR4 SO-DIMM in the free slot: A."
    assert worth.advised(result.advice[0], FRENCH) == (
        "Avec une barrette SO-DIMM DDR4 de 4 Go dans l'emplacement libre : A."
    )
    assert worth.effort(result.advice[0], ENGLISH) == "About 8 euros and 10 minutes."


def test_only_what_decides_is_given_as_the_cause() -> None:
    disk = DRIVE.model_copy(update={"rotational": True, "wear_percent": None})
    worn = INVENTORY.batteries[0].model_copy(update={"health_percent": 70})
    result = graded(changed(drives=[disk], batteries=[worn]))
    assert worth.because(result, ENGLISH) == "Grade C because: Drive BX500 (S1) is a hard disk; grade B needs an SSD."
    assert str(worth.besides(result)[0]) == "The battery still holds 70% of its capacity; grade A needs 80%."
    assert len(worth.besides(result)) == len(result.reasons) - 1


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (graded(), "Grade A: nothing that was tested speaks against it."),
        (graded(sanitizations=[]), "On hold because: Drive BX500 (S1) was not erased: erase it or remove it."),
        (graded(changed(firmware_password=True)),
         "On hold because: The firmware is locked with a password: ask the donor for it and remove it."),
        (graded(checks=[check("processor", Outcome.FAILED), *CHECKS[1:]]), "For parts because: It failed its check."),
    ],
)  # fmt: skip
def test_every_letter_has_its_cause(result: Grade, text: str) -> None:
    assert worth.because(result, ENGLISH) == text


def test_a_pair_and_a_promise_at_best() -> None:
    disk = DRIVE.model_copy(update={"rotational": True, "wear_percent": None})
    both = graded(FOUR_GB.model_copy(update={"drives": [disk]})).advice[0]
    assert worth.advised(both, FRENCH) == (
        "Avec une barrette SO-DIMM DDR4 de 4 Go dans l'emplacement libre, et un SSD de 240 Go à la place du disque "
        "BX500 (S1) : A."
    )
    assert worth.advised(both.model_copy(update={"at_best": True}), ENGLISH).endswith(": at best A.")
    assert worth.effort(both.model_copy(update={"euros": 0}), ENGLISH) == "About 30 minutes, no parts."


def test_the_looks_are_never_shown_as_a_letter() -> None:
    result = graded().model_copy(update={"cosmetic_category": "C5", "functional_category": "F3"})
    assert worth.looks(result, ENGLISH) == "functional category F3 (R2v3), aspect 5/9"
    assert worth.looks(graded(), ENGLISH) is None


def test_the_summary_says_what_the_machine_is_good_for() -> None:
    grade = graded(FOUR_GB, sanitizations=[erased(DRIVE, SanitizationStatus.SANITIZED)])
    text = "\n".join(summary(sample.report().model_copy(update={"grade": grade}), "fr"))
    for words in ("Avec une barrette SO-DIMM DDR4 de 4 Go", "Convient pour : ", "Windows 11 : ",
                  "170 kg d'équivalent CO2"):  # fmt: skip
        assert words in text


def test_a_report_from_before_advice_is_still_told() -> None:
    old = Grade(letter=GradeLetter.C)
    assert (worth.looks(old, ENGLISH), worth.power_lines(old, ENGLISH)) == (None, [])
    assert worth.because(old, ENGLISH) == "Grade C because: "
