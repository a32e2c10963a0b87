"""State to lines: nothing is promised that the state does not say."""

import pytest
import tui_cases as cases
from hypothesis import given
from hypothesis import strategies as st

from agent.model.inventory import Drive, Inventory, Machine, Processor, UnseenDrive
from agent.model.message import Message, say
from agent.model.sanitization import Plan, PlanStep
from agent.model.state import DeliveryState, IntakeState, StepState
from agent.model.words import (
    Delivery,
    GradeLetter,
    Level,
    Method,
    Mode,
    Outcome,
    Pattern,
    SanitizationStatus,
    StepStatus,
    Technique,
    Verify,
)
from agent.tui.charset import fit
from agent.tui.lines.drives import Typed, certificate_lines, drives_lines, erases_itself, headline, plan_lines
from agent.tui.lines.layout import wrapped
from agent.tui.lines.machine import machine_lines, machine_name, short_processor
from agent.tui.lines.result import big_letter, delivery_lines
from agent.tui.lines.steps import bar, step_lines, step_sign
from agent.tui.theme import BAD


def tell(message: Message) -> str:
    return fit(str(message))


def text(lines) -> str:
    return "\n".join(line.plain for line in lines)


def a_step(status: StepStatus, outcome: Outcome | None = None, **more: object) -> StepState:
    return StepState.model_validate({"id": "x", "title": say("Memory"), "status": status, "outcome": outcome, **more})


def test_every_state_of_a_step_has_a_mark_of_its_own() -> None:
    steps = [a_step(StepStatus.WAITING), a_step(StepStatus.RUNNING), a_step(StepStatus.DONE)]
    steps += [a_step(StepStatus.DONE, outcome) for outcome in Outcome]
    assert len({step_sign(step).mark for step in steps}) == len(steps)


@pytest.mark.parametrize("status", [status for status in StepStatus if status is not StepStatus.DONE])
@pytest.mark.parametrize("outcome", [None, *Outcome])
def test_only_what_is_done_and_passed_is_ok(status: StepStatus, outcome: Outcome | None) -> None:
    assert "[ok]" not in text(step_lines(a_step(status, outcome), 74, tell))
    assert "[ok]" not in text(step_lines(a_step(StepStatus.DONE), 74, tell))


def test_unfinished_never_reads_a_hundred() -> None:
    shown = text(step_lines(a_step(StepStatus.RUNNING, progress_percent=99.99, seconds_left=30), 74, tell))
    assert "99%" in shown
    assert "100" not in shown
    assert "=]" not in bar(99.99, 20).plain


@given(
    st.text(max_size=60),
    st.text(max_size=300),
    st.sampled_from(StepStatus),
    st.none() | st.floats(0, 100),
    st.none() | st.floats(0, 1e7),
    st.integers(74, 140),
)
def test_no_step_is_wider_than_its_place(
    title: str, detail: str, status: StepStatus, percent: float | None, left: float | None, width: int
) -> None:
    step = a_step(
        status,
        progress_percent=percent,
        seconds_left=left,
        detail=say("{x}", x=detail),
        title=say("{x}", x=title),
    )
    assert all(line.cell_length <= width for line in step_lines(step, width, tell))


def test_a_longer_title_stays_on_one_line_where_there_is_room() -> None:
    step = a_step(StepStatus.DONE, Outcome.PASSED, title=say("Effacement : Samsung SSD 860 EVO 250GB"))
    assert [line.plain.split()[-1] for line in step_lines(step, 74, tell)] == ["passed"]


# ---- drives


def erased_claim(state: IntakeState) -> bool:
    return text(headline(state, 74, tell)).startswith("[ok]")


def test_a_drive_without_proof_is_not_called_erased() -> None:
    assert erased_claim(cases.FINISHED)
    state = cases.FINISHED.model_copy(update={"sanitizations": cases.FINISHED.sanitizations[:2]})
    assert not erased_claim(state)
    assert "nothing is recorded" in text(drives_lines(state, 74, tell))


@pytest.mark.parametrize("status", [each for each in SanitizationStatus if each is not SanitizationStatus.SANITIZED])
def test_anything_but_sanitized_is_not_clean(status: SanitizationStatus) -> None:
    done = [*cases.FINISHED.sanitizations[:2], cases.erased(cases.DRIVES[2], status)]
    state = cases.FINISHED.model_copy(update={"sanitizations": done})
    # A drive that was taken out is told, but no longer in the machine.
    assert erased_claim(state) is (status is SanitizationStatus.REMOVED)
    assert "[ok] KINGSTON" not in text(drives_lines(state, 74, tell))
    bare = done[2].model_copy(update={"hint": None})
    shown = " ".join(text(drives_lines(state.model_copy(update={"sanitizations": [bare]}), 300, tell)).split())
    told = shown.partition(tell(bare.reason))[2].removeprefix(" ")
    assert bool(told) is (status is not SanitizationStatus.REMOVED), "what is to be done with it, whoever says no more"


