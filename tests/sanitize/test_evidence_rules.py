"""The one place that may say `sanitized`: a table of single doubts, and every mixture of them against plain rules."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.model.message import say
from agent.model.words import Level, Method, SanitizationStatus, Technique, Verify
from agent.sanitize.canary import Planted, Seen
from agent.sanitize.evidence import Conclusion, Facts, conclude, residue
from agent.sanitize.firmware import HiddenArea
from agent.sanitize.levels import LEVELS, reaches
from agent.sanitize.medium import Identity
from agent.sanitize.order import Step
from agent.sanitize.overwrite import Written
from agent.sanitize.pilot import Ran
from agent.sanitize.ranges import Ranges
from agent.sanitize.steps import FirmwareErased, Overwritten, StepFacts
from agent.sanitize.verify import Verified

SIZE = 1 << 20
ME, OTHER = Identity("S-1", "Model", SIZE, 3), Identity("S-2", "Model", SIZE, 3)
SANITIZED, EXCEPTIONS, FAILED = (
    SanitizationStatus.SANITIZED, SanitizationStatus.SANITIZED_WITH_EXCEPTIONS, SanitizationStatus.FAILED,
)  # fmt: skip
DOUBT = say("A doubt.")
WAYS = [way for way in LEVELS if way[0] is not Technique.OVERWRITE]
CRYPTO = [way for way in WAYS if way[1] is Method.CRYPTO]
PLAIN = [way for way in WAYS if way[1] is not Method.CRYPTO]
BLOCK = (Technique.ATA_SANITIZE, Method.BLOCK)
MARKED = Planted(4096, {0: b"a", 4096: b"b"}, {8192: b"c"}, fixed=1)
Way = tuple[Technique, Method | None]


def bad(bytes_: int) -> Ranges:
    ranges = Ranges(512)
    if bytes_:
        ranges.add(0, bytes_)
    return ranges


def read_back(**fields: Any) -> Verified:
    return Verified(
        **{"unreadable": bad(0), "mismatched": bad(0), "bytes_verified": SIZE, "kernel_bytes_read": SIZE, **fields}
    )


def overwritten(verify: Verify = Verify.FULL, **fields: Any) -> Overwritten:
    written = Written(bad(0), SIZE, flushed=True)
    step = Step(Technique.OVERWRITE, passes=("random",))
    return replace(Overwritten(step, written, verify, read_back()), **fields)


def erased(way: Way = BLOCK, **fields: Any) -> FirmwareErased:
    done = FirmwareErased(Step(*way), Ran(accepted=True, seen=True, done=True), MARKED, Seen(looked_at=3), whole=True)
    return replace(done, **fields)


LIED = erased(seen=Seen(marks_left=[4096], looked_at=3))


def facts(*steps: StepFacts, **fields: Any) -> Facts:
    return replace(Facts(SIZE, Level.CLEAR, steps, ME, ME, SIZE), **fields)


def judged(*steps: StepFacts, **fields: Any) -> Conclusion:
    return conclude(facts(*steps, **fields))


# ---- what is enough


@pytest.mark.parametrize("way", PLAIN)
def test_a_proved_erase_of_the_drives_own_reaches_what_the_table_says(way: Way) -> None:
    found = judged(erased(way))
    assert (found.status, found.level, found.verification) == (SANITIZED, reaches(*way), Verify.SAMPLED)
    assert (found.technique, found.method) == way
    assert found.statement is not None
    assert found.exceptions == []


@pytest.mark.parametrize("verify", [Verify.FULL, Verify.SAMPLED])
def test_an_overwrite_that_was_read_back_is_clear(verify: Verify) -> None:
    found = judged(overwritten(verify))
    assert (found.status, found.level, found.verification) == (SANITIZED, Level.CLEAR, verify)


@pytest.mark.parametrize("way", WAYS)
def test_both_together_reach_the_higher_of_the_two(way: Way) -> None:
    found = judged(erased(way), overwritten())
    assert (found.status, found.level, found.verification) == (SANITIZED, reaches(*way), Verify.FULL)


def test_after_a_lie_only_everything_read_back_counts_and_only_as_clear() -> None:
    for steps in ((LIED, overwritten()), (LIED, erased(), overwritten()), (erased(), LIED, overwritten())):
        found = judged(*steps)
        assert (found.status, found.level, found.technique) == (SANITIZED, Level.CLEAR, Technique.OVERWRITE)


# ---- what is never enough

UNPROVED: dict[str, FirmwareErased] = {
    "not accepted": erased(ran=Ran(accepted=False, seen=True, done=True)),
    "not done": erased(ran=Ran(accepted=True, seen=True, done=False)),
    "refused": erased(ran=Ran(reason=DOUBT), seen=None),
    "stuck": erased(ran=Ran(accepted=True, seen=True, stuck=True, reason=DOUBT), seen=None),
    "nothing marked": erased(planted=None),
    "no marks": erased(planted=replace(MARKED, marks={})),
    "places without marks": erased(planted=replace(MARKED, unplanted=1)),
    "nothing looked at": erased(seen=None),
    "looked at none": erased(seen=Seen(looked_at=0)),
    "looked at fewer": erased(seen=Seen(looked_at=2)),
    "a mark left": erased(seen=Seen(marks_left=[0], looked_at=3)),
    "a found block left": erased(seen=Seen(found_left=[8192], looked_at=3)),
    "unreadable": erased(seen=Seen(unreadable=[0], looked_at=3)),
}
UNWRITTEN: dict[str, Overwritten] = {
    "unwritable": overwritten(written=Written(bad(512), SIZE - 512, flushed=True)),
    "not flushed": overwritten(written=Written(bad(0), SIZE, flushed=False)),
    "not to its end": overwritten(written=Written(bad(0), SIZE - 512, flushed=True)),
    "mismatched": overwritten(verified=read_back(mismatched=bad(512))),
    "unreadable": overwritten(verified=read_back(unreadable=bad(512), bytes_verified=SIZE - 512)),
}
UNREAD: dict[str, Overwritten] = {
    "not asked for": overwritten(Verify.NONE, verified=None),
    "not asked for, though it was": overwritten(Verify.NONE),
    "nothing read": overwritten(verified=None),
    "read in part": overwritten(verified=read_back(bytes_verified=SIZE - 512)),
    "nobody counted": overwritten(verified=read_back(kernel_bytes_read=None)),
    "from memory": overwritten(verified=read_back(kernel_bytes_read=SIZE - 1)),
}


@pytest.mark.parametrize("what", UNPROVED)
@pytest.mark.parametrize("way", [BLOCK, (Technique.NVME_FORMAT, Method.CRYPTO)])
def test_an_erase_that_is_not_proved_is_a_failure_with_a_reason(what: str, way: Way) -> None:
    found = judged(replace(UNPROVED[what], step=Step(*way)))
    assert (found.status, found.level, found.verification) == (FAILED, None, Verify.NONE)
    assert str(found.reason)
    assert found.hint is not None


@pytest.mark.parametrize("what", UNWRITTEN)
@pytest.mark.parametrize("before", [(), (erased(),), (LIED,)], ids=["alone", "after an erase", "after a lie"])
def test_an_overwrite_that_failed_spoils_everything(what: str, before: tuple[StepFacts, ...]) -> None:
    found = judged(*before, UNWRITTEN[what])
    assert (found.status, found.level, found.verification) == (FAILED, None, Verify.NONE)


@pytest.mark.parametrize("what", UNREAD)
def test_an_overwrite_that_nobody_read_back_is_an_exception(what: str) -> None:
    found = judged(UNREAD[what])
    assert (found.status, found.verification) == (EXCEPTIONS, Verify.NONE)
    assert len(found.exceptions) == 1


@pytest.mark.parametrize("what", UNREAD)
def test_after_a_lie_an_overwrite_that_nobody_read_back_is_a_failure(what: str) -> None:
    assert judged(LIED, UNREAD[what]).status is FAILED


def test_after_a_lie_samples_are_not_enough() -> None:
    assert judged(LIED, overwritten(Verify.SAMPLED)).status is FAILED


@pytest.mark.parametrize("way", CRYPTO)
def test_a_new_key_alone_is_never_clean(way: Way) -> None:
    found = judged(erased(way))
    assert (found.status, found.level) == (EXCEPTIONS, None)


@pytest.mark.parametrize("way", CRYPTO)
@pytest.mark.parametrize("what", UNREAD)
def test_a_new_key_and_an_overwrite_that_nobody_read_back_are_not_clean(way: Way, what: str) -> None:
    found = judged(erased(way), UNREAD[what])
    assert found.status is EXCEPTIONS
    assert found.level is not Level.PURGE


@pytest.mark.parametrize(
    ("doubt", "status"),
    [
        ({"after": None}, FAILED),
        ({"after": OTHER}, FAILED),
        ({"after": replace(ME, diskseq=4)}, FAILED),
        ({"after": replace(ME, size_bytes=SIZE // 2)}, FAILED),
        ({"refusal": DOUBT}, FAILED),
        ({"remarks": (DOUBT,)}, EXCEPTIONS),
        ({"native_size_bytes": None}, EXCEPTIONS),
        ({"native_size_bytes": SIZE + 512}, EXCEPTIONS),
        ({"native_size_bytes": SIZE - 512}, EXCEPTIONS),
        ({"hidden": (HiddenArea("hpa", 512, removable=False),), "native_size_bytes": SIZE + 512}, EXCEPTIONS),
        ({"hidden": (HiddenArea("dco", 0, removable=False, why=DOUBT),)}, EXCEPTIONS),
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "steps", [(overwritten(),), (erased(),), (erased(), overwritten()), (LIED, overwritten())],
    ids=["overwritten", "erased", "both", "after a lie"],
)  # fmt: skip
def test_one_doubt_ends_the_claim(
    steps: tuple[StepFacts, ...], doubt: dict[str, Any], status: SanitizationStatus
) -> None:
    found = judged(*steps, **doubt)
    assert found.status is status
    assert (found.level is None) == (status is FAILED)
    assert status is FAILED or found.exceptions


def test_nothing_done_is_nothing_claimed() -> None:
    assert judged().status is FAILED
    assert judged(refusal=DOUBT).reason == DOUBT


@pytest.mark.parametrize(
    "steps", [(overwritten(),), (LIED, overwritten()), (erased((Technique.NVME_FORMAT, Method.USER_DATA)),)]
)
def test_less_than_was_asked_for_is_an_exception(steps: tuple[StepFacts, ...]) -> None:
    found = judged(*steps, wanted=Level.PURGE)
    assert (found.status, found.level) == (EXCEPTIONS, Level.CLEAR)


@pytest.mark.parametrize("kind", ["unallocated", "unattached"])
@pytest.mark.parametrize(
    ("step", "reached"),
    [
        (erased((Technique.NVME_SANITIZE, Method.BLOCK)), True),
        (erased((Technique.SCSI_SANITIZE, Method.OVERWRITE)), True),
        (erased((Technique.NVME_SANITIZE, Method.BLOCK), whole=False), False),
        (erased((Technique.NVME_FORMAT, Method.USER_DATA), whole=False), False),
        # What it reached when it began says nothing of capacity that is found only afterwards.
        (erased((Technique.NVME_FORMAT, Method.USER_DATA)), False),
        (erased((Technique.NVME_SANITIZE, Method.CRYPTO)), False),
    ],
)
def test_only_an_erase_of_the_whole_drive_reaches_what_has_no_address(
    kind: str, step: FirmwareErased, reached: bool
) -> None:
    beyond = {"hidden": (HiddenArea(kind, 4096, removable=False),), "native_size_bytes": SIZE + 4096}
    assert (judged(step, overwritten(), **beyond).status is SANITIZED) == reached
    assert judged(overwritten(), **beyond).status is EXCEPTIONS
    unproved = replace(step, seen=Seen(marks_left=[0], looked_at=3))
    assert judged(unproved, overwritten(), **beyond).status is EXCEPTIONS


def test_a_whole_erase_beside_one_that_lied_reaches_nothing_beyond() -> None:
    """A firmware that lied once certifies nothing, so neither what no host can look at."""
    beyond = {"hidden": (HiddenArea("unallocated", 4096, removable=False),), "native_size_bytes": SIZE + 4096}
    sanitize = erased((Technique.NVME_SANITIZE, Method.BLOCK))
    assert judged(sanitize, overwritten(), **beyond).status is SANITIZED
    assert judged(LIED, sanitize, overwritten(), **beyond).status is EXCEPTIONS


def test_a_hidden_area_of_no_kind_that_an_erase_reaches_stays_named() -> None:
    found = judged(erased(), hidden=(HiddenArea("hpa", 4096, removable=True),), native_size_bytes=SIZE + 4096)
    assert found.status is EXCEPTIONS
    assert any("hpa" in str(message) for message in found.exceptions)


def test_more_samples_leave_less_room() -> None:
    assert residue(1) == pytest.approx(0.999)
    assert residue(6905) < 0.001 < residue(6900)


# ---- every mixture

sizes = st.sampled_from([0, 512, SIZE - 512, SIZE])
ranges = st.builds(bad, st.sampled_from([0, 0, 0, 512]))
flags = st.sampled_from([True, True, True, False])
writing = st.builds(Written, ranges, st.sampled_from([SIZE, SIZE, SIZE - 512, 0]), flags)
reading = st.none() | st.builds(
    Verified, ranges, ranges, st.sampled_from([SIZE, SIZE, 4096, 0]), st.sampled_from([SIZE, SIZE, 4096, None])
)
overwrites = st.builds(
    Overwritten, st.just(Step(Technique.OVERWRITE, passes=("zero",))), writing, st.sampled_from(Verify), reading
)
addresses = st.sampled_from([[], [], [], [0]])
erasing = st.builds(
    FirmwareErased,
    st.sampled_from([Step(*way) for way in WAYS]),
    st.builds(Ran, flags, flags, flags, st.just(False), st.just(False), st.none() | st.just(DOUBT)),
    st.sampled_from([MARKED, MARKED, MARKED, None, replace(MARKED, marks={}), replace(MARKED, unplanted=1)]),
    st.none() | st.builds(Seen, addresses, addresses, addresses, st.sampled_from([3, 3, 3, 2, 0])),
    flags,
)
areas = st.builds(
    HiddenArea, st.sampled_from(["hpa", "dco", "amac", "unallocated", "unattached"]), st.sampled_from([0, 4096]),
    st.booleans(), st.none() | st.just(DOUBT),
)  # fmt: skip
everything = st.builds(
    Facts,
    st.just(SIZE),
    st.sampled_from(Level),
    st.lists(erasing | overwrites, max_size=3).map(tuple),
    st.just(ME),
    st.sampled_from([ME, ME, ME, ME, OTHER, None]),
    st.sampled_from([SIZE, SIZE, SIZE, SIZE + 4096, None]),
    st.sampled_from([(), (), ()]) | st.lists(areas, max_size=2).map(tuple),
    st.sampled_from([None, None, None, DOUBT]),
    st.sampled_from([(), (), (), (DOUBT,)]),
)


def fully_stands(step: StepFacts, *, full: bool) -> bool:
    """In the words of the design, without the program's own."""
    if not isinstance(step, Overwritten) or step.verified is None or step.verify is Verify.NONE:
        return False
    written, seen = step.written, step.verified
    whole = seen.bytes_verified == SIZE if step.verify is Verify.FULL else not full
    counted = seen.kernel_bytes_read is not None and seen.kernel_bytes_read >= seen.bytes_verified
    clean = not (written.unwritable.items or seen.mismatched.items or seen.unreadable.items)
    return written.bytes_written == SIZE and written.flushed and clean and whole and counted


