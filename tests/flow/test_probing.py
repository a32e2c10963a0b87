"""All drives are asked at once; one that hangs, dies or is not to be touched holds nobody up."""

import asyncio
from pathlib import Path
from typing import Self

import bench_place
import pytest

from agent import probing
from agent.host.child import ChildDied
from agent.model.inventory import Drive
from agent.model.message import say
from agent.model.sanitization import DriveIdentity, SanitizationRequest
from agent.model.words import Contents, Level, Method, Technique, Transport
from agent.sanitize.plan import plan
from agent.training.ata_about import AtaAbout
from agent.training.description import Kind
from agent.training.nvme_about import NvmeAbout


class FakeLink:
    started: list[str]
    ended: list[str]

    def __init__(self, path: str) -> None:
        self._path = path

    @classmethod
    async def start(cls, drive: DriveIdentity) -> Self:
        if drive.path == "/dev/nostart":
            raise OSError("no processes left")
        cls.started.append(drive.path)
        return cls(drive.path)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.ended.append(self._path)

    async def contents(self) -> Contents | None:
        if self._path == "/dev/loop0":
            raise ChildDied("signal 9")
        return Contents.WINDOWS

    async def probe(self) -> dict[str, object] | None:
        match self._path:
            case "/dev/hangs":
                await asyncio.Event().wait()
            case "/dev/dies":
                raise ChildDied("signal 9")
            case "/dev/mute":
                return None
        # Nobody answers before all have been asked.
        while len(self.started) < 4:  # noqa: ASYNC110 - turns of the loop, not time
            await asyncio.sleep(0)
        return {"frozen": True}


@pytest.fixture
def link(monkeypatch: pytest.MonkeyPatch) -> type[FakeLink]:
    FakeLink.started, FakeLink.ended = [], []
    monkeypatch.setattr(probing, "DriveLink", FakeLink)
    return FakeLink


def a_drive(name: str, **facts: object) -> Drive:
    return Drive.model_validate({"path": f"/dev/{name}", "transport": Transport.ATA, **facts})


async def test_every_drive_is_asked_and_none_holds_up_another(link: type[FakeLink]) -> None:
    drives = [a_drive(name) for name in ("hangs", "good", "dies", "nostart", "mute", "fine")]
    told = await probing.ask_all(drives, 0.05)
    assert [drive.path for drive in told] == [drive.path for drive in drives]
    assert [drive.path for drive in told if drive.firmware_asked] == ["/dev/good", "/dev/fine"]
    assert all(drive.frozen for drive in told if drive.firmware_asked)
    assert sorted(link.ended) == sorted(link.started)  # no worker is left behind


async def test_what_is_not_to_be_touched_is_left_in_peace(link: type[FakeLink]) -> None:
    drives = [a_drive("used", obstacles=[say("mounted")]), a_drive("net", transport=Transport.NETWORK)]
    assert await probing.ask_all(drives, 0.05) == drives
    assert link.started == []


async def test_what_is_on_it_is_looked_at_also_where_there_is_no_firmware_to_ask(link: type[FakeLink]) -> None:
    drives = [
        a_drive("loop0", transport=Transport.LOOP), a_drive("vda", transport=Transport.VIRTIO), a_drive("good"),
        a_drive("fine", locked=True),
    ]  # fmt: skip
    link.started += ["", "", ""]  # as many as `good` waits for
    told = await probing.ask_all(drives, 0.05)
    assert [drive.firmware_asked for drive in told] == [False, False, True, True]
    assert [drive.contents for drive in told] == [None, *[Contents.WINDOWS] * 3]  # loop0's worker died


@pytest.mark.runs_programs
async def test_simulated_drives_tell_their_workers_what_they_can_do(tmp_path: Path) -> None:
    place = bench_place.place(
        tmp_path,
        bench_place.a_drive(0, ata=AtaAbout(sanitize=("block",)), hidden_bytes=4 << 20),
        bench_place.a_drive(1, kind=Kind.NVME, nvme=NvmeAbout(sanicap=1)),
    )
    place.prepare()
    ssd, nvme = await probing.ask_all(place.find_drives(place.source))
    assert [ssd.obstacles, nvme.obstacles] == [[], []]  # what they say of themselves is what was known
    assert [area.kind for area in ssd.hidden_areas] == ["hpa"]
    assert ssd.frozen
    assert ssd.contents is Contents.DATA  # no partition table, no known file system, and yet something
    steps = [plan(drive, SanitizationRequest(level=Level.PURGE)).steps[0] for drive in (ssd, nvme)]
    assert [(step.technique, step.method) for step in steps] == [
        (Technique.ATA_SANITIZE, Method.BLOCK), (Technique.NVME_SANITIZE, Method.CRYPTO),
    ]  # fmt: skip