def test_a_machine_without_drives_is_not_called_erased() -> None:
    assert not erased_claim(IntakeState(mode=Mode.REAL))
    assert "No drive was seen." in text(headline(IntakeState(mode=Mode.REAL), 74, tell))


def test_a_sign_of_a_hidden_drive_forbids_the_claim() -> None:
    hidden = [UnseenDrive(sign=say("A controller without a driver."), remedy=say("Set it to AHCI."))]
    inventory = cases.INVENTORY.model_copy(update={"unseen_drives": hidden})
    state = cases.FINISHED.model_copy(update={"inventory": inventory})
    assert not erased_claim(state)
    assert "hidden drives" in text(headline(state, 74, tell))
    assert "Set it to AHCI." in text(machine_lines(inventory, 74, tell))


def test_hardware_texts_stay_text() -> None:
    shown = text(plan_lines(1, cases.plan(cases.EXTERNAL), 74, tell))
    assert "[red]x[/red]" in shown
    assert "<script>" in shown


def test_a_plan_says_in_words_what_is_done() -> None:
    own = PlanStep(
        technique=Technique.NVME_SANITIZE, method=Method.BLOCK, level=Level.PURGE, verify=Verify.SAMPLED,
        seconds_expected=60,
    )  # fmt: skip
    revert = own.model_copy(update={"technique": Technique.OPAL_REVERT, "method": Method.CRYPTO, "level": Level.CLEAR})
    passes = PlanStep(
        technique=Technique.OVERWRITE, level=Level.CLEAR, passes=["ff", "00", "random"], verify=Verify.FULL,
        seconds_expected=3600,
    )  # fmt: skip
    zeros = passes.model_copy(update={"passes": ["zero"], "pattern": Pattern.ZERO})
    warning = say("It knows no way back.")

    def shown(*steps: PlanStep, level: Level, **more: object) -> str:
        made = cases.plan(cases.drive(0), steps=list(steps), level=level, seconds_expected=7200, **more)
        return " ".join(text(plan_lines(1, made, 74, tell)).replace("\xa0", " ").split())

    said = shown(own, level=Level.PURGE, warnings=[warning])
    assert "erased by the drive itself (NVMe sanitize: block erase), read back in samples · level Purge · about" in said
    assert "! It knows no way back." in said
    said = shown(revert, zeros, level=Level.CLEAR)
    assert "unlocked by the number on its label (PSID), overwritten with zeros, fully read back · level Clear" in said
    assert "overwritten 3 times, fully read back" in shown(passes, level=Level.CLEAR)


def test_what_cannot_be_stopped_is_known_beforehand() -> None:
    own = PlanStep(
        technique=Technique.ATA_SANITIZE, method=Method.BLOCK, level=Level.PURGE, verify=Verify.SAMPLED,
        seconds_expected=60,
    )  # fmt: skip
    assert erases_itself(cases.plan(cases.drive(0), steps=[own]))
    assert not erases_itself(cases.plan(cases.drive(0)))


def typed(tag: str = "", *only: Plan, **ends: str) -> Typed:
    return Typed(only or cases.CONFIRM.plans, "PC-0042", tag, {f"/dev/{name}": end for name, end in ends.items()})


