"""Only intact reports of trusted signers, never training beside real ones; and the code that ties paper to report."""

import json

import certificate_pages as pdf
import pytest
import sample_report as sample

from agent.model.words import Mode
from agent.report import keys
from agent.report.canonical import canonical
from agent.report.certificate.accept import MOST, NotCertified, NotTogether, accept
from agent.report.certificate.code import checksum, code_of, fingerprint, matches
from agent.report.sign import sign, to_bytes
from agent.report.verify import read

REPORT = sample.report()
FILE = pdf.file_of(REPORT)
TRAINING_FILE = pdf.file_of(sample.report(Mode.TRAINING))


def test_an_intact_report_of_a_trusted_signer() -> None:
    (item,) = accept([("a.json", FILE)], pdf.TRUSTED)
    assert item.report == REPORT
    assert item.code == code_of(read(FILE))


def test_a_stranger_is_refused_as_verify_does() -> None:
    with pytest.raises(NotCertified, match="not known here") as caught:
        accept([("a.json", FILE)], pdf.TRUSTED[1:])
    assert caught.value.exit_code == 1
    assert caught.value.file == "a.json"


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"\x00" * 100, FILE[:-1], FILE.replace(b"T480", b"T481")],
    ids=["empty", "no report", "zeros", "cut", "changed"],
)
def test_what_is_not_intact_is_refused(data: bytes) -> None:
    with pytest.raises(NotCertified):
        accept([("good.json", FILE), ("bad.json", data)], pdf.TRUSTED)


def test_another_version_of_the_report_is_refused() -> None:
    """Intact and trusted, but who knows what it says?"""
    body = {**json.loads(FILE)["report"], "new": 1}
    signature = keys.encode(pdf.REAL.sign(canonical(body)))
    data = json.dumps({"report": body, "signature": {**json.loads(FILE)["signature"], "value": signature}}).encode()
    with pytest.raises(NotCertified, match="does not understand"):
        accept([("a.json", data)], pdf.TRUSTED)


def test_training_is_never_mixed_with_real() -> None:
    for files in ([FILE, TRAINING_FILE], [TRAINING_FILE, FILE]):
        with pytest.raises(NotTogether, match="Training reports and real ones"):
            accept([(str(number), data) for number, data in enumerate(files)], pdf.TRUSTED)
    assert len(accept([("t", TRAINING_FILE)], pdf.TRUSTED)) == 1


def test_the_same_report_twice_counts_once() -> None:
    spaced = json.dumps(json.loads(FILE), indent=2).encode()
    assert len(accept([("a", FILE), ("b", FILE), ("c", spaced)], pdf.TRUSTED)) == 1


def test_one_id_with_two_contents_is_refused() -> None:
    other = to_bytes(sign(REPORT.model_copy(update={"lot": "another"}), pdf.REAL))
    with pytest.raises(NotTogether, match="same report_id"):
        accept([("a", FILE), ("b", other)], pdf.TRUSTED)


def test_the_order_of_the_files_does_not_matter() -> None:
    files = [("a", FILE), *((str(n), pdf.file_of(sample.report(asset_tag=f"T-{n}"))) for n in range(3))]
    assert accept(files, pdf.TRUSTED) == accept(files[::-1], pdf.TRUSTED)


@pytest.mark.parametrize("count", [0, MOST + 1])
def test_none_or_too_many(count: int) -> None:
    with pytest.raises(NotTogether):
        accept([("a", FILE)] * count, pdf.TRUSTED)


# ---- the code


def test_the_code_names_report_bytes_and_signer() -> None:
    signed = read(FILE)
    name, form, *parts = code_of(signed).split(":")
    assert (name, form) == ("ORDIS", "1")
    assert parts[0].lower() == str(REPORT.report_id)
    assert parts[1].lower() == checksum(signed)
    assert parts[2].lower() == fingerprint(pdf.REAL.public)
    assert code_of(read(TRAINING_FILE)).startswith("ORDIS-TRAINING:1:")


def test_a_code_fits_its_report_alone() -> None:
    signed, other = read(FILE), read(pdf.file_of(sample.report()))
    assert matches(code_of(signed), signed)
    assert matches(f" {code_of(signed).lower()}\n", signed)
    assert not matches(code_of(other), signed)
    assert not matches("", signed)
    assert not matches(code_of(signed)[:-1], signed)


def test_white_space_in_the_file_does_not_change_the_code() -> None:
    assert code_of(read(json.dumps(json.loads(FILE), indent=4).encode())) == code_of(read(FILE))
