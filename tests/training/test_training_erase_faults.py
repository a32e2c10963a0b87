"""What goes wrong with the erases that drives carry out themselves: the same faults for every command set."""

import errno
from collections.abc import Callable
from typing import Any

import pytest
from simulated_ata import BLOCK, ERASE, PREPARE, SET_PASSWORD, Ata, refused
from simulated_ata import DONE as ATA_DONE
from simulated_nvme import DAY, OLD, SIZE, Bench
from simulated_sas import BLOCK as SAS_BLOCK
from simulated_sas import TUR, Sas, cdb_10, said

from agent.model.ports import NoAnswer

OURS = b"ordis".ljust(32, b"\0")


class Case:
    """One way to erase: `start` begins it, `succeeded` asks how it went once its 100 s are over."""

    def __init__(self, drive: Bench) -> None:
        self.drive = drive


class AtaSanitize(Case):
    drive: Ata

    def __init__(self, **faults: Any) -> None:
        super().__init__(Ata(faults=faults))

    def start(self) -> None:
        assert self.drive.sanitize(BLOCK).succeeded

    def poll(self) -> object:
        return self.drive.status()

    def succeeded(self) -> bool:
        result = self.drive.status()
        return result.succeeded and result.count == ATA_DONE


class SasSanitize(Case):
    drive: Sas

    def __init__(self, **faults: Any) -> None:
        super().__init__(Sas(faults=faults))

    def start(self) -> None:
        assert self.drive.sanitize(SAS_BLOCK).succeeded

    def poll(self) -> object:
        return self.drive.send(TUR)

    def succeeded(self) -> bool:
        return self.drive.send(TUR).succeeded


class SecurityErase(Case):
    """Begun by a host that does not wait, so that there is something to look at meanwhile."""

    drive: Ata

    def __init__(self, **faults: Any) -> None:
        super().__init__(Ata(faults=faults))

    def start(self) -> None:
        self.drive.password(SET_PASSWORD, OURS)
        with pytest.raises(NoAnswer):
            self.drive.security_erase(OURS, timeout=0)

    def poll(self) -> object:
        return self.drive.short(0xE5, timeout=0)

    def succeeded(self) -> bool:
        try:
            return self.drive.data_in(0xEC).succeeded
        except NoAnswer:
            return False


CASES = [AtaSanitize, SasSanitize, SecurityErase]
Make = Callable[..., Any]


@pytest.mark.parametrize("make", CASES)
@pytest.mark.parametrize("covers", [0, 50, 90])
def test_success_is_reported_and_part_of_it_was_never_erased(make: Make, covers: int) -> None:
    case = make(erase_covers_percent=covers)
    case.start()
    case.drive.clock.advance(101)
    assert case.succeeded()
    assert case.drive.residue[0] == pytest.approx(SIZE * (100 - covers) / 100, abs=512)
    assert case.drive.residue[2] == 4096
    case.drive.power_cycle()
    assert case.drive.store.content[-512:] == (OLD * SIZE)[SIZE - 512 : SIZE]


@pytest.mark.parametrize("make", CASES)
def test_it_stops_at_37_percent_and_reports_success(make: Make) -> None:
    case = make(erase_stops_at_percent=37)
    case.start()
    case.drive.clock.advance(38)
    assert case.succeeded()
    assert case.drive.residue[0] == pytest.approx(SIZE * 0.63, abs=512)


@pytest.mark.parametrize("make", CASES)
def test_what_was_only_unmapped_no_host_can_see(make: Make) -> None:
    case = make(erase_unmaps_only=True)
    case.start()
    case.drive.clock.advance(101)
    assert case.succeeded()
    assert case.drive.residue == (0, SIZE, 4096)
    assert bytes(case.drive.store.content[:5]) == OLD
    if isinstance(case, SecurityErase):
        case.drive.power_cycle()
        case.drive.password(0xF2, OURS)
    assert case.drive.read() == bytes(SIZE)
    case.drive.write()
    assert case.drive.residue[:2] == (0, 0)


@pytest.mark.parametrize("make", [AtaSanitize, SasSanitize])
def test_stuck_for_ever(make: Make) -> None:
    case = make(erase_stuck_at_percent=1)
    case.start()
    for _ in range(3):
        case.drive.clock.advance(7 * DAY)
        assert not case.succeeded()
        case.drive.power_cycle()
    assert case.drive.residue[0] > SIZE * 0.98


def test_a_security_erase_that_is_stuck_never_answers() -> None:
    drive = Ata(faults={"erase_stuck_at_percent": 1})
    drive.password(SET_PASSWORD, OURS)
    with pytest.raises(NoAnswer):
        drive.security_erase(OURS, timeout=7 * DAY)
    with pytest.raises(NoAnswer):
        drive.short(0xE5, timeout=DAY)
    assert drive.clock.now() == pytest.approx(8 * DAY)
    drive.power_cycle()
    assert drive.security == 0x06


