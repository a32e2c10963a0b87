"""The program's firmware modules on a real kernel's drives: each answer must be that on the simulated drive itself."""

import importlib.util
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from simulated_ata import Ata
from simulated_nvme import Bench, Nvme
from simulated_sas import Sas
from virtual_machine import Machine

pytestmark = [pytest.mark.machine, pytest.mark.runs_programs]
MIB = 1 << 20

_spec = importlib.util.spec_from_file_location("on_real", Path(__file__).with_name("on_real.py"))
assert _spec is not None
assert _spec.loader is not None
on_real = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(on_real)

Story = Sequence[str | float]
"""What to ask, or seconds that pass."""


def told(ask: Callable[..., str], advance: Callable[[float], None], story: Story) -> list[tuple[str, str]]:
    answers = []
    for step in story:
        if isinstance(step, str):
            answers.append((step, ask(*step.split())))
        else:
            advance(step)
    return answers


def check(machine: Machine, path: str, transport: str, benches: tuple[Bench, Bench], story: Story) -> dict[str, str]:
    """Tell it on both; returns the last answer to each question."""
    served, here = benches
    expected = told(on_real.Teller(here.drive).tell, here.clock.advance, story)

    def ask(*words: str) -> str:
        answer = machine.ask(120, tell=[path, transport, *words])
        return str(answer.get("told", answer))

    try:
        assert told(ask, served.clock.advance, story) == expected
    finally:
        machine.ask(forget=path)
    assert served.residue == here.residue
    return dict(expected)


def test_ata(machine: Machine, iscsi) -> None:
    benches = tuple(Ata(facts={"size_bytes": MIB, "hidden_bytes": 64 * 1024}) for _ in range(2))
    story = [
        "who", "about", "write", "reveal", "about", "who",
        "start ata_sanitize block", "status ata_sanitize block", 50, "status ata_sanitize block", "about", 60,
        "status ata_sanitize block", "start ata_security_erase enhanced", "status ata_security_erase enhanced", "about",
    ]  # fmt: skip
    with iscsi(benches[0].drive) as path:
        answers = check(machine, path, "ata", benches, story)
    assert str(MIB + 64 * 1024) in answers["who"]
    assert "DONE" in answers["status ata_sanitize block"]
    assert answers["write"] == "(65536, 65536, True)"


def test_ata_frozen(machine: Machine, iscsi) -> None:
    benches = tuple(Ata(facts={"size_bytes": MIB}, bios_freezes=True, bios_freezes_sanitize=True) for _ in range(2))
    with iscsi(benches[0].drive) as path:
        answers = check(machine, path, "ata", benches, ["about", "start ata_security_erase normal"])
    assert "frozen=True" in answers["about"]


def test_ata_locked_by_somebody_else(machine: Machine, iscsi) -> None:
    benches = tuple(Ata(facts={"size_bytes": MIB}, foreign_password="theirs") for _ in range(2))
    with iscsi(benches[0].drive) as path:
        assert "locked=True" in check(machine, path, "ata", benches, ["about"])["about"]


def test_sas(machine: Machine, iscsi) -> None:
    benches = tuple(Sas(facts={"size_bytes": MIB}) for _ in range(2))
    story = [
        "about", "write", "start scsi_sanitize block", "status scsi_sanitize block", 50, "status scsi_sanitize block",
        "about", 60, "status scsi_sanitize block", "about", "start scsi_format user_data", 50,
        "status scsi_format user_data", 60, "status scsi_format user_data", "about",
    ]  # fmt: skip
    with iscsi(benches[0].drive) as path:
        answers = check(machine, path, "scsi", benches, story)
    assert "DONE" in answers["status scsi_sanitize block"]


def test_nvme(machine: Machine, nvme_tcp) -> None:
    benches = tuple(Nvme(facts={"size_bytes": MIB}) for _ in range(2))
    story = [
        "who", "about", "write", "start nvme_sanitize block", "status nvme_sanitize block", 10,
        "status nvme_sanitize block", "about", 20, "status nvme_sanitize block", "start nvme_format user_data",
        "status nvme_format user_data", "start nvme_format crypto", "about",
    ]  # fmt: skip
    with nvme_tcp(benches[0].drive) as path:
        answers = check(machine, path, "nvme", benches, story)
    assert "DONE" in answers["status nvme_sanitize block"]


BAD = {"unwritable": (100, 101, 9000), "unreadable": (200,), "forgetful": (300,)}
"""Sectors: of the last, the drive says that they were written."""


def test_bad_sectors_of_an_ata_drive_are_all_found(machine: Machine, iscsi) -> None:
    benches = tuple(Ata(BAD, {"size_bytes": 8 * MIB}) for _ in range(2))
    with iscsi(benches[0].drive) as path:
        answers = check(machine, path, "ata", benches, ["overwrite", "verify"])
    assert answers["overwrite"] == repr(([(51200, 52224), (4608000, 4608512)], 8 * MIB - 3 * 512, True))
    assert "[(102400, 102912)]" in answers["verify"]


def test_bad_blocks_of_an_nvme_drive_are_all_found(machine: Machine, nvme_tcp) -> None:
    benches = tuple(Nvme(BAD, {"size_bytes": 8 * MIB}) for _ in range(2))
    with nvme_tcp(benches[0].drive) as path:
        answers = check(machine, path, "nvme", benches, ["overwrite", "verify"])
    assert answers["overwrite"] == repr(([(51200, 52224), (4608000, 4608512)], 8 * MIB - 3 * 512, True))


def test_a_drive_that_was_pulled_is_not_one_of_bad_blocks(machine: Machine, iscsi) -> None:
    ata = Ata(facts={"size_bytes": 8 * MIB})
    with iscsi(ata.drive) as path:
        assert "SIM-1" in machine.ask(tell=[path, "ata", "who"])["told"]
        machine.write(f"/sys/block/{path.removeprefix('/dev/')}/device/delete", "1")
        for word in ("overwrite", "verify"):
            assert machine.ask(tell=[path, "ata", word])["told"] in {"error ENODEV", "error ENXIO"}
        machine.ask(forget=path)


def test_a_power_cut_under_an_overwrite(machine: Machine, nvme_tcp) -> None:
    """The kernel waits for the drive to come back, and carries on."""
    nvme = Nvme(facts={"size_bytes": 8 * MIB})
    with nvme_tcp(nvme.drive) as path:
        assert "SIM-1" in machine.ask(tell=[path, "nvme", "who"])["told"]
        nvme.drive.power_cut()
        nvme.drive.power_on()
        assert machine.ask(tell=[path, "nvme", "overwrite"])["told"] == repr(([], 8 * MIB, True))
        assert machine.ask(tell=[path, "nvme", "verify"])["told"] == repr(([], [], 8 * MIB))
        machine.ask(forget=path)


def test_nvme_locked(machine: Machine, nvme_tcp) -> None:
    benches = tuple(Nvme(facts={"size_bytes": MIB}, denies_access=True) for _ in range(2))
    with nvme_tcp(benches[0].drive) as path:
        assert "locked=True" in check(machine, path, "nvme", benches, ["about"])["about"]


def test_nvme_that_failed(machine: Machine, nvme_tcp) -> None:
    benches = tuple(Nvme({"erase_fails_at_percent": 50}, {"size_bytes": MIB}) for _ in range(2))
    story = ["start nvme_sanitize block", 30, "status nvme_sanitize block", "about", "tidy", "about"]
    with nvme_tcp(benches[0].drive) as path:
        check(machine, path, "nvme", benches, story)
