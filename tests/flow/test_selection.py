"""Which drives are erased: only what was named or confirmed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model.inventory import Drive
from agent.model.message import Message, say
from agent.model.messages import Answer, IntakeRequest
from agent.model.sanitization import Plan, SanitizationRequest
from agent.model.words import Mode, SanitizationStatus, Transport
from agent.sanitize.plan import plan
from agent.selection import NotSelected, by_answer, by_words, untouched


def a_plan(path: str, serial: str | None, **facts: object) -> Plan:
    drive = Drive(path=path, serial=serial, size_bytes=1 << 30, transport=Transport.ATA, **facts)  # type: ignore[arg-type]
    return plan(drive, SanitizationRequest())


PLANS = [
    a_plan("/dev/sda", "AAAA1111"),
    a_plan("/dev/sdb", "BBBB2222", external=True),
    a_plan("/dev/sdc", "CCCC3333", obstacles=[say("mounted")]),
]


def words(erase: object, mode: Mode = Mode.REAL, *, unattended: bool = False) -> set[str]:
    return by_words(PLANS, IntakeRequest(erase=erase), mode, unattended)  # type: ignore[arg-type]


def answer(**fields: object) -> set[str] | Message:
    return by_answer(PLANS, Answer(mode=Mode.REAL, question_id="1", **fields), "TAG-1")  # type: ignore[arg-type]


def test_all_needs_leave_outside_training() -> None:
    with pytest.raises(NotSelected):
        words("all")
    assert words("all", unattended=True) == {"/dev/sda", "/dev/sdc"}  # never the external one
    assert words("all", Mode.TRAINING) == {"/dev/sda", "/dev/sdc"}


def test_none_and_nothing_are_nothing() -> None:
    assert words("none") == words(None) == set()


def test_serials_must_be_exact_and_single() -> None:
    assert words(["AAAA1111", "BBBB2222"]) == {"/dev/sda", "/dev/sdb"}
    for wrong in ("aaaa1111", "1111", "/dev/sda", "*"):
        with pytest.raises(NotSelected):
            words([wrong])
    twins = [*PLANS, a_plan("/dev/sdd", "AAAA1111")]
    with pytest.raises(NotSelected):
        by_words(twins, IntakeRequest(erase=["AAAA1111"]), Mode.REAL, True)


def test_empty_answer_declines() -> None:
    assert answer() == set()


def test_tag_confirms_the_list_but_not_what_needs_its_own_confirmation() -> None:
    assert answer(text="tag-1") == {"/dev/sda"}
    assert isinstance(answer(text="TAG-2"), Message)
    assert isinstance(answer(text="yes"), Message)


def test_serial_ends_confirm_singly() -> None:
    assert answer(serial_ends={"/dev/sdb": "2222"}) == {"/dev/sdb"}
    for ends in (
        {"/dev/sda": "111"},
        {"/dev/sda": "2222"},
        {"/dev/sdc": "3333"},
        {"/dev/sdz": "1111"},
        {"/dev/sda": ""},
    ):
        assert isinstance(answer(serial_ends=ends), Message), ends


def test_drive_without_serial_is_confirmed_by_itself_with_the_tag() -> None:
    plans = [a_plan("/dev/sda", None)]
    for tag, typed, chosen in (
        ("T-1", "t-1", {"/dev/sda"}),
        ("T-1", "0000", None),
        (None, "T-1", None),
        ("T-1", "", None),
    ):
        given = Answer(mode=Mode.REAL, question_id="1", serial_ends={"/dev/sda": typed})
        result = by_answer(plans, given, tag)
        assert result == chosen if chosen else isinstance(result, Message)
    assert by_answer(plans, Answer(mode=Mode.REAL, question_id="1", text="T-1"), "T-1") == set()
    assert by_words(plans, IntakeRequest(erase="all"), Mode.REAL, True) == set()


def test_what_became_of_a_drive_that_is_left_alone() -> None:
    status = {plan.drive.path: (untouched(plan, False), untouched(plan, True)) for plan in PLANS}
    assert all(left is not None and left.status is SanitizationStatus.NOT_REQUESTED for left, _ in status.values())
    assert status["/dev/sda"][1] is None
    refused = status["/dev/sdc"][1]
    assert refused is not None
    assert refused.status is SanitizationStatus.REFUSED
    assert str(refused.reason) == "mounted"


def test_why_a_drive_was_left_alone_is_said_of_each_kind_in_its_own_words() -> None:
    nameless = a_plan("/dev/sdd", None)
    told = [untouched(each, False) for each in (PLANS[0], PLANS[1], nameless)]
    said = [str(each.reason) for each in told if each is not None]
    assert [next(word for word in ("Nobody", "external", "without a serial") if word in line) for line in said] == [
        "Nobody", "external", "without a serial",
    ]  # fmt: skip


ENDS = st.sampled_from(["", "1111", "A1111", "AAAA1111", "2222", "3333", "111", "tag-1", "TAG-1", "yes"]) | st.text()


@given(
    text=st.none() | ENDS.filter(bool),
    ends=st.dictionaries(st.sampled_from([*(plan.drive.path for plan in PLANS), "/dev/sdz"]), ENDS),
    tag=st.sampled_from(["TAG-1", None]),
)
def test_no_drive_is_confirmed_but_by_its_serials_end_or_the_tag(
    text: str | None, ends: dict[str, str], tag: str | None
) -> None:
    """Whatever a face sends."""
    chosen = by_answer(PLANS, Answer.model_construct(text=text, serial_ends=ends), tag)
    for path in set() if isinstance(chosen, Message) else chosen:
        [plan] = [each for each in PLANS if each.drive.path == path]
        typed, serial = ends.get(path, ""), plan.drive.serial or ""
        by_tag = not ends and tag is not None and (text or "").casefold() == tag.casefold()
        by_end = len(typed) >= 4 and serial.casefold().endswith(typed.casefold())
        assert by_end or (by_tag and not plan.single_confirmation)
        assert plan.steps
