"""A simulated SAS drive under a real kernel."""

import time

import pytest
import stories
from simulated_sas import BLOCK, IMMED, TUR, Sas, cdb_10, said
from virtual_machine import Machine

pytestmark = [pytest.mark.machine, pytest.mark.runs_programs]
MIB = 1 << 20


def drive(faults=None, **facts) -> Sas:
    return Sas(faults, {"size_bytes": MIB, **facts})


def test_tools_know_it(machine: Machine, iscsi) -> None:
    sas = drive()
    with iscsi(sas.drive) as path:
        assert "SIMULATE" in machine.good("sg_inq", path)
        assert "SIM-1" in machine.good("sg_vpd", "--page=sn", path)
        assert "OK" in machine.good("smartctl", "-H", path)
        machine.good("sg_sanitize", "--block", "--quick", "--early", "--ause", path)
        sas.clock.advance(50)
        assert "sanitize in progress" in machine.run("sg_raw", path, *["00"] * 6).text.lower()
        sas.clock.advance(60)
        machine.good("sg_raw", path, *["00"] * 6)
        assert machine.block(path, 0, 4096) == bytes(4096)
    assert sas.residue == (0, 0, 0)


def test_the_programs_port_tells_the_same_on_a_real_kernel(iscsi, port) -> None:
    served, here = drive(), drive()
    with iscsi(served.drive) as path:
        expected = list(stories.sas(here.drive.ports.scsi, here.clock.advance))
        assert list(stories.sas(port(path, "scsi"), served.clock.advance)) == expected
    assert served.residue == here.residue


def test_a_sanitize_that_fails(iscsi, port) -> None:
    sas = drive({"erase_fails_at_percent": 50})
    with iscsi(sas.drive) as path:
        remote = port(path, "scsi")
        assert remote.execute(cdb_10(0x48, BLOCK | IMMED), timeout=30).succeeded
        sas.clock.advance(100)
        assert said(remote.execute(TUR, timeout=30)) == (3, 0x31, 0x03)


def test_what_the_kernel_makes_of_its_size_and_limits(machine: Machine, iscsi) -> None:
    began = time.monotonic()
    with iscsi(drive(logical_sector_bytes=4096, physical_sector_bytes=4096).drive) as path:
        name = path.removeprefix("/dev/")
        assert machine.read(f"/sys/block/{name}/queue/logical_block_size").strip() == "4096"
        assert int(machine.read(f"/sys/block/{name}/size")) == MIB // 512
        log = machine.kernel_log().splitlines()
        assert not [line for line in log if "not a multiple" in line or "Optimal transfer size" in line]
    assert time.monotonic() - began < 60