def test_a_security_erase_that_fails_leaves_the_password() -> None:
    drive = Ata(faults={"erase_fails_at_percent": 60})
    drive.password(SET_PASSWORD, OURS)
    assert refused(drive.security_erase(OURS))
    assert drive.security == 0x02
    assert drive.residue[0] == pytest.approx(SIZE * 0.4, abs=512)


@pytest.mark.parametrize("make", [AtaSanitize, SasSanitize])
def test_a_reset_in_the_middle_takes_one_answer_and_nothing_else(make: Make) -> None:
    case = make(erase_resets_at_percent=50)
    case.start()
    case.drive.clock.advance(60)
    with pytest.raises(NoAnswer):
        case.poll()
    if isinstance(case, SasSanitize):
        assert said(case.drive.send(TUR)) == (6, 0x29, 0x07)
        assert said(case.drive.send(TUR)) == (2, 0x04, 0x1B)
    assert not case.succeeded()
    case.drive.clock.advance(41)
    assert case.succeeded()
    assert case.drive.residue == (0, 0, 0)


def test_a_reset_in_a_read_is_an_error_of_this_read() -> None:
    case = AtaSanitize(erase_resets_at_percent=50)
    case.start()
    case.drive.clock.advance(60)
    with pytest.raises(OSError, match="Input/output"):
        case.drive.read(0, 512)
    case.drive.clock.advance(41)
    assert case.succeeded()


def test_a_reset_in_a_command_that_waits() -> None:
    drive = Ata(faults={"erase_resets_at_percent": 50})
    drive.password(SET_PASSWORD, OURS)
    with pytest.raises(NoAnswer):
        drive.security_erase(OURS)
    assert drive.clock.now() == pytest.approx(50)
    assert drive.short(0xE5).succeeded  # busy until it is done
    assert drive.clock.now() == pytest.approx(100)
    assert drive.residue[0] == 0
    assert drive.security == 0  # it has opened itself all the same


def test_the_reset_strikes_in_each_erase_once() -> None:
    case = AtaSanitize(erase_resets_at_percent=50)
    for _ in range(2):
        case.start()
        case.drive.clock.advance(100)
        with pytest.raises(NoAnswer):
            case.poll()
        case.drive.power_cycle()
        assert case.succeeded()


@pytest.mark.parametrize("make", CASES)
def test_dropping_off_the_bus_until_it_is_switched_on_again(make: Make) -> None:
    case = make(erase_vanishes_at_percent=50)
    case.start()
    case.drive.clock.advance(60)
    for act in (case.poll, case.drive.read, case.drive.drive.identity, case.drive.drive.flush):
        with pytest.raises(OSError, match="No such device") as gone:
            act()
        assert gone.value.errno == errno.ENODEV
    case.drive.power_cycle()
    case.drive.clock.advance(100)
    if isinstance(case, SecurityErase):
        assert case.drive.security == 0x06
    else:
        assert case.succeeded()
        assert case.drive.residue == (0, 0, 0)


@pytest.mark.parametrize("make", CASES)
def test_hanging_until_it_is_switched_on_again(make: Make) -> None:
    case = make(erase_hangs_at_percent=50)
    case.start()
    case.drive.clock.advance(60)
    for _ in range(2):
        with pytest.raises(NoAnswer):
            case.poll()
    case.drive.clock.advance(1000)
    assert case.drive.residue[0] == pytest.approx(SIZE / 2, abs=512)
    case.drive.power_cycle()
    case.drive.clock.advance(100)
    assert case.succeeded() or isinstance(case, SecurityErase)


