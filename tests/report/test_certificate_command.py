"""`ordis report certificate` and `ordis report verify --code`, as they are typed."""

from pathlib import Path

import certificate_pages as pdf
import pytest
import sample_report as sample

from agent.cli import main
from agent.model.words import Mode, SanitizationStatus
from agent.report import keys
from agent.report.certificate import pdf as maker
from agent.report.certificate.code import code_of
from agent.report.verify import read


class Stick:
    """A stick with keys and an organisation of its own."""

    def __init__(self, home: Path, folder: Path) -> None:
        (home / "ordis.toml").write_text(
            'state_dir = "state"\nlanguage = "en"\n[organisation]\nname = "Les Ordis"\nsignatory = "Camille Œuvrard"\n'
        )
        self.folder = folder
        self.output = folder / "out.pdf"
        (home / "state" / "training").mkdir(parents=True)
        self.keys = {
            Mode.REAL: keys.load_or_make(home / "state" / "keys", Mode.REAL),
            Mode.TRAINING: keys.load_or_make(home / "state" / "training" / "keys", Mode.TRAINING),
        }

    def report(self, name: str, mode: Mode = Mode.REAL, **facts: object) -> str:
        path = self.folder / name
        path.write_bytes(sample.signed_bytes(self.keys[mode], **facts))
        return str(path)

    def certificate(self, *files: str, language: str = "en") -> int:
        return main(["report", "certificate", *files, "--lang", language, "-o", str(self.output)])


@pytest.fixture
def stick(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stick:
    monkeypatch.setattr(maker.certificate, "__defaults__", (pdf.PLAIN,))  # the standard fonts: quicker
    return Stick(home, tmp_path)


def test_one_machine(stick: Stick, capsys: pytest.CaptureFixture[str]) -> None:
    assert stick.certificate(stick.report("a.json")) == 0
    text = pdf.joined(stick.output.read_bytes())
    for words in ("Les Ordis", "Camille Œuvrard", "Certificate of sanitization", "All drives of this machine"):
        assert words in text
    assert "every drive is certified" in capsys.readouterr().out


def test_the_language_is_that_of_the_option_then_of_the_settings(stick: Stick) -> None:
    file = stick.report("a.json")
    stick.certificate(file, language="fr")
    french = stick.output.read_bytes()
    assert main(["report", "certificate", file, "-o", str(stick.output)]) == 0
    assert "04/05/2026" in pdf.text(french)
    assert "2026-05-04" in pdf.text(stick.output.read_bytes())


def test_a_lot_with_a_drive_that_is_not_sanitized(stick: Stick, capsys: pytest.CaptureFixture[str]) -> None:
    drive = sample.drive("SER-BAD")
    bad = stick.report("b.json", drives=[drive], sanitizations=[sample.erased(drive, SanitizationStatus.FAILED)])
    good = stick.report("a.json")
    assert stick.certificate(good, bad, good) == 1
    assert pdf.placed(stick.output.read_bytes())["SER-BAD"] == {pdf.Finding.NOT_SANITIZED}
    said = capsys.readouterr().out
    assert "NOT every drive is certified" in said
    assert "Files about a report that was given already: 1." in said
    assert "Reports about a machine that another report here is about too: 1." in said


def test_training(stick: Stick, capsys: pytest.CaptureFixture[str]) -> None:
    file = stick.report("t.json", Mode.TRAINING)
    assert stick.certificate(file) == 0
    assert "TRAINING – NO VALUE" in pdf.text(stick.output.read_bytes())
    assert "It certifies no real drive." in capsys.readouterr().out
    stick.output.unlink()
    assert stick.certificate(file, stick.report("a.json")) == 2
    assert not stick.output.exists()


def refused(stick: Stick, capsys: pytest.CaptureFixture[str], code: int, *files: str) -> str:
    """Expect a refusal that writes nothing; return what is said."""
    assert stick.certificate(*files) == code
    assert not stick.output.exists()
    return capsys.readouterr().err


def test_refusals(stick: Stick, capsys: pytest.CaptureFixture[str]) -> None:
    good = stick.report("a.json")
    changed = stick.folder / "changed.json"
    changed.write_bytes(Path(good).read_bytes().replace(b"T480", b"T481"))
    stranger = stick.folder / "stranger.json"
    stranger.write_bytes(sample.signed_bytes(keys.ephemeral(Mode.REAL)))
    assert "changed.json cannot be certified. The signature does not hold" in refused(
        stick, capsys, 1, good, str(changed)
    )
    assert "the signer is not known here" in refused(stick, capsys, 1, str(stranger))
    assert "cannot be read" in refused(stick, capsys, 2, str(stick.folder / "none.json"))
    assert "cannot be read" in refused(stick, capsys, 2, str(stick.folder))


def test_nothing_but_a_pdf_is_ever_written(stick: Stick, capsys: pytest.CaptureFixture[str]) -> None:
    file = stick.report("a.json")
    before = Path(file).read_bytes()
    for name in (file, str(stick.folder), "/dev/null", str(stick.folder / "none" / "x.pdf")):
        assert main(["report", "certificate", file, "-o", name]) == 2
    assert Path(file).read_bytes() == before
    assert "Give another place with -o" in capsys.readouterr().err


def test_the_code_of_the_certificate(stick: Stick, capsys: pytest.CaptureFixture[str]) -> None:
    file, other = stick.report("a.json"), stick.report("b.json")
    code = code_of(read(Path(file).read_bytes()))
    assert main(["report", "verify", file, "--code", code.lower()]) == 0
    assert "The code is that of this report." in capsys.readouterr().out
    assert main(["report", "verify", other, "--code", code]) == 1
    assert "The code is NOT that of this report" in capsys.readouterr().out
    broken = stick.folder / "c.json"
    broken.write_bytes(b"{}")
    assert main(["report", "verify", str(broken), "--code", code]) == 1
    assert main(["report", "verify", file]) == 0
