"""Drives that the kernel meets in the middle of an erase of their own, as after a power cut: what becomes of them."""

from collections.abc import Callable
from contextlib import contextmanager

import pytest
import stories
from simulated_ata import BLOCK as ATA_BLOCK
from simulated_ata import Ata
from simulated_nvme import AUSE, BLOCK_ERASE, SANITIZE, Bench, Nvme
from simulated_sas import BLOCK, IMMED, Sas, cdb_10
from virtual_machine import Machine

from agent.model.ports import NvmeCommand

pytestmark = [pytest.mark.machine, pytest.mark.runs_programs]
MIB = 1 << 20


@contextmanager
def asked(machine: Machine, path: str, transport: str):
    """Ask the program's modules about it; see on_real.py."""

    def ask(*words: str) -> str:
        answer = machine.ask(120, tell=[path, transport, *words])
        return str(answer.get("told", answer))

    try:
        yield ask
    finally:
        machine.ask(forget=path)


def story(bench: Bench, ask: Callable[..., str]) -> None:
    assert "running=True" in ask("about")
    bench.clock.advance(200)
    assert "running=False" in ask("about")
    assert ask("rescan") == str(MIB)
    assert ask("write") == "(65536, 65536, True)"


def test_sas(machine: Machine, iscsi) -> None:
    """Of a drive that is not ready Linux does not learn the size: only looking again brings it."""
    sas = Sas(facts={"size_bytes": MIB})
    assert sas.sanitize(BLOCK, IMMED).succeeded
    assert sas.send(cdb_10(0x28, length=1), data_in=512).sanitizing
    with iscsi(sas.drive) as path, asked(machine, path, "scsi") as ask:
        assert ask("who").endswith(", 0)")
        story(sas, ask)


def test_ata(machine: Machine, iscsi) -> None:
    ata = Ata(facts={"size_bytes": MIB})
    assert ata.drive.ports.ata is not None
    assert ata.drive.ports.ata.no_data(stories.sanitize(ATA_BLOCK), 30).succeeded
    with iscsi(ata.drive) as path, asked(machine, path, "ata") as ask:
        story(ata, ask)


def test_nvme(machine: Machine, nvme_tcp) -> None:
    nvme = Nvme(facts={"size_bytes": MIB})
    assert nvme.drive.ports.nvme is not None
    assert nvme.drive.ports.nvme.admin(NvmeCommand(SANITIZE, cdw10=BLOCK_ERASE | AUSE), 0, 30).succeeded
    with nvme_tcp(nvme.drive) as path, asked(machine, path, "nvme") as ask:
        story(nvme, ask)
