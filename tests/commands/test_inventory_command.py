"""`ordis inventory`: this machine, recorded machines, and recording this one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mute_link import MuteLink

from agent import probing
from agent.cli import main
from agent.host.recorded import Recorded
from agent.host.run import Ran, ToolMissing
from agent.host.source import Live
from agent.inventory import drives as real_drives
from agent.model.inventory import Drive
from agent.model.message import Message
from agent.model.words import Transport

DMI = """# dmidecode 3.4
Handle 0x0001, DMI type 1, 27 bytes
System Information
\tManufacturer: LENOVO
\tProduct Name: 20AQ006HFR
\tVersion: ThinkPad T440s
\tSerial Number: PC01ABCD
\tUUID: 8c9b4c01-5210-11cb-a1b6-e7d0c9e1a0b2
"""
DISK = {
    "device": {"name": "/dev/sda", "type": "sat", "protocol": "ATA"},
    "model_name": "ST500LM021-1KJ152",
    "serial_number": "W62ABCDE",
    "user_capacity": {"bytes": 500107862016},
    "smart_status": {"passed": True},
    "power_on_time": {"hours": 1234},
}


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine: one drive, and a dmidecode that answers."""
    drive = Drive(path="/dev/sda", transport=Transport.ATA, model="ST500LM021", serial="W62ABCDE", size_bytes=10**9)

    def tool(_: Live, argv: list[str], *, timeout: float) -> Ran:
        if argv[0] == "dmidecode":
            return Ran(0, DMI, "", 0.0)
        raise ToolMissing(argv[0])

    monkeypatch.setattr(Live, "tool", tool)
    monkeypatch.setattr(real_drives, "find", lambda source, **_: [drive] if not isinstance(source, Recorded) else [])
    monkeypatch.setattr(probing, "DriveLink", Healthy)


class Healthy(MuteLink):
    async def health(self) -> Message | dict[str, object]:
        return dict(DISK)


def results(text: str) -> list[Any]:
    events = [json.loads(line) for line in text.splitlines()]
    return [event for event in events if event["event"] == "result"]


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[str], Path]:
    def make(name: str) -> Path:
        path = tmp_path / name
        path.mkdir()
        return path

    return make


def test_the_facts_come_first_and_the_drives_own_word_after(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inventory", "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["event"] for event in events] == ["inventory", "result"]
    first, last = (event["inventory"] for event in events)
    assert first["machine"]["model"] == last["machine"]["model"] == "ThinkPad T440s"
    assert (first["drives"][0]["health"], last["drives"][0]["health"]) == ("unknown", "passed")
    assert last["drives"][0]["power_on_hours"] == 1234


def test_a_recorded_machine_gives_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inventory", "--record", str(tmp_path / "it"), "--json"]) == 0
    [here] = results(capsys.readouterr().out)
    assert main(["inventory", "--recorded", str(tmp_path / "it"), "--json"]) == 0
    [there] = results(capsys.readouterr().out)
    assert there["recorded"] == str(tmp_path / "it")
    assert there["inventory"]["machine"]["serial"] == here["inventory"]["machine"]["serial"] == "PC01ABCD"
    assert there["inventory"]["drives"][0]["power_on_hours"] == 1234


def test_an_anonymous_recording_holds_no_serial(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inventory", "--record", str(tmp_path / "it"), "--anonymous"]) == 0
    capsys.readouterr()
    said = b"".join(file.read_bytes() for file in (tmp_path / "it").rglob("*") if file.is_file())
    for secret in (b"PC01ABCD", b"W62ABCDE", b"8c9b4c01"):
        assert secret.lower() not in said.lower()
    assert main(["inventory", "--recorded", str(tmp_path / "it"), "--json"]) == 0
    [there] = results(capsys.readouterr().out)
    assert there["inventory"]["machine"]["model"] == "ThinkPad T440s"
    assert there["inventory"]["machine"]["machine_id_certainty"] == "certain"


def test_folders_with_only_one_kind_of_file(folder: Callable[[str], Path], capsys: pytest.CaptureFixture[str]) -> None:
    dmi, disks, nothing = folder("dmi"), folder("disks"), folder("nothing")
    (dmi / "dmidecode.txt").write_text(DMI)
    (disks / "smartctl").mkdir()
    for name in ("one", "two"):
        (disks / f"smartctl/{name}.json").write_text(json.dumps(DISK))
    assert main(["inventory", "--recorded", str(dmi), str(disks), str(nothing), "--json"]) == 0
    told = results(capsys.readouterr().out)
    assert [each["recorded"] for each in told] == [str(dmi), str(disks), str(nothing)]
    assert told[0]["inventory"]["machine"]["vendor"] == "Lenovo"
    # Two files are two drives, although both were /dev/sda once.
    assert [drive["power_on_hours"] for drive in told[1]["inventory"]["drives"]] == [1234, 1234]
    assert told[2]["inventory"]["drives"] == []


def test_a_folder_that_is_missing_is_named_and_the_others_come(
    folder: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    there = folder("there")
    assert main(["inventory", "--recorded", str(there / "no"), str(there), "--json", "--lang", "en"]) == 2
    said = capsys.readouterr()
    assert "There is no folder" in said.err
    assert [each["recorded"] for each in results(said.out)] == [str(there)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--anonymous"], "--anonymous belongs to --record."),
        (["--record", "x", "--training"], "Training drives are not recorded."),
    ],
)
def test_words_that_do_not_go_together(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inventory", "--lang", "en", *words]) == 2
    assert said in capsys.readouterr().err


def test_an_old_recording_is_not_written_over(folder: Callable[[str], Path]) -> None:
    there = folder("there")
    (there / "mine.txt").write_text("mine")
    assert main(["inventory", "--record", str(there)]) == 2
    assert [file.name for file in there.iterdir()] == ["mine.txt"]


def test_a_page_without_colours_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inventory", "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "ThinkPad T440s" in said
    assert "\x1b" not in said
