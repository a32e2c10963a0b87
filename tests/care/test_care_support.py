"""The support file: what is in it, what never is, and where it is saved."""

import io
import json
import logging
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import pytest
import tui_cases as cases
from care_bench import CareBench
from fake_tree import Tree

from agent.care import parts as parts_module
from agent.care import support as support_module
from agent.care.parts import parts
from agent.care.support import LIMIT, Support, packed
from agent.host import systemlog
from agent.host.run import Ran, ToolMissing, ToolTimeout
from agent.model.messages import SaveSupport
from agent.model.words import Mode
from agent.settings import Settings
from agent.stick.ready import Places

SSID, PASSWORD, SERIAL = "Salle du fond", "geheim 12345", "S3YJNX0M412345B"


class Kernel:
    """Plays the kernel's log."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def since_start(self) -> list[tuple[int, str]]:
        return [(6, "usb 1-1: SerialNumber: " + SERIAL), (3, "wlan0: associated with 00:11:22:33:44:55")]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CareBench:
    monkeypatch.setattr(systemlog, "own_lines", lambda most: ["ordis: started", f"run: smartctl {SERIAL}"])
    tree = Tree(tmp_path / "root")
    tree.file("/proc/cpuinfo", "processor : 0")
    bench = CareBench(tmp_path, source=tree, kernel_log=Kernel)
    settings = {
        "wifi": [{"ssid": SSID, "password": PASSWORD}],
        "organisation": {"name": "Tous aux ordis"},
        "state_dir": bench.place.settings.state_dir,
        "workshop": {"url": "https://atelier.example"},
    }
    bench.place = bench.place.with_settings(Settings.model_validate(settings))
    bench.place.signer.remember()
    folder = bench.place.settings.folder(bench.place.mode)
    (folder / "service.log").write_text(f"good line\nssid {SSID}\npsk={PASSWORD}\n-----BEGIN PRIVATE KEY-----\n")
    (folder / "journal").mkdir()
    record = {"record": "pass", "serial": SERIAL, "key": "00ff" * 16, "psid": "A" * 32, "machine_id": "m" * 12}
    for number in range(8):
        (folder / f"journal/{number}.jsonl").write_text(json.dumps(record) + "\nnonsense {\n")
    bench.state = cases.WORKING.model_copy(update={"lot": "Mairie Nord 7", "volunteer": "Jeanne B."})
    return bench


def text_of(files: list[tuple[str, bytes]]) -> str:
    return "\n".join(f"{name}\n{data.decode('utf-8', 'replace')}" for name, data in files)


@pytest.mark.parametrize("anonymous", [True, False])
def test_what_is_in_it_and_what_never_is(bench: CareBench, anonymous: bool) -> None:
    files = parts(bench.place, bench.state, anonymous=anonymous)
    names = {name for name, _ in files}
    assert names >= {
        "recording.json", "system.json", "ordis/about.json", "ordis/state.json", "ordis/settings.json",
        "ordis/service.log", "ordis/system.log", "ordis/kernel.log", "ordis/journal-5.json",
    }  # fmt: skip
    assert "ordis/journal-6.json" not in names
    text = text_of(files)
    assert "good line" in text
    private = [
        file.read_bytes() for file in bench.place.settings.keys(Mode.TRAINING).iterdir() if file.suffix != ".pub"
    ]
    assert private
    for secret in (SSID, PASSWORD, "PRIVATE KEY", "00ff00ff", "A" * 32, "Tous aux ordis"):
        assert secret not in text, secret
    for data in private:
        assert data.strip() not in text.encode()
    told = [SERIAL, "5XK2L12", "PC-0042", "Mairie Nord 7", "Jeanne B.", "m" * 12, "atelier.example"]
    assert [secret in text for secret in told] == [not anonymous] * len(told)
    assert ("00:11:22:33:44:55" in text) is not anonymous
    assert "Latitude E7450" in text  # the kind of machine is what matters


def test_a_support_file_reads_as_a_recorded_machine(bench: CareBench) -> None:
    files = dict(parts(bench.place, bench.state, anonymous=True))
    assert json.loads(files["recording.json"])["complete"]
    assert json.loads(files["ordis/about.json"])["mode"] == "training"


def test_endless_logs_are_cut(bench: CareBench, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = bench.place.settings.folder(bench.place.mode)
    with (folder / "service.log").open("w") as file:
        for number in range(20_000):
            file.write(f"{number} " + "é" * 1500 + "\n")
    monkeypatch.setattr(parts_module, "_FILE_LIMIT", 1 << 20)
    log = dict(parts(bench.place, bench.state, anonymous=False))["ordis/service.log"].decode()
    assert len(log) < 1 << 20
    assert log.splitlines()[-1].startswith("19999 é")
    assert len(log.splitlines()[-1]) == 1000


def test_too_much_leaves_the_largest_out(caplog: pytest.LogCaptureFixture) -> None:
    noise = [(f"ordis/{number}", os.urandom(size)) for number, size in enumerate((900, 5000, 70_000))]
    with zipfile.ZipFile(io.BytesIO(packed(noise, 10_000))) as archive:
        assert archive.namelist() == ["ordis/0", "ordis/1"]
    assert "ordis/2" in caplog.text
    assert LIMIT <= 10 * 1024 * 1024


async def saved(bench: CareBench, places: Places | None = None) -> Any:
    await Support(bench.desk, places).save(SaveSupport(mode=bench.place.mode), bench.tell)
    first, *_, last = [event.support for event in bench.told]
    assert first.saving
    assert not last.saving
    assert last.said is not None
    return last.said


def zips(folder: Path) -> list[Path]:
    return sorted(folder.glob("support/ordis-support-*.zip"))


async def test_it_is_saved_beside_the_reports_and_said_where(bench: CareBench) -> None:
    said = await saved(bench)
    [file] = zips(bench.place.settings.folder(Mode.TRAINING))
    assert said.good
    assert str(file) in str(said.reason)
    assert said.hint is not None
    assert file.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None


@pytest.fixture
def stick(bench: CareBench, tmp_path: Path) -> Places:
    """Its first partition is mounted and can be written."""
    places = Places(boot=tmp_path / "stick", state=bench.place.settings.state_dir)
    places.boot.mkdir()
    tree = bench.place.source
    assert isinstance(tree, Tree)
    tree.file("/proc/self/mountinfo", f"30 1 8:1 / {places.boot} rw - vfat /dev/sdb1 rw")
    tree.folder("/sys/dev/block/8:1")
    object.__setattr__(bench.place, "mode", Mode.REAL)
    bench.place.settings.make_folder(Mode.REAL)
    return places


async def test_on_a_stick_it_is_where_windows_shows_it(bench: CareBench, stick: Places) -> None:
    said = await saved(bench, stick)
    assert said.good
    assert len(zips(stick.boot)) == 1
    assert "Plug the stick into another computer" in str(said.hint)


async def test_where_the_first_partition_is_full_the_other_one_has_it(
    bench: CareBench, stick: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    def room(free: Callable[[Path], int]) -> None:
        monkeypatch.setattr(
            support_module.os, "statvfs", lambda path: SimpleNamespace(f_bavail=free(Path(path)), f_frsize=1)
        )

    room(lambda path: 0 if path.parent == stick.boot else 1 << 30)
    said = await saved(bench, stick)
    assert said.good
    assert "Windows does not show" in str(said.hint)
    assert len(zips(stick.state)) == 1
    room(lambda path: 0)
    said = await saved(bench, stick)
    assert not said.good
    assert "no room" in str(said.reason)
    assert "support" in str(said.hint)


async def test_what_is_only_in_memory_is_said(bench: CareBench) -> None:
    object.__setattr__(bench.place, "keeps", lambda: False)
    said = await saved(bench)
    assert not said.good
    assert "only in this computer's memory" in str(said.hint)


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ZeroDivisionError("odd")])
async def test_every_step_may_fail_and_is_said(
    bench: CareBench, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(support_module, "write_safely" if isinstance(error, OSError) else "parts", fails)
    if isinstance(error, OSError):
        said = await saved(bench)
    else:
        with pytest.raises(ZeroDivisionError):  # which Care writes down
            await Support(bench.desk).save(SaveSupport(mode=bench.place.mode), bench.tell)
        said = bench.told[-1].support.said
        assert not bench.told[-1].support.saving
    assert not said.good
    assert said.hint is not None


def test_only_our_own_units_are_asked_for(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asked: list[list[str]] = []
    answers: list[Ran | Exception] = [Ran(0, "", "", 0.0), Ran(1, "", "", 0.0), ToolMissing("x"), ToolTimeout("x")]

    def run(argv: list[str], *, timeout: float) -> tuple[Ran, bytes]:
        asked.append(argv)
        answer = answers[len(asked) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer, b"one\ntwo\nthree\n"

    monkeypatch.setattr(systemlog, "run_in_memory", run)
    assert systemlog.own_lines(2) == ["two", "three"]
    assert [systemlog.own_lines(2) for _ in range(3)] == [[], [], []]
    assert asked[0][-2:] == ["--unit", "ordis*"]
