"""A simulated ATA drive under a real kernel: what its tools see of it, and what the program's own pass-through does."""

import time

import pytest
import stories
from simulated_ata import BLOCK, Ata
from virtual_machine import Machine

from agent.model.ports import AtaCommand, NoAnswer

pytestmark = [pytest.mark.machine, pytest.mark.runs_programs]
MIB = 1 << 20
PATIENCE = 30.0


def drive(**more) -> Ata:
    return Ata(
        more.pop("faults", None), {"size_bytes": MIB, "hidden_bytes": 64 * 1024, **more.pop("facts", {})}, **more
    )


def test_tools_know_it(machine: Machine, iscsi) -> None:
    ata = drive(bios_freezes=True)
    with iscsi(ata.drive) as path:
        told = machine.good("hdparm", "-I", path)
        assert "Simulated" in told
        assert "SIM-1" in told
        assert "BLOCK_ERASE_EXT command" in told
        assert "not\tfrozen" not in told
        assert "\tfrozen" in told
        native = (MIB + 64 * 1024) // 512
        assert f"{MIB // 512}/{native}, HPA is enabled" in machine.good("hdparm", "-N", path)
        about = machine.good("smartctl", "-i", path)
        assert "ACS-4" in about
        assert "1,048,576 bytes" in about
        assert "PASSED" in machine.good("smartctl", "-H", path)
        assert "Power_On_Hours" in machine.good("smartctl", "-A", path)
        assert "ATA" in machine.good("sg_inq", path)
        assert "Sanitize status:" in machine.run("hdparm", "--sanitize-status", path).text


def test_the_programs_port_tells_the_same_on_a_real_kernel(iscsi, port) -> None:
    served, here = drive(), drive()
    with iscsi(served.drive) as path:
        remote = port(path, "ata")
        assert remote.opened["offers"] == ["ata"]
        expected = list(stories.ata(here.drive.ports.ata, here.clock.advance))
        assert list(stories.ata(remote, served.clock.advance)) == expected
    assert served.residue == here.residue


def test_data_goes_both_ways_and_the_firmware_has_it(machine: Machine, iscsi) -> None:
    ata = drive()
    data = bytes(range(256)) * 2048  # 512 KiB: more than comes with a command, or in one burst
    with iscsi(ata.drive) as path:
        assert machine.put(path, 4096, data) is None
        assert machine.block(path, 4096, len(data)) == data
    assert ata.read(4096, len(data)) == data


def test_bad_sectors_are_errors_of_the_kernels_too(machine: Machine, iscsi, port) -> None:
    with iscsi(drive(faults={"unreadable": (100,), "unwritable": (200,)}).drive) as path:
        assert machine.block(path, 100 * 512, 4096) == 61  # ENODATA: the kernel's word for an unrecovered read
        assert machine.put(path, 200 * 512, bytes(4096)) == 5  # EIO
        assert isinstance(machine.block(path, 0, 4096), bytes)


def test_a_drive_that_hangs_gives_no_answer(machine: Machine, iscsi, port) -> None:
    ata = drive(faults={"erase_hangs_at_percent": 30})
    with iscsi(ata.drive) as path:
        remote = port(path, "ata")
        assert remote.no_data(stories.sanitize(BLOCK), PATIENCE).succeeded
        ata.clock.advance(50)
        began = time.monotonic()
        with pytest.raises(NoAnswer):
            remote.no_data(AtaCommand(0xB4, extended=True), 1)
        assert time.monotonic() - began < 60
        ata.drive.power_cut()


def test_power_cut_and_power_on(machine: Machine, iscsi, port) -> None:
    """The kernel loses its drive and finds it again; a sanitize has gone on, a freeze has come with the start."""
    ata = drive(bios_freezes=True)
    with iscsi(ata.drive) as path:
        before = port(path, "ata")
        assert before.no_data(stories.sanitize(BLOCK), PATIENCE).succeeded
        ata.clock.advance(10)
        ata.drive.power_cut()
        with pytest.raises(NoAnswer):
            before.no_data(AtaCommand(0xB4, extended=True), 5)
        ata.drive.power_on(computer_starts=False)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                result = before.no_data(AtaCommand(0xB4, extended=True), 10)
                break
            except (NoAnswer, OSError):
                time.sleep(0.5)
        assert result.count & 0x4000, "the sanitize has gone on"
        ata.clock.advance(200)
        assert before.no_data(AtaCommand(0xB4, extended=True), PATIENCE).count & 0x8000
    assert ata.residue[0] == 0


def test_an_erase_unit_with_hdparm(machine: Machine, iscsi) -> None:
    """By another program than ours, and with an erase that says nothing for as long as it takes."""
    ata = drive(facts={"hidden_bytes": 0})
    with iscsi(ata.drive) as path:
        machine.good("hdparm", "--user-master", "u", "--security-set-pass", "ordis", path)
        assert ata.security & 0x2
        machine.good("hdparm", "--user-master", "u", "--security-erase", "ordis", path)
        assert not ata.security & 0x2
        assert machine.block(path, 0, 4096) == bytes(4096)
    assert ata.residue[0] == 0
