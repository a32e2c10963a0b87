"""What holds of every plan, for any drive and any request."""

from hypothesis import given
from hypothesis import strategies as st

from agent.model.inventory import Drive, EraseOffer, HiddenArea
from agent.model.message import say
from agent.model.sanitization import SanitizationRequest
from agent.model.words import Level, Method, PassSet, Pattern, Technique, Transport, Verify
from agent.sanitize.levels import LEVELS, crypto_only, reaches
from agent.sanitize.order import Order
from agent.sanitize.pattern import pattern
from agent.sanitize.plan import plan

OFFER = st.builds(
    EraseOffer,
    technique=st.sampled_from(Technique),
    method=st.sampled_from(Method),  # nonsense pairs as well
    seconds=st.none() | st.floats(0, 1e6),
    blocked=st.none() | st.just(say("blocked")),
    no_fallback=st.booleans(),
    whole=st.booleans(),
)
AREA = st.builds(
    HiddenArea,
    kind=st.sampled_from(["hpa", "amac", "dco", "unallocated", "unattached"]),
    bytes=st.integers(0, 10**12),
    removable=st.booleans(),
    why=st.none() | st.just(say("why")),
)
DRIVE = st.builds(
    Drive,
    path=st.just("/dev/sda"),
    size_bytes=st.integers(0, 10**13),
    transport=st.sampled_from(Transport),
    rotational=st.sampled_from([None, True, False]),
    obstacles=st.lists(st.just(say("obstacle")), max_size=1),
    firmware_asked=st.booleans(),
    erase_offers=st.lists(OFFER, max_size=6),
    hidden_areas=st.lists(AREA, max_size=3),
    frozen=st.sampled_from([None, True, False]),
    locked=st.sampled_from([None, True, False]),
    shadowed=st.sampled_from([None, True, False]),
    psid_revert=st.sampled_from([None, True, False]),
    leftover_password=st.sampled_from([None, True, False]),
)
REQUEST = st.builds(
    SanitizationRequest,
    technique=st.none() | st.sampled_from(Technique),
    method=st.none() | st.sampled_from(Method),
    level=st.sampled_from(Level),
    pattern=st.sampled_from(Pattern),
    passes=st.sampled_from(PassSet),
    verify=st.sampled_from(Verify),
    reveal=st.booleans(),
    discard=st.booleans(),
)


@given(drive=DRIVE, request=REQUEST, psid=st.booleans())
def test_every_plan(drive: Drive, request: SanitizationRequest, psid: bool) -> None:
    made = plan(drive, request, psid)
    taken = [(step.technique, step.method) for step in made.steps]
    out = [(each.technique, each.method) for each in made.ruled_out]

    # Every way is either taken or ruled out with a reason, once.
    assert sorted(map(str, taken + out)) == sorted(map(str, LEVELS))
    assert all(each.reason.text for each in made.ruled_out)

    # Steps or obstacles, never neither, never both.
    assert bool(made.steps) != bool(made.obstacles)
    assert (made.level is None) == (not made.steps)
    assert made.seconds_expected >= 0
    if not made.steps:
        return

    # Nothing blocked, nothing that is not offered.
    open_offers = {(offer.technique, offer.method) for offer in drive.erase_offers if offer.blocked is None}
    for way in taken:
        assert way[0] in (Technique.OVERWRITE, Technique.OPAL_REVERT) or way in open_offers
    if (Technique.OPAL_REVERT, Method.CRYPTO) in taken:
        assert psid
        assert drive.psid_revert or (Technique.OPAL_REVERT, Method.CRYPTO) in open_offers

    # A new key is never the last word, and the level is never above what the steps reach.
    assert not crypto_only(*taken[-1])
    assert made.level is not None
    proved = [way for way in taken if not crypto_only(*way) or made.steps[-1].verify is not Verify.NONE]
    assert made.level.rank <= max(reaches(*way).rank for way in proved)
    if made.level is Level.PURGE and made.steps[-1].technique is Technique.OVERWRITE:
        assert len(made.steps) > 1

    # The request's level is reached, or the plan says that it is not.
    assert made.level.rank >= request.level.rank or any("“purge”" in str(each) for each in made.warnings)

    # What is to be read back in full can be: its content is known.
    if request.verify is Verify.FULL:
        assert made.steps[-1].technique is Technique.OVERWRITE
    for step in made.steps:
        assert bool(step.passes) == (step.technique is Technique.OVERWRITE)
        for name in step.passes:
            pattern(name)


@given(drive=DRIVE, request=REQUEST, psid=st.booleans())
def test_the_worker_can_read_every_plan(drive: Drive, request: SanitizationRequest, psid: bool) -> None:
    made = plan(drive, request, psid).model_dump(mode="json")
    order = Order.from_dict({**request.model_dump(mode="json"), "steps": made["steps"]})
    assert [(step.technique, step.method, list(step.passes)) for step in order.steps] == [
        (step["technique"], step["method"], step["passes"]) for step in made["steps"]
    ]