@pytest.mark.parametrize("make", CASES)
def test_the_power_fails_in_the_middle(make: Make) -> None:
    case = make(erase_cuts_power_at_percent=50)
    case.start()
    case.drive.clock.advance(1000)
    with pytest.raises(OSError, match="No such device"):
        case.poll()
    assert not case.drive.drive.is_on
    case.drive.power_cycle()
    assert case.drive.residue[0] == pytest.approx(SIZE / 2, abs=512)
    case.drive.clock.advance(101)
    assert case.drive.drive.is_on
    assert case.drive.residue[0] == (SIZE // 2 if isinstance(case, SecurityErase) else 0)


def test_capabilities_that_are_a_lie() -> None:
    drive = Ata(faults={"erase_refused": True})
    assert drive.words[59] & 0xF000
    drive.password(SET_PASSWORD, OURS)
    assert refused(drive.sanitize(BLOCK))
    assert drive.short(PREPARE).succeeded
    assert refused(drive.password(ERASE, OURS))
    assert drive.security == 0x02
    assert drive.status().count == 0
    sas = Sas(faults={"erase_refused": True})
    assert said(sas.sanitize(SAS_BLOCK)) == said(sas.format()) == (5, 0x20, 0)
    assert drive.residue[0] == sas.residue[0] == SIZE


def test_erases_that_are_accepted_and_never_begin() -> None:
    drive = Ata(faults={"erase_ignored": True}, sanitized_before=True)
    assert drive.sanitize(BLOCK).count == ATA_DONE  # the success of another day
    drive.password(SET_PASSWORD, OURS)
    assert drive.security_erase(OURS).succeeded
    assert drive.clock.now() == 0
    assert drive.security == 0x02  # and the password stays
    sas = Sas(faults={"erase_ignored": True})
    assert sas.sanitize(SAS_BLOCK).succeeded
    assert sas.send(TUR).succeeded
    assert drive.residue[0] == sas.residue[0] == SIZE


@pytest.mark.parametrize("make", CASES)
def test_sectors_that_cannot_be_written_are_left_out(make: Make) -> None:
    case = make(erase_skips_unwritable=True, unwritable=(127, 3, 64))
    case.start()
    for _ in range(3):
        case.drive.clock.advance(40)
        case.drive.drive.residue()
    assert case.succeeded()
    assert case.drive.drive.residue().visible == tuple((512 * at, 512 * at + 512) for at in (3, 64, 127))


@pytest.mark.parametrize("make", CASES)
def test_coming_back_as_another(make: Make) -> None:
    case = make(changes_after_erase=True, changed_serial="OTHER", changed_size_bytes=SIZE // 2)
    case.start()
    if make is not SecurityErase:
        assert case.drive.drive.identity().serial == "SIM-1"
    case.drive.clock.advance(101)
    assert case.succeeded()
    told = case.drive.drive.identity()
    assert (told.serial, told.size_bytes) == ("OTHER", SIZE // 2)
    case.drive.power_cycle()
    assert case.drive.drive.identity() == told


@pytest.mark.parametrize("make", CASES)
def test_found_zeros(make: Make) -> None:
    case = make(found_zeros=True)
    assert case.drive.read() == bytes(SIZE)
    assert case.drive.residue == (0, SIZE, 4096)
    case.drive.write(512, 512)
    case.drive.power_cycle()
    assert case.drive.read(0, 1024)[:512] == bytes(512)
    assert case.drive.read(0, 1024)[512:] != bytes(512)
    assert case.drive.residue == (0, SIZE - 512, 4096)
    case.start()
    case.drive.clock.advance(101)
    assert case.drive.residue[:2] == (0, 0)


def test_fake_capacity_has_only_the_cells_that_there_are() -> None:
    drive = Ata(faults={"real_bytes": SIZE // 4})
    assert drive.drive.residue().visible == ((0, SIZE // 4),)
    drive.write(SIZE // 2, 512)  # the first sector, in truth
    assert drive.drive.residue().visible == ((512, SIZE // 4),)
    drive.sanitize(BLOCK)
    drive.clock.advance(100)
    assert drive.residue == (0, 0, 0)
    assert drive.read() == bytes(SIZE)


@pytest.mark.parametrize("fault", ["before", "after"])
@pytest.mark.parametrize("number", range(1, 9))
def test_the_power_fails_at_any_command(fault: str, number: int) -> None:
    """Flushed is durable, a command before which the power fails has not happened, one after which has."""
    drive = Ata(faults={"loses_unflushed": True, f"cut_{fault}_command": number})
    commands = [
        lambda: drive.write(0, 512),
        drive.drive.flush,
        lambda: drive.write(512, 512),
        lambda: drive.read(0, 512),
        lambda: drive.password(SET_PASSWORD, OURS),
        lambda: drive.short(0xE7),
        lambda: drive.write(1024, 512),
        lambda: drive.sanitize(BLOCK),
    ]
    for place, command in enumerate(commands, start=1):
        if place < number:
            command()
        else:
            with pytest.raises(OSError, match="No such device"):
                command()
            assert not drive.drive.is_on
    done = number - (fault == "before")
    drive.drive.power_on()
    assert drive.residue[0] == SIZE - 512 * ((done >= 2) + (done >= 6))
    assert drive.security == (0x06 if done >= 5 else 0)
    if done < 5:
        assert drive.status().count == 0
    drive.power_cycle()
    assert drive.drive.is_on  # once is enough


def test_commands_are_counted_for_who_wants_to_cut_at_one() -> None:
    drive = Ata()
    assert drive.drive.commands == 0
    drive.write(0, 512)
    drive.drive.flush()
    drive.short(0xE5)
    assert drive.drive.commands == 3
    drive.power_cycle()
    drive.read(0, 512)
    assert drive.drive.commands == 4


def test_the_power_fails_at_a_command_to_a_sas_drive() -> None:
    drive = Sas(faults={"cut_after_command": 2})
    assert drive.send(TUR).succeeded
    with pytest.raises(OSError, match="No such device"):
        drive.sanitize(SAS_BLOCK)
    drive.power_cycle()
    assert drive.send(cdb_10(0x35)).sanitizing


def test_the_lies_can_be_described(describe: Callable[..., Any]) -> None:
    from agent.training.faults import Faults

    for wrong in ({"erase_covers_percent": 101}, {"erase_refused": 1}, {"cut_before_command": 0}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            Faults(**wrong)