@pytest.mark.parametrize(
    ("what", "named"),
    [
        (typed(), []),
        (typed("PC-0042"), [1, 2, 3]),  # not the external one, not the stick
        (typed("pc-0042"), [1, 2, 3]),
        (typed(sda="K2P"), []),  # too short
        (typed(sda="54C7K2P"), [1]),
        (typed("PC-0042", sda="7k2p"), [1]),  # a serial goes before the tag
        (typed(sdd="ipt>", sde="0001"), [4]),  # the stick stays out
        (typed("", cases.plan(cases.drive(0, serial="AB1")), sda="AB1"), [1]),
        (typed("", cases.plan(cases.drive(0, serial=None)), sda="PC-0042"), [1]),
        (typed("", cases.plan(cases.drive(0, serial=None))), []),
    ],
)
def test_what_was_typed_names_drives(what: Typed, named: list[int]) -> None:
    assert what.named() == named
    assert what.wrong() is None


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (typed(sda="345B"), "“345B” is not how the serial number of drive 1 ends, which is WD-WXH1A54C7K2P."),
        (typed("PC-0042", sda="XXXX"), "drive 1"),
        (typed(sda="7K2P", sdb="7K2P"), "drive 2"),  # the end of another one
        (typed("PC-0043"), "“PC-0043” is not the tag of this machine, which is PC-0042."),
        (typed("PC-00421"), "not the tag"),
        (typed("", cases.plan(cases.drive(0, serial=None)), sda="7K2P"), "not the tag"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_named(what: Typed, said: str) -> None:
    assert said in str(what.wrong())
    assert what.named() == []


@pytest.mark.parametrize(
    ("tag", "ends"), [("", {}), ("PC-0", {}), ("", {"sda": "WD-W"}), ("", {"sda": "XH1A54"}), ("", {"sdc": "1D"})]
)
def test_who_is_still_typing_is_not_interrupted(tag: str, ends: dict[str, str]) -> None:
    assert typed(tag, **ends).wrong() is None
    assert typed(tag, **ends).named() == []


# ---- the machine, the result


def test_the_vendor_is_said_once() -> None:
    assert machine_name(Inventory(machine=Machine(vendor="Dell Inc.", model="Latitude E7450"))) == (
        "Dell Inc. Latitude E7450"
    )
    assert machine_name(Inventory(machine=Machine(vendor="HP", model="HP EliteBook 840 G3"))) == "HP EliteBook 840 G3"
    assert machine_name(None) == machine_name(Inventory()) == ""


def test_processors_are_called_as_people_call_them() -> None:
    assert short_processor("Intel(R) Core(TM) i5-5300U CPU @ 2.30GHz") == "Intel Core i5-5300U"
    assert short_processor("AMD Ryzen 5 PRO 4650U with Radeon Graphics") == "AMD Ryzen 5 PRO 4650U with Radeon Graphics"


def test_what_is_not_known_is_not_shown() -> None:
    shown = text(machine_lines(Inventory(processors=[Processor()], drives=[Drive(path="/dev/sda")]), 74, tell))
    assert "None" not in shown
    assert "unknown processor" in shown
    assert "Reading" in text(machine_lines(None, 74, tell))


@pytest.mark.parametrize("letter", GradeLetter)
def test_a_grade_is_a_picture_of_one_size(letter: GradeLetter) -> None:
    rows = [row.plain for row in big_letter(letter)]
    assert {len(row) for row in rows} == {7}
    assert len(rows) == 7
    assert set("".join(rows)) == {"█", " "}


def test_an_unsaved_report_says_so() -> None:
    shown = text(delivery_lines(DeliveryState(status=Delivery.UNSAVED, detail=say("The disk is full.")), 74, tell))
    assert "NOT SAVED" in shown
    assert "[ok]" not in shown
    assert "The disk is full." in shown


@pytest.mark.parametrize("width", range(24, 60))
def test_no_line_ends_inside_a_figure_or_begins_with_its_punctuation(width: int) -> None:
    said = "Le disque de 500 Go à 41 °C : « relu » à 98 % en 12 min ; fini ? Oui · 250 GB"
    rows = [row.plain for row in wrapped(said, width)]
    assert " ".join(rows).replace("\xa0", " ") == said
    assert not any(row[0] in ":;?»·%°" or row.split("\xa0")[0] in ("Go", "GB", "min") for row in rows)


def test_what_somebody_must_do_now_stands_out() -> None:
    waiting = cases.step("erase:/dev/sda", "Erase", StepStatus.RUNNING, detail=say("Plug in the charger."), urgent=True)
    rows = step_lines(waiting, 80, tell)
    assert rows[1].plain.strip() == "! Plug in the charger."
    assert BAD in str(rows[1].spans[0].style)


def test_a_certificate_is_promised_only_where_every_drive_is_erased_and_never_in_training() -> None:
    real = cases.FINISHED.model_copy(update={"mode": Mode.REAL})
    some = real.model_copy(update={"sanitizations": real.sanitizations[1:]})
    none = real.model_copy(update={"sanitizations": [], "inventory": None})
    good = "[ok] Certificate: it will say that every drive is erased."
    for state, said in ((real, good), (some, "[XX] Certificate: it will name what is not erased."), (none, "")):
        assert text(certificate_lines(state, 74, tell)) == said
    assert "[ok]" not in text(certificate_lines(cases.FINISHED, 74, tell))
