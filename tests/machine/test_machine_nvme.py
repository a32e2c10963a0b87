"""A simulated NVMe drive under a real kernel."""

import time

import pytest
import stories
from simulated_nvme import AUSE, BLOCK_ERASE, SANITIZE, Nvme
from virtual_machine import Machine

from agent.model.ports import NoAnswer, NvmeCommand

pytestmark = [pytest.mark.machine, pytest.mark.runs_programs]
MIB = 1 << 20
PATIENCE = 30.0


def drive(faults=None, **about) -> Nvme:
    return Nvme(faults, {"size_bytes": MIB}, **about)


def test_tools_know_it(machine: Machine, nvme_tcp) -> None:
    nvme = drive()
    with nvme_tcp(nvme.drive) as path:
        controller = path.removesuffix("n1")
        told = machine.good("nvme", "id-ctrl", controller)
        assert "SIM-1" in told
        assert "sanicap   : 0x7" in told
        assert "1,048,576" in machine.good("smartctl", "-i", controller)
        assert "PASSED" in machine.good("smartctl", "-H", controller)
        assert "(SSTAT) :  0" in machine.good("nvme", "sanitize-log", controller)
        machine.good("nvme", "sanitize", "--sanact=2", controller)
        nvme.clock.advance(5)
        assert "(SSTAT) :  0x2" in machine.good("nvme", "sanitize-log", controller)
        assert machine.block(path, 0, 4096) == 5  # EIO
        nvme.clock.advance(20)
        assert "(SSTAT) :  0x101" in machine.good("nvme", "sanitize-log", controller)
        assert machine.block(path, 0, 4096) == bytes(4096)
    assert nvme.residue == (0, 0, 0)


def test_the_programs_port_tells_the_same_on_a_real_kernel(nvme_tcp, port) -> None:
    served, here = drive(), drive()
    with nvme_tcp(served.drive) as path:
        remote = port(path, "nvme")
        expected = list(stories.nvme(here.drive.ports.nvme, here.clock.advance))
        assert list(stories.nvme(remote, served.clock.advance)) == expected
    assert served.residue == here.residue


def test_data_goes_both_ways_and_the_firmware_has_it(machine: Machine, nvme_tcp) -> None:
    nvme = drive()
    data = bytes(range(256)) * 2048  # 512 KiB: more than comes with a command
    with nvme_tcp(nvme.drive) as path:
        assert machine.put(path, 4096, data) is None
        assert machine.block(path, 4096, len(data)) == data
    assert nvme.read(4096, len(data)) == data


def test_bad_blocks_and_locked_data(machine: Machine, nvme_tcp) -> None:
    with nvme_tcp(drive({"unreadable": (100,), "unwritable": (200,)}).drive) as path:
        assert machine.block(path, 100 * 512, 4096) == 61  # ENODATA: the kernel's word for a medium error
        assert machine.put(path, 200 * 512, bytes(4096)) == 61
    with nvme_tcp(drive(denies_access=True).drive) as path:
        assert machine.block(path, 0, 4096) is not None
        assert not isinstance(machine.block(path, 0, 4096), bytes)


def test_a_second_namespace_and_one_that_nobody_sees(machine: Machine, nvme_tcp) -> None:
    nvme = Nvme(
        None, {"size_bytes": MIB, "hidden_bytes": 2 * MIB}, more_namespaces=(MIB, MIB), unattached=(3,),
        manages_namespaces=True,
    )  # fmt: skip
    with nvme_tcp(nvme.drive) as path:
        controller = path[: path.rindex("n")]
        name = controller.removeprefix("/dev/")
        until = time.monotonic() + 20
        while len(seen := [disk for disk in machine.names("/sys/block") if disk.startswith(name)]) < 2:
            assert time.monotonic() < until, seen
            time.sleep(0.2)
        assert sorted(disk[-2:] for disk in seen) == ["n1", "n2"]
        assert "0x3" in machine.good("nvme", "list-ns", controller, "--all")


def test_power_cut_and_power_on(machine: Machine, nvme_tcp, port) -> None:
    """The kernel reconnects by itself; the sanitize has gone on."""
    nvme = drive()
    with nvme_tcp(nvme.drive) as path:
        remote = port(path.removesuffix("n1"), "nvme")
        assert remote.admin(NvmeCommand(SANITIZE, cdw10=BLOCK_ERASE | AUSE), 0, PATIENCE).succeeded
        nvme.clock.advance(5)
        nvme.drive.power_cut()
        log = NvmeCommand(0x02, 0xFFFFFFFF, cdw10=0x81 | 127 << 16)
        with pytest.raises((NoAnswer, OSError)):
            remote.admin(log, 512, PATIENCE)
        nvme.drive.power_on()
        until = time.monotonic() + 60
        while True:
            try:
                found = remote.admin(log, 512, PATIENCE)
                break
            except (NoAnswer, OSError):
                assert time.monotonic() < until, machine.kernel_log()[-2000:]
                time.sleep(0.5)
        assert found.data[2] & 7 == 2
        nvme.clock.advance(30)
        assert remote.admin(log, 512, PATIENCE).data[2] & 7 == 1
    assert nvme.residue[0] == 0
