"""What a signature promises, and how it is broken."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import sample_report as sample
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.model.message import Message
from agent.model.report import Signature, SignedReport
from agent.model.words import Mode
from agent.report.canonical import Malformed, canonical
from agent.report.keys import encode, ephemeral
from agent.report.sign import NotSigned, sign, to_bytes
from agent.report.verify import read, report_id, verify

REAL = ephemeral(Mode.REAL)
TRAINING = ephemeral(Mode.TRAINING)
SIGNED = sample.signed_bytes(REAL)
TRUSTED = [str(REAL.public), str(TRAINING.public)]


def forged(change: dict[str, Any], key: Any = REAL, name: str | None = None) -> bytes:
    """A report changed and then really signed: what somebody with a key of his own can make."""
    body = {**json.loads(SIGNED)["report"], **change}
    value = encode(key.sign(canonical(body)))
    return to_bytes(SignedReport(report=body, signature=Signature(key=name or str(key.public), value=value)))


def test_a_signed_report_is_intact_and_trusted() -> None:
    verdict = verify(SIGNED, TRUSTED)
    assert (verdict.intact, verdict.trusted, verdict.training) == (True, True, False)
    assert verdict.signer == REAL.public
    assert verdict.report is not None
    assert verdict.report.asset_tag == "NTS-0042"


def test_the_same_report_gives_the_same_bytes() -> None:
    report = sample.report()
    assert to_bytes(sign(report, REAL)) == to_bytes(sign(report, REAL))


def test_a_stranger_is_intact_but_not_trusted() -> None:
    verdict = verify(SIGNED, [str(TRAINING.public)])
    assert (verdict.intact, verdict.trusted) == (True, False)
    assert verdict.hint
    assert verdict.report is not None


def test_a_training_report_says_so() -> None:
    verdict = verify(sample.signed_bytes(TRAINING), TRUSTED)
    assert (verdict.intact, verdict.trusted, verdict.training) == (True, True, True)
    assert "TRAINING" in str(verdict.reason)


def test_formatting_is_not_what_is_signed() -> None:
    pretty = json.dumps(json.loads(SIGNED), indent=4, sort_keys=False).encode()
    assert verify(pretty, TRUSTED).trusted


@settings(max_examples=300)
@given(st.integers(0, len(SIGNED) - 1), st.integers(1, 255))
def test_a_changed_byte_is_never_believed(place: int, change: int) -> None:
    data = bytearray(SIGNED)
    data[place] ^= change
    verdict = verify(bytes(data), TRUSTED)
    # The one thing that may pass is the same content written otherwise (1e-7 as 1E-7).
    assert not verdict.trusted or json.loads(data) == json.loads(SIGNED)
    assert not verdict.intact or json.loads(data)["report"] == json.loads(SIGNED)["report"]


@given(st.data())
def test_a_changed_value_is_never_believed(data: st.DataObject) -> None:
    document = json.loads(SIGNED)
    node, key = data.draw(st.sampled_from(list(leaves(document["report"]))))
    new = data.draw(st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab<", max_size=3))
    before = copy.deepcopy(node[key])
    node[key] = new
    assert (type(new), new) == (type(before), before) or not verify(json.dumps(document).encode(), TRUSTED).intact


def leaves(node: Any) -> Any:
    for key, item in node.items() if isinstance(node, dict) else enumerate(node):
        if isinstance(item, dict | list):
            yield from leaves(item)
        else:
            yield node, key


@given(st.binary(max_size=300))
def test_rubbish_is_judged_not_crashed_on(data: bytes) -> None:
    assert not verify(data, TRUSTED).intact


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("signature"),
        lambda d: d.update(extra=1),
        lambda d: d.update(report=[]),
        lambda d: d["signature"].update(algorithm="none"),
        lambda d: d["signature"].pop("algorithm"),
        lambda d: d["signature"].update(more=1),
        lambda d: d["signature"].update(value=d["signature"]["value"] + " "),
        lambda d: d["signature"].update(value=""),
        lambda d: d["signature"].update(key=" " + d["signature"]["key"]),
        lambda d: d["signature"].update(key=str(TRAINING.public)),
        lambda d: d["signature"].update(key="ordis-training-" + d["signature"]["key"].removeprefix("ordis-")),
        lambda d: d["signature"].update(key="ordis-ed25519:" + encode(bytes(32))),
        lambda d: d["report"].update(unknown="added later"),
    ],
)
def test_a_changed_envelope_is_refused(change: Any) -> None:
    document = json.loads(SIGNED)
    change(document)
    assert not verify(json.dumps(document).encode(), TRUSTED).intact


def test_a_key_twice_does_not_slip_through() -> None:
    assert not verify(SIGNED.replace(b'{"report":', b'{"report":{},"report":'), TRUSTED).intact


def test_unknown_keys_are_covered_by_the_signature() -> None:
    data = forged({"from_a_later_version": {"a": [1, 2.5]}})
    verdict = verify(data, TRUSTED)
    assert (verdict.intact, verdict.trusted, verdict.report) == (True, True, None)
    assert "does not understand" in str(verdict.reason)
    assert not verify(data.replace(b"2.5", b"2.6"), TRUSTED).intact


# Training


@pytest.mark.parametrize("facts", [{"simulated": True}, {"virtual": True}])
def test_no_real_signature_for_what_is_not_real(facts: dict[str, bool]) -> None:
    unreal = sample.drive(**facts)
    for drives, done in (([unreal], []), ([], [sample.erased(unreal)])):
        report = sample.report(drives=drives, sanitizations=done)
        assert report.training, "it follows from the drives"
        with pytest.raises(NotSigned):
            sign(report, REAL)
        with pytest.raises(NotSigned, match="simulated or virtual"):
            sign(report.model_copy(update={"training": False}), REAL)
        assert sign(report, TRAINING)


def test_the_training_key_signs_nothing_real() -> None:
    with pytest.raises(NotSigned):
        sign(sample.report(), TRAINING)


def test_training_mode_is_training_without_any_drive() -> None:
    assert sample.report(Mode.TRAINING, drives=[]).training
    assert not sample.report(Mode.REAL, drives=[]).training


@pytest.mark.parametrize(
    "data",
    [
        forged({"training": True}),  # body and key disagree
        forged({"training": False}, TRAINING),
        forged({"training": "no"}),
        forged({"training": 0}),
        forged({"training": False}, TRAINING, "ordis-ed25519:" + encode(TRAINING.public.raw)),  # another key's name
        forged({"inventory": json.loads(sample.signed_bytes(TRAINING))["report"]["inventory"]}),
    ],
)
def test_training_is_never_passed_off_as_real(data: bytes) -> None:
    verdict = verify(data, TRUSTED)
    assert not verdict.trusted
    assert not verdict.intact or verdict.signer != REAL.public


# Robustness of signing


def test_absurd_numbers_do_not_cost_the_report() -> None:
    message = Message("{a} {b}", {"a": 2**70, "b": float("nan")})
    report = sample.report().model_copy(update={"remarks": [message]})
    verdict = verify(to_bytes(sign(report, REAL)), TRUSTED)
    assert verdict.trusted
    assert verdict.report is not None
    assert str(verdict.report.remarks[0]) == f"{2**53 - 1} ?"


def test_the_report_comes_back_as_it_was() -> None:
    report = sample.report()
    assert verify(to_bytes(sign(report, REAL)), TRUSTED).report == report


def test_the_id_is_read_from_the_report() -> None:
    report = sample.report()
    assert report_id(sign(report, REAL)) == report.report_id
    for wrong in (None, 5, "", "x", str(report.report_id).upper(), f"{{{report.report_id}}}", "../../etc/passwd"):
        with pytest.raises(Malformed):
            report_id(read(forged({"report_id": wrong})))


def test_a_saved_file_of_the_first_version_stays_valid() -> None:
    """A report signed on 2026-11-23, with its key: the format may grow, but never so that this fails."""
    folder = Path(__file__).parent / "saved"
    verdict = verify((folder / "first.json").read_bytes(), [(folder / "first.pub").read_text().strip()])
    assert verdict.trusted
    assert verdict.report is not None
