"""The command that serves a simulated drive out of a training folder."""

import io
import queue
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from iscsi_client import Initiator
from nvme_client import Host

from agent.training.description import Description, Kind, save
from agent.training.drive import description_path, kept_path, open_drive
from agent.training.serve.__main__ import main

ATA = Description(Kind.ATA_SSD, "Simulated", "SIM 1/A", "F", 65536)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "drive.img"
    path.write_bytes(bytes(65536))
    save(ATA, description_path(path))
    return path


class Told(io.StringIO):
    """What the command prints, for who waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: queue.Queue[str] = queue.Queue()

    def write(self, text: str) -> int:
        self.lines.put(text)
        return len(text)


@contextmanager
def served(*arguments: str) -> Iterator[tuple[str, int]]:
    """Run the command; yields the name that it tells, and the port."""
    stop, codes, told = threading.Event(), [], Told()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", told)
        thread = threading.Thread(target=lambda: codes.append(main(arguments, stop)))
        thread.start()
        said = told.lines.get(timeout=10)
    name, _, rest = said.partition(" on 127.0.0.1 port ")
    try:
        yield name, int(rest)
    finally:
        stop.set()
        thread.join(10)
    assert codes == [0]


def test_an_ata_drive_is_a_target(image: Path) -> None:
    with served(str(image), "--iscsi", "0") as (name, port):
        assert name == "iqn.2026-11.org.ordis.simulated:sim-1-a"
        initiator = Initiator(port)
        initiator.log_in(name)
        assert initiator.command(bytes((0x12, 0, 0, 0, 36, 0)), data_in=36).data[8:16] == b"ATA     "
        initiator.close()
    open_drive(image).close()
    assert kept_path(image).exists()


def test_an_nvme_drive_has_a_controller(image: Path) -> None:
    save(replace(ATA, kind=Kind.NVME), description_path(image))
    with served(str(image), "--nvme-tcp", "0") as (name, port):
        host = Host(port)
        assert host.enable(name.encode()) == 1
        host.close()


def test_what_cannot_be_served(image: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(image), "--nvme-tcp", "0"]) == 2
    assert "NVMe" in capsys.readouterr().err
    assert main([str(image.with_name("nothing.img")), "--iscsi", "0"]) == 3
    description_path(image).write_text("{}")
    assert main([str(image), "--iscsi", "0"]) == 2


@pytest.mark.parametrize(
    "arguments", [[], ["x.img"], ["x.img", "--iscsi", "1", "--nvme-tcp", "2"], ["x.img", "--iscsi", "70000"]]
)
def test_wrong_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