def is_proved(step: StepFacts) -> bool:
    if not isinstance(step, FirmwareErased) or step.planted is None or step.seen is None:
        return False
    seen, planted = step.seen, step.planted
    left = seen.marks_left or seen.found_left or seen.unreadable
    looked = planted.marks and not planted.unplanted and seen.looked_at >= len(planted.marks) + len(planted.found)
    return bool(step.ran.accepted and step.ran.done and looked and not left)


def is_crypto(step: StepFacts) -> bool:
    return step.step.method is Method.CRYPTO


@settings(max_examples=400, deadline=None)
@given(everything)
def test_whatever_the_facts_the_claim_never_goes_beyond_them(given_facts: Facts) -> None:
    found = conclude(given_facts)
    steps = given_facts.steps
    proved = [step for step in steps if is_proved(step)]
    doubted = any(isinstance(step, FirmwareErased) and not is_proved(step) for step in steps)
    stands = bool(steps) and fully_stands(steps[-1], full=doubted)
    # The level, whatever the status.
    possible = {Level.CLEAR} if steps and isinstance(steps[-1], Overwritten) else set()
    if not doubted:
        possible |= {reaches(step.step.technique, step.step.method) for step in proved if stands or not is_crypto(step)}
    assert found.level is None or found.level in possible
    assert (found.status is FAILED) <= (found.level is None)
    # What was read back is never more than that.
    if found.verification is Verify.FULL:
        assert fully_stands(steps[-1], full=True)
    if found.verification is Verify.SAMPLED:
        assert stands or proved
    if found.status is not SANITIZED:
        assert found.status is FAILED or found.exceptions
        return
    assert given_facts.after == given_facts.before
    assert given_facts.refusal is None
    assert not given_facts.remarks
    assert not found.exceptions
    assert found.level is not None
    assert found.level.rank >= given_facts.wanted.rank
    assert found.verification is not Verify.NONE
    assert stands or (
        not doubted and any(not is_crypto(step) for step in proved) and not isinstance(steps[-1], Overwritten)
    )
    assert not any(isinstance(step, Overwritten) and step.failure for step in steps)
    # Everything that hosts could ever reach is known and covered.
    assert given_facts.native_size_bytes is not None
    reaching = {Technique.NVME_SANITIZE, Technique.SCSI_SANITIZE}
    whole = any(
        step.whole and not is_crypto(step) and step.step.technique in reaching
        for step in proved
        if isinstance(step, FirmwareErased)
    )
    whole = whole and not doubted
    if given_facts.hidden:
        assert whole
        assert {area.kind for area in given_facts.hidden} <= {"unallocated", "unattached"}
    else:
        assert given_facts.native_size_bytes == SIZE
