"""The Sanitize Device feature set of simulated ATA drives (ACS-4, 7.36)."""

import pytest
from simulated_ata import (
    ANTIFREEZE,
    ANTIFROZEN,
    BLOCK,
    CRYPTO,
    DONE,
    FAILURE_MODE,
    FROZEN,
    KEYS,
    OVERWRITE,
    RUNNING,
    SANITIZE_FREEZE,
    Ata,
    refused,
)  # fmt: skip
from simulated_nvme import OLD, SIZE


def test_what_is_announced() -> None:
    assert Ata().words[59] == 0xFC00
    assert Ata(sanitize=("overwrite",)).words[59] == 0x5C00
    without = Ata(sanitize=())
    assert without.words[59] == 0
    assert refused(without.status())
    assert refused(without.sanitize(BLOCK))


def test_an_idle_drive_says_so() -> None:
    status = Ata().status()
    assert (status.succeeded, status.count, status.lba) == (True, 0, 0xFFFF)
    assert Ata(sanitized_before=True).status().count == DONE


@pytest.mark.parametrize("feature", [CRYPTO, BLOCK, OVERWRITE])
def test_from_the_start_to_success(feature: int) -> None:
    drive = Ata(facts={"hidden_bytes": 8192}, dco=True, dco_hidden_bytes=4096)
    drive.write(0, 512)
    started = drive.sanitize(feature, count=1)
    assert (started.succeeded, started.count, started.lba) == (True, RUNNING, 0)
    for percent in (25, 50, 75):
        drive.clock.advance(25)
        status = drive.status()
        assert status.count == RUNNING
        assert status.lba == pytest.approx(0x10000 * percent / 100, abs=2)
    drive.clock.advance(25)
    assert (drive.status().count, drive.status().lba) == (DONE, 0xFFFF)
    assert drive.residue == (0, 0, 0)  # hidden areas and what has no address included
    assert drive.read() == bytes(SIZE)
    drive.power_cycle()
    assert drive.status().count == DONE


def test_what_is_refused_meanwhile() -> None:
    drive = Ata()
    drive.sanitize(BLOCK)
    for move in (drive.read, drive.write):
        with pytest.raises(OSError, match="Input/output"):
            move(0, 512)
    with pytest.raises(OSError, match="Input/output"):
        drive.drive.flush()
    for command in (0xE7, 0xF5, 0x27, 0xE0):
        assert refused(drive.short(command))
    for feature in KEYS:
        assert refused(drive.sanitize(feature))
    assert drive.words[59]
    assert drive.short(0xE5).succeeded
    assert drive.data_in(0xB0, feature=0xD0, lba=0xC24F00).succeeded
    assert drive.drive.smart()["smart_status"] == {"passed": True}
    assert drive.status().count == RUNNING


@pytest.mark.parametrize("feature", [CRYPTO, BLOCK, OVERWRITE, SANITIZE_FREEZE, ANTIFREEZE])
def test_without_its_key_nothing_happens(feature: int) -> None:
    drive = Ata()
    for lba in (0, KEYS[feature] ^ 1 << 40, KEYS[BLOCK if feature == CRYPTO else CRYPTO]):
        assert refused(drive.no_data(0xB4, feature=feature, lba=lba))
    assert drive.status().count == 0
    assert drive.residue[0] == SIZE


def test_subcommands_that_there_are_not() -> None:
    for result in (Ata().no_data(0xB4, feature=0x13, lba=1), Ata(sanitize=("block",)).sanitize(CRYPTO)):
        assert refused(result)
        assert result.lba == 2


def test_frozen_until_power_off() -> None:
    drive = Ata()
    assert drive.sanitize(SANITIZE_FREEZE).count == FROZEN
    for feature in (CRYPTO, BLOCK, OVERWRITE, ANTIFREEZE):
        assert refused(result := drive.sanitize(feature))
        assert result.lba == 3
    drive.reopen()
    assert drive.status().count == FROZEN
    drive.power_cycle()
    assert drive.status().count == 0
    assert drive.sanitize(BLOCK).succeeded


def test_antifreeze_keeps_the_freeze_away() -> None:
    drive = Ata()
    assert drive.sanitize(ANTIFREEZE).count == ANTIFROZEN
    assert refused(result := drive.sanitize(SANITIZE_FREEZE))
    assert result.lba == 4
    assert drive.sanitize(BLOCK).count == RUNNING | ANTIFROZEN
    drive.power_cycle()
    assert drive.status().count == RUNNING


