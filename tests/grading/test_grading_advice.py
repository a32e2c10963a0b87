"""Advice: what it says of known machines, and that the rubric gives what it promises, whatever the machine."""

import pytest
from graded_machines import (
    CHECKS,
    DRIVE,
    GIB,
    INVENTORY,
    changed,
    check,
    drives,
    erased,
    graded,
    inventories,
    profiles,
    told,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.grading.drive import staying
from agent.grading.facts import Facts
from agent.grading.function_parts import BY_ID
from agent.model.check import CheckResult
from agent.model.grade import Advice, Grade, Repair
from agent.model.inventory import Battery, Drive, Inventory, Memory, MemoryModule, SmartCounters, UnseenDrive
from agent.model.message import say
from agent.model.profile import GradeThresholds
from agent.model.sanitization import Sanitization
from agent.model.words import Chassis, GradeLetter, Health, Outcome, SanitizationStatus, Transport

HDD = DRIVE.model_copy(update={"rotational": True, "wear_percent": None, "model": "WD Blue"})
FAILING = HDD.model_copy(update={"health": Health.FAILED, "path": "/dev/sdb", "serial": "S2", "model": "Old"})


def memory(*gib: int, most: int | None = 32, kind: str = "DDR4", form: str = "SODIMM") -> Memory:
    modules = [MemoryModule(size_bytes=each * GIB, type=kind, form_factor=form) if each else MemoryModule()
               for each in gib]  # fmt: skip
    return Memory(
        installed_bytes=sum(gib) * GIB, max_bytes=most and most * GIB, slots_total=len(gib),
        slots_free=gib.count(0), modules=modules,
    )  # fmt: skip


def lines(result: Grade) -> list[str]:
    return [f"{' + '.join(str(repair.what) for repair in each.repairs)}: {each.letter}" for each in result.advice]


# ---- what it says


def test_a_module_that_fits_in_the_free_slot() -> None:
    result = graded(changed(memory=memory(4, 0)))
    assert result.letter is GradeLetter.C
    assert lines(result) == ["one 4 GB DDR4 SO-DIMM in the free slot: A"]
    assert (result.advice[0].euros, result.advice[0].minutes) == (8, 10)


def test_the_larger_module_is_told_only_where_it_brings_more() -> None:
    assert lines(graded(changed(memory=memory(2, 0, kind="DDR3")))) == [
        "one 2 GB DDR3 SO-DIMM in the free slot: C",
        "one 4 GB DDR3 SO-DIMM in the free slot: B",
        "one 8 GB DDR3 SO-DIMM in the free slot: A",
    ]


def test_without_a_free_slot_the_smallest_module_is_changed() -> None:
    assert lines(graded(changed(memory=memory(4, 2, kind="DDR3")))) == [
        "one 4 GB DDR3 SO-DIMM instead of one with 2 GB: A"
    ]


@pytest.mark.parametrize(
    "memory",
    [
        memory(4, 0, most=4),
        memory(4, 4, most=8).model_copy(update={"installed_bytes": 4 * GIB, "soldered_bytes": 4 * GIB, "modules": []}),
        memory(4, 0, kind="LPDDR4"),
        memory(4, 0, form="Row Of Chips"),
        memory(4, 0, kind="DDR"),
        memory(4, 0).model_copy(update={"ecc": True}),
        memory(2, 2).model_copy(
            update={"modules": [MemoryModule(size_bytes=2 * GIB, type=kind, form_factor="DIMM") for kind in
                                ("DDR3", "DDR4")]}),
        Memory(usable_bytes=4 * GIB),
    ],
)  # fmt: skip
def test_no_module_is_advised_that_may_not_fit(memory: Memory) -> None:
    assert not graded(changed(memory=memory)).advice


def test_where_the_maximum_is_not_known_the_largest_module_in_is_the_measure() -> None:
    assert lines(graded(changed(memory=memory(2, 0, most=None, kind="DDR3")))) == [
        "one 2 GB DDR3 SO-DIMM in the free slot: C"
    ]


def test_an_ssd_instead_of_a_hard_disk() -> None:
    result = graded(changed(drives=[HDD]))
    assert (result.letter, lines(result)) == (
        GradeLetter.C, ["an SSD of 240 GB instead of drive WD Blue (S1): A"],
    )  # fmt: skip


def test_a_drive_that_could_not_be_erased_is_replaced() -> None:
    result = graded(changed(drives=[HDD]), sanitizations=[erased(HDD, SanitizationStatus.FAILED)])
    assert (result.letter, lines(result)) == (
        GradeLetter.HOLD, ["an SSD of 240 GB instead of drive WD Blue (S1): A"],
    )  # fmt: skip


def test_a_failing_second_drive_can_also_just_be_taken_out() -> None:
    assert lines(graded(changed(drives=[DRIVE, FAILING]))) == ["drive Old (S2) taken out: A"]
    twins = [DRIVE, FAILING.model_copy(update={"serial": "S1"})]
    assert not graded(changed(drives=twins)).advice  # a record could not say which of the two was taken out


def test_an_empty_bay_wants_a_drive() -> None:
    assert lines(graded(changed(drives=[]), empty_bay_confirmed=True)) == ["an SSD of 240 GB in the empty bay: A"]
    assert not graded(changed(drives=[])).advice  # nobody has looked into the bay


def test_a_pair_is_told_where_one_alone_brings_less() -> None:
    result = graded(changed(memory=memory(4, 0), drives=[HDD]))
    assert lines(result) == [
        "one 4 GB DDR4 SO-DIMM in the free slot + an SSD of 240 GB instead of drive WD Blue (S1): A"
    ]
    assert (result.advice[0].euros, result.advice[0].minutes) == (28, 30)


def test_what_lifts_a_hold_is_told_with_what_then_brings_more() -> None:
    inventory = changed(memory=memory(4, 0), drives=[HDD])
    result = graded(inventory, sanitizations=[erased(HDD, SanitizationStatus.FAILED)])
    assert lines(result) == [
        "an SSD of 240 GB instead of drive WD Blue (S1): C",
        "one 4 GB DDR4 SO-DIMM in the free slot + an SSD of 240 GB instead of drive WD Blue (S1): A",
    ]


def test_three_together_are_told_where_two_bring_nothing() -> None:
    batteries = [Battery(name="BAT0", health_percent=60)]
    result = graded(changed(memory=memory(4, 0), drives=[HDD], batteries=batteries))
    assert lines(result) == [
        "one 4 GB DDR4 SO-DIMM in the free slot + an SSD of 240 GB instead of drive WD Blue (S1) + a new battery: A"
    ]


def test_a_machine_that_gets_too_hot_is_cleaned() -> None:
    hot = check("kernel_log", Outcome.FAILED).model_copy(update={"subject": "thermal"})
    result = graded(checks=[*CHECKS, hot])
    assert (result.letter, lines(result)) == (GradeLetter.PARTS, ["the fan cleaned and new thermal paste: A"])


def test_cheapest_first() -> None:
    batteries = [Battery(name="BAT0", health_percent=60)]
    result = graded(changed(batteries=batteries), [check("processor", Outcome.DEGRADED), *CHECKS[1:]])
    assert lines(result) == ["a new battery + the fan cleaned and new thermal paste: A"]
    result = graded(changed(batteries=batteries), [*CHECKS, check("keyboard", Outcome.FAILED)])
    assert lines(result) == ["a new battery + another keyboard: A"]
    result = graded(checks=[*CHECKS, check("webcam", Outcome.FAILED), check("keyboard", Outcome.FAILED)])
    assert lines(result) == ["another keyboard: B", "another keyboard + another camera: A"]


def test_two_faults_of_one_axis_are_a_pair() -> None:
    checks = [*CHECKS, check("keyboard", Outcome.FAILED), check("wifi", Outcome.FAILED)]
    assert lines(graded(checks=checks)) == ["another keyboard + a USB Wi-Fi adapter: A"]
    both = [HDD, HDD.model_copy(update={"path": "/dev/sdb", "serial": "S2", "model": "WD Red"})]
    assert lines(graded(changed(drives=both))) == [
        "an SSD of 240 GB instead of drive WD Blue (S1) + drive WD Red (S2) taken out: A"
    ]


def test_faulty_memory_is_replaced() -> None:
    failed = [check("processor"), check("memory", Outcome.FAILED), *CHECKS[2:]]
    result = graded(changed(memory=memory(4, 4)), failed)
    assert (result.letter, lines(result)) == (GradeLetter.PARTS, ["a sound memory module instead of the faulty one: A"])
    soldered = memory(8, form="Row Of Chips")
    assert not graded(changed(memory=soldered), failed).advice


def test_a_swollen_battery_is_taken_out_or_replaced() -> None:
    asked = CheckResult.model_validate(
        {"id": "swollen", "title": {"text": "t"}, "outcome": "failed", "reason": {"text": "r"},
         "figures": [{"name": "swollen", "value": "yes"}]}
    )  # fmt: skip
    assert lines(graded(checks=[*CHECKS, asked]))[:2] == ["the battery taken out: D", "a new battery: A"]


def test_a_setting_that_shows_a_hidden_drive_promises_the_best_only() -> None:
    hidden = UnseenDrive(sign=say("It hides."), remedy=say("Set the disk controller to AHCI."))
    result = graded(changed(unseen_drives=[hidden]))
    assert (result.letter, lines(result)) == (GradeLetter.HOLD, ["the disk controller set to AHCI: A"])
    assert result.advice[0].at_best
    assert not graded(changed(unseen_drives=[hidden.model_copy(update={"remedy": say("Attach it.")})])).advice


def test_nothing_is_advised_for_what_only_the_donor_can_do_nor_for_the_best() -> None:
    assert not graded(changed(firmware_password=True, drives=[HDD])).advice
    assert not graded().advice


def test_what_would_still_be_unfit_for_use_is_no_advice() -> None:
    looks = check("cosmetic")
    damaged = looks.model_validate(
        {**looks.model_dump(), "figures": [{"name": "cosmetic_category", "value": "C1"}]}
    )  # fmt: skip
    result = graded(changed(drives=[FAILING]), [*CHECKS, damaged])
    assert (result.letter, result.advice) == (GradeLetter.RECYCLE, [])


# ---- it promises nothing that the rubric does not give

passing = st.sampled_from([check(name) for name in ("processor", "memory", "drive_health", "battery")])
failing = st.builds(
    check,
    st.sampled_from(["processor", "memory", "keyboard", "speakers", "webcam", "bluetooth", "usb_ports", "charging",
                     "battery", "drive_self_test", "hinges", "charger"]),
    st.sampled_from([Outcome.FAILED, Outcome.DEGRADED, Outcome.PASSED]),
)  # fmt: skip
kinds = st.sampled_from([HDD, DRIVE, FAILING, DRIVE.model_copy(update={"path": "/dev/sdc", "wear_percent": 90})])
machines = st.builds(
    lambda memory, drives, battery, chassis, processors: INVENTORY.model_copy(
        update={
            "memory": memory,
            "drives": list({drive.path: drive for drive in drives}.values()),
            "batteries": [] if battery is None else [Battery(name="BAT0", health_percent=battery)],
            "machine": INVENTORY.machine.model_copy(update={"chassis": chassis}),
            "processors": processors,
        }
    ),
    told.map(lambda memory: memory if memory.installed_bytes else Memory(installed_bytes=8 * GIB)),
    st.lists(kinds, max_size=3),
    st.sampled_from([None, 30.0, 60.0, 90.0]),
    st.sampled_from([Chassis.NOTEBOOK, Chassis.DESKTOP]),
    st.just(INVENTORY.processors),
)


class Workshop:
    """A workshop that does what the advice says, written without the code that advises."""

    def __init__(self, inventory: Inventory, checks: list[CheckResult], done: list[Sanitization]) -> None:
        self.inventory, self.checks, self.done = inventory, list(checks), list(done)

    def does(self, repair: Repair) -> None:
        kind = repair.kind
        if kind in ("add_memory", "swap_memory"):
            assert repair.size_bytes is not None
            old = repair.what.values.get("old", 0)
            assert isinstance(old, int)
            has = self.inventory.memory.installed_bytes or 0
            self.has(memory=Memory(installed_bytes=has + repair.size_bytes - old))
            assert (self.inventory.memory.installed_bytes or 0) > has
        elif kind == "faulty_memory":
            self.works("memory")
        elif kind in ("ssd", "remove_drive"):
            self.takes_out(repair.part)
            if kind == "ssd":
                self.fits_ssd(repair.size_bytes or 0)
        elif kind == "battery":
            self.has(batteries=[Battery(name="BAT0", health_percent=100)])
            self.works("battery")
        elif kind == "cooling":
            self.works("processor")
        else:
            self.works(*BY_ID[kind.removeprefix("replace_")].checks)

    def has(self, **parts: object) -> None:
        self.inventory = self.inventory.model_copy(update=parts)

    def works(self, *names: str) -> None:
        """The part is new, and passes its checks."""
        self.checks = [result for result in self.checks if result.id not in names]
        self.checks += [check(name) for name in names]

    def takes_out(self, path: str | None) -> None:
        out = [drive for drive in self.inventory.drives if drive.path == path]
        self.done += [erased(drive, SanitizationStatus.REMOVED) for drive in out]
        self.checks = [result for result in self.checks if result.subject is None or result.subject not in
                       [name for drive in out for name in (drive.path, drive.serial)]]  # fmt: skip

    def fits_ssd(self, size: int) -> None:
        number = len(self.inventory.drives)
        new = Drive(
            path=f"/dev/sdx{number}", serial=f"X{number}", transport=Transport.ATA, rotational=False, size_bytes=size,
            wear_percent=1, smart_supported=True, smart=SmartCounters(reallocated=0),
        )  # fmt: skip
        self.has(drives=[*self.inventory.drives, new])
        self.done.append(erased(new))


@settings(max_examples=120)
@given(machines, st.lists(failing, max_size=4), st.booleans(), st.sampled_from(SanitizationStatus), profiles)
def test_what_is_promised_the_rubric_gives(
    inventory: Inventory, faults: list[CheckResult], empty: bool, status: SanitizationStatus, limits: GradeThresholds
) -> None:
    checks = [*CHECKS, *faults]
    done = [erased(drive, status if drive.serial == "S2" else SanitizationStatus.SANITIZED) for drive in
            inventory.drives]  # fmt: skip
    before = graded(inventory, checks, done, limits, empty_bay_confirmed=empty)
    for advice in before.advice:
        workshop = Workshop(inventory, checks, done)
        for repair in advice.repairs:
            workshop.does(repair)
        after = graded(workshop.inventory, workshop.checks, workshop.done, limits, empty_bay_confirmed=empty)
        assert after.letter is advice.letter, (advice, after.reasons)
        assert is_gain(before, advice)
        assert not drives_in(inventory, done) or drives_in(workshop.inventory, workshop.done)


def drives_in(inventory: Inventory, done: list[Sanitization]) -> list[Drive]:
    return staying(Facts(inventory, [], done))


def is_gain(before: Grade, advice: Advice) -> bool:
    fits = any(repair.kind == "ssd" for repair in advice.repairs)
    return advice.letter.rank < before.letter.rank or (advice.letter is before.letter and fits)


@settings(max_examples=50)
@given(inventories, st.lists(drives, max_size=1))
def test_advice_of_any_machine_is_sorted_gains_and_is_fit_for_use(inventory: Inventory, others: list[Drive]) -> None:
    result = graded(inventory, CHECKS, [erased(drive) for drive in [*inventory.drives, *others]])
    costs = [(advice.euros, advice.minutes) for advice in result.advice]
    assert costs == sorted(costs)
    for advice in result.advice:
        assert is_gain(result, advice)
        assert advice.letter.rank <= GradeLetter.D.rank
        assert "?" not in "".join(str(repair.what) for repair in advice.repairs)