def test_a_computer_may_freeze_it_too() -> None:
    drive = Ata(bios_freezes_sanitize=True)
    assert refused(drive.sanitize(BLOCK))
    drive.drive.power_on(computer_starts=False)
    assert drive.sanitize(BLOCK).succeeded
    drive.power_cycle()
    assert drive.status().count == RUNNING  # one that runs is not frozen


def test_it_goes_on_after_a_power_cut_and_the_time_without_power_does_not_count() -> None:
    drive = Ata()
    drive.sanitize(BLOCK)
    drive.clock.advance(40)
    drive.power_cycle()
    assert drive.status().lba == pytest.approx(0.4 * 0x10000, abs=2)
    assert refused(drive.data_in(0x20))
    drive.clock.advance(59)
    assert drive.status().count == RUNNING
    drive.clock.advance(1)
    assert drive.status().count == DONE
    assert drive.residue == (0, 0, 0)


def test_a_new_one_takes_the_old_success_back() -> None:
    drive = Ata(sanitized_before=True, faults={"erase_fails_at_percent": 10})
    assert drive.sanitize(BLOCK).count == RUNNING
    drive.clock.advance(10)
    assert refused(drive.status())


def failed(count: int) -> Ata:
    drive = Ata(faults={"erase_fails_at_percent": 60})
    assert drive.sanitize(BLOCK, count=count).succeeded
    drive.clock.advance(100)
    return drive


@pytest.mark.parametrize("count", [0, FAILURE_MODE])
def test_a_failure_closes_the_drive(count: int) -> None:
    drive = failed(count)
    for _ in range(2):
        assert refused(status := drive.status())
        assert status.lba == 1
        with pytest.raises(OSError, match="Input/output"):
            drive.read(0, 512)
        assert refused(drive.short(0xE7))
        assert refused(drive.sanitize(SANITIZE_FREEZE))
        drive.power_cycle()
    assert drive.residue[0] == pytest.approx(SIZE * 0.4, abs=512)


def test_with_failure_mode_the_status_command_leads_out() -> None:
    drive = failed(FAILURE_MODE)
    assert (drive.status(clear=True).succeeded, drive.status().count) == (True, 0)
    assert drive.read(SIZE - 512, 512) == (OLD * SIZE)[SIZE - 512 : SIZE]
    drive.power_cycle()
    assert drive.status().count == 0


def test_without_it_only_another_one_does() -> None:
    drive = failed(0)
    assert refused(drive.status(clear=True))
    assert drive.sanitize(CRYPTO).count == RUNNING


@pytest.mark.parametrize(
    ("count", "word", "seconds"),
    [
        (1, 0x11223344, 100),
        (2, 0x11223344, 200),
        (2 | 0x80, 0xEEDDCCBB, 200),  # inverted from pass to pass
        (3 | 0x80, 0x11223344, 300),
        (2 | 0xC0, 0x11223344, 200),  # but ending with the pattern as it is
        (0, 0x11223344, 1600),
    ],
)
def test_overwriting_writes_its_pattern(count: int, word: int, seconds: int) -> None:
    drive = Ata(facts={"erased": "ones"})
    drive.sanitize(OVERWRITE, count=count, pattern=0x11223344)
    drive.clock.advance(seconds - 1)
    assert drive.status().count == RUNNING
    drive.clock.advance(1)
    assert drive.status().count == DONE
    assert drive.read() == word.to_bytes(4, "little") * (SIZE // 4)


@pytest.mark.parametrize(
    ("erased", "first"),
    [("zeros", b"\0\0\0\0"), ("ones", b"\xff" * 4), ("pattern", b"\x33\xcc\x55\xaa"), ("deallocated", b"\0\0\0\0")],
)
def test_what_stands_there_afterwards(erased: str, first: bytes) -> None:
    drive = Ata(facts={"erased": erased})
    drive.sanitize(BLOCK)
    drive.clock.advance(100)
    assert drive.read() == first * (SIZE // 4)
    assert drive.residue == (0, 0, 0)
    assert OLD * 8 not in drive.store.content


def test_noise_is_another_after_each_erase() -> None:
    drive = Ata(facts={"erased": "noise"})
    seen = set()
    for _ in range(3):
        drive.sanitize(CRYPTO)
        drive.clock.advance(100)
        assert len(set(drive.read())) == 256
        assert drive.read() == drive.read()
        seen.add(drive.read())
    assert len(seen) == 3


def test_the_cache_goes_with_it() -> None:
    drive = Ata(faults={"loses_unflushed": True})
    drive.write(0, 4096)
    drive.sanitize(BLOCK)
    drive.clock.advance(100)
    assert drive.read() == bytes(SIZE)
    drive.drive.flush()
    assert drive.read() == bytes(SIZE)
