"""Sanitize and secure trim of eMMC devices, and what their register tells. Untested on hardware."""

import errno
import os

import pytest
from simulated_nvme import Bench

from agent.model.ports import MmcResult, NoAnswer
from agent.model.words import Method, Technique
from agent.sanitize.firmware import NotAccepted, Offer, Record, Said, State
from agent.sanitize.mmc import card
from agent.sanitize.mmc.ext_csd import ExtCsd
from agent.sanitize.mmc.firmware import MmcFirmware
from agent.training.description import Kind
from agent.training.emmc_about import EmmcAbout

GROUP = 512 * 1024
SIZE = 4 * GROUP
SPARE = 4096
SANITIZE = Technique.EMMC_SANITIZE
BOTH = (Method.BLOCK, Method.SECURE_TRIM)


class Emmc(Bench):
    """Four erase groups of 512 KiB; an erase of all takes 0.6 s, a secure one 6 s, a sanitize 10 s."""

    def __init__(self, faults: dict[str, object] | None = None, **about: object) -> None:
        facts = {"size_bytes": SIZE, "spare_bytes": SPARE, "emmc": EmmcAbout(**about)}  # type: ignore[arg-type]
        super().__init__(Kind.EMMC, faults, **facts)


class Between:
    """Stands between host and card; `changed` bytes of EXT_CSD, and `answers` by command."""

    def __init__(self, drive: Emmc, changed: dict[int, int] | None = None) -> None:
        self.drive = drive
        self.changed = changed or {}
        self.answers: dict[int, list[MmcResult | Exception | None]] = {}
        """None: the card's own answer."""
        self.sent: list[tuple[int, int, float]] = []
        self.register: bytes | None = None

    def command(self, index: int, argument: int, *, timeout: float, busy: bool = False) -> MmcResult:
        self.sent.append((index, argument, timeout))
        waiting = self.answers.get(index)
        instead = waiting.pop(0) if waiting else None
        if isinstance(instead, Exception):
            raise instead
        port = self.drive.drive.ports.mmc
        assert port is not None
        return instead or port.command(index, argument, timeout=timeout, busy=busy)

    def erase(self, first: int, last: int, argument: int, timeout: float) -> tuple[MmcResult, ...]:
        addresses = [self.command(35, first, timeout=timeout), self.command(36, last, timeout=timeout)]
        return (*addresses, self.command(38, argument, timeout=timeout, busy=True))

    def ext_csd(self, timeout: float) -> bytes:
        port = self.drive.drive.ports.mmc
        assert port is not None
        block = bytearray(port.ext_csd(timeout) if self.register is None else self.register)
        for at, value in self.changed.items():
            block[at] = value
        return bytes(block)


def journal(record: Record) -> None:
    raise AssertionError("nothing of an eMMC erase has to be kept")


def firmware(drive: Emmc) -> MmcFirmware:
    port = drive.drive.ports.mmc
    assert port is not None
    return MmcFirmware(port)


@pytest.mark.parametrize(("method", "residue"), [(Method.BLOCK, (0, 0, 0)), (Method.SECURE_TRIM, (0, 0, SPARE))])
def test_from_the_start_to_the_end(method: Method, residue: tuple[int, ...]) -> None:
    drive = Emmc()
    one = firmware(drive).erase(SANITIZE, method)
    assert (one.technique, one.method) == (SANITIZE, method)
    assert one.status().state is State.IDLE
    one.start(journal)
    assert one.status().state is State.DONE
    assert drive.residue == residue


def test_what_is_sent_for_a_sanitize() -> None:
    drive = Emmc()
    port = Between(drive)
    MmcFirmware(port).erase(SANITIZE, Method.BLOCK).start(journal)
    assert [(index, argument) for index, argument, _ in port.sent if index != 13] == [
        (35, 0),
        (36, SIZE // 512 - 1),
        (38, 0),
        (6, 0x03A50100),
    ]
    *_, (_, _, timeout), _ = port.sent
    assert timeout >= 1800  # Linux breaks a sanitize off when the time is up


def test_a_large_card_is_erased_in_pieces() -> None:
    sectors = 5 * (1 << 20)  # 2.5 GiB
    found = list(card.pieces(sectors, 512, GROUP))
    assert found == [(0, (1 << 21) - 1), (1 << 21, (1 << 22) - 1), (1 << 22, sectors - 1)]
    odd = list(card.pieces(sectors + 3, 512, 3 * GROUP))
    assert all(first * 512 % (3 * GROUP) == 0 for first, _ in odd)
    assert [last + 1 for _, last in odd[:-1]] == [first for first, _ in odd[1:]]
    assert odd[-1][1] == sectors + 2
    assert list(card.pieces(8, 512, 255 * (1 << 27))) == [(0, 7)]


def test_what_a_card_offers() -> None:
    block, trim = Offer(SANITIZE, Method.BLOCK), Offer(SANITIZE, Method.SECURE_TRIM)
    assert firmware(Emmc()).about().offers == (block, trim)
    assert firmware(Emmc(sanitize=False)).about().offers == (trim,)
    assert firmware(Emmc(trim=False)).about().offers == (block,)
    assert firmware(Emmc(secure_erase=False)).about().offers == (block,)


@pytest.mark.parametrize(
    ("technique", "method"),
    [
        (SANITIZE, Method.BLOCK),
        (SANITIZE, Method.SECURE_TRIM),
        (SANITIZE, Method.CRYPTO),
        (Technique.SCSI_SANITIZE, Method.BLOCK),
    ],
)
def test_what_it_does_not_offer_is_not_made(technique: Technique, method: Method) -> None:
    with pytest.raises(NotAccepted):
        firmware(Emmc(sanitize=False, trim=False)).erase(technique, method)


def test_who_it_is_and_what_stays_untouched() -> None:
    about = firmware(Emmc(boot_units=16, rpmb_units=4)).about()
    assert about.said == Said(None, None, SIZE)
    assert (about.native_size_bytes, about.hidden, about.locked, about.running) == (SIZE, (), False, False)
    boot, rpmb = about.untouched
    assert ("boot" in boot.text, boot.values["size"]) == (True, 2 * 16 * 128 * 1024)
    assert ("RPMB" in rpmb.text, rpmb.values["size"]) == (True, 4 * 128 * 1024)
    assert firmware(Emmc(boot_units=0, rpmb_units=0)).about().untouched == ()


def test_general_purpose_partitions_are_named() -> None:
    drive = Emmc(boot_units=0, rpmb_units=0)
    sizes = {143: 2, 146: 1, 221: 2, 224: 4}  # two partitions of 2 and 1 units of 2 * 4 * 512 KiB
    (more,) = MmcFirmware(Between(drive, {**sizes, 155: 1})).about().untouched
    assert more.values["size"] == 3 * 8 * GROUP
    assert MmcFirmware(Between(drive, sizes)).about().untouched == ()  # not made yet


def test_the_times_that_are_announced() -> None:
    drive = Emmc(erase_timeout_units=2, secure_factor=5)
    register = ExtCsd.read(Between(drive))
    assert register.erase_seconds(SIZE // 512) == pytest.approx(4 * 2 * 0.3)
    assert register.secure_trim_seconds(1025) == pytest.approx(2 * 2 * 5 * 0.3)
    assert ExtCsd.read(Between(drive, {223: 0})).erase_seconds(1) is None
    assert firmware(drive).erase(SANITIZE, Method.BLOCK).seconds > 3600
    assert firmware(drive).erase(SANITIZE, Method.SECURE_TRIM).seconds > 3600


def test_an_old_card_that_counts_bytes() -> None:
    about = MmcFirmware(Between(Emmc(), dict.fromkeys(range(212, 216), 0))).about()
    assert (about.said, about.offers, about.native_size_bytes) == (None, (), None)


def test_a_register_that_is_cut_off() -> None:
    port = Between(Emmc())
    port.register = bytes(511)
    with pytest.raises(NoAnswer):
        MmcFirmware(port).about()


def test_a_locked_card() -> None:
    port = Between(Emmc())
    port.answers[13] = [MmcResult(1 << 25 | 4 << 9 | 1 << 8)]
    assert MmcFirmware(port).about().locked


def test_sanitize_refused_or_failed() -> None:
    for drive in (Emmc(refuses_sanitize=True), Emmc({"erase_fails_at_percent": 50})):
        one = firmware(drive).erase(SANITIZE, Method.BLOCK)
        with pytest.raises(NotAccepted, match="EBADMSG"):
            one.start(journal)
        assert one.status().state is State.FAILED
        assert one.leave_failure()
        assert drive.residue[2] == SPARE


def test_sanitize_ignored_cannot_be_told_from_a_quick_one() -> None:
    """Linux hands on no response: only what is left shows it, and here no host can see that."""
    drive = Emmc(ignores_sanitize=True)
    one = firmware(drive).erase(SANITIZE, Method.BLOCK)
    one.start(journal)
    assert one.status().state is State.DONE
    assert drive.residue == (0, SIZE, SPARE)


@pytest.mark.parametrize("method", BOTH)
@pytest.mark.parametrize(("index", "bit"), [(35, 31), (36, 27), (38, 28), (38, 19), (13, 15), (13, 26)])
def test_an_error_in_the_sequence_is_a_refusal(method: Method, index: int, bit: int) -> None:
    port = Between(Emmc())
    one = MmcFirmware(port).erase(SANITIZE, method)
    answer = MmcResult(1 << bit | 4 << 9 | 1 << 8)
    port.answers[index] = [None, answer] if index == 13 else [answer]  # the first status only clears errors of old
    with pytest.raises(NotAccepted):
        one.start(journal)
    assert one.status().state is State.FAILED


def test_errors_of_old_are_none_of_this_erase() -> None:
    drive = Emmc()
    port = drive.drive.ports.mmc
    assert port is not None
    port.command(6, 0x03B30100, timeout=1)  # a register that cannot be written: SWITCH_ERROR at the next status
    firmware(drive).erase(SANITIZE, Method.BLOCK).start(journal)


def test_an_error_after_the_sanitize() -> None:
    port = Between(Emmc())
    one = MmcFirmware(port).erase(SANITIZE, Method.BLOCK)
    port.answers[13] = [None, None, MmcResult(1 << 7 | 4 << 9)]
    with pytest.raises(NotAccepted):
        one.start(journal)


@pytest.mark.parametrize("error", [NoAnswer("reset"), OSError(errno.ENODEV, os.strerror(errno.ENODEV))])
def test_nobody_answers_the_sanitize(error: Exception) -> None:
    port = Between(Emmc())
    one = MmcFirmware(port).erase(SANITIZE, Method.BLOCK)
    port.answers[6] = [error]
    with pytest.raises(type(error)):
        one.start(journal)
    status = one.status()
    assert status.state is State.IDLE
    assert "started again" in str(status.reason)
    one.start(journal)
    assert one.status().state is State.DONE


@pytest.mark.parametrize("percent", [0, 50, 99])
@pytest.mark.parametrize("method", BOTH)
def test_a_power_cut_in_the_middle_of_an_erase(method: Method, percent: int) -> None:
    drive = Emmc({"erase_cuts_power_at_percent": percent})
    with pytest.raises(OSError, match="No such device"):
        firmware(drive).erase(SANITIZE, method).start(journal)
    drive.power_cycle()
    assert firmware(drive).erase(SANITIZE, method).status().state is State.IDLE


@pytest.mark.parametrize("number", range(1, 13))
@pytest.mark.parametrize("when", ["cut_before_command", "cut_after_command"])
@pytest.mark.parametrize("method", BOTH)
def test_a_power_cut_at_any_command_and_a_second_start(method: Method, when: str, number: int) -> None:
    drive = Emmc({when: number})
    try:
        firmware(drive).erase(SANITIZE, method).start(journal)
    except OSError:
        drive.power_cycle()
        one = firmware(drive).erase(SANITIZE, method)
        assert one.status().state is State.IDLE
        one.start(journal)
    assert drive.residue[:2] == (0, 0)


def test_the_next_process_finds_it_busy() -> None:
    drive = Emmc()
    port = drive.drive.ports.mmc
    assert port is not None
    port.command(35, 0, timeout=1)
    port.command(36, SIZE // 512 - 1, timeout=1)
    port.command(38, 0, timeout=10, busy=True)
    with pytest.raises(NoAnswer):
        port.command(6, 0x03A50100, timeout=5)
    drive.reopen()
    about = firmware(drive).about()
    assert (about.running, about.said) == (True, None)
    assert all(offer.blocked and offer.seconds for offer in about.offers)
    assert firmware(drive).said() is None
    for method in BOTH:
        one = firmware(drive).erase(SANITIZE, method)
        assert one.status().state is State.RUNNING
        assert not one.leave_failure()
    drive.clock.advance(20)
    assert one.status().state is State.IDLE  # it may have come to its end; nobody can tell
    assert firmware(drive).said() == Said(None, None, SIZE)


@pytest.mark.parametrize("method", BOTH)
def test_a_reset_breaks_it_off(method: Method) -> None:
    drive = Emmc({"erase_resets_at_percent": 40})
    one = firmware(drive).erase(SANITIZE, method)
    with pytest.raises(NoAnswer):
        one.start(journal)
    assert one.status().state is State.IDLE


def test_nothing_to_reveal_and_nothing_to_tidy() -> None:
    port = Between(Emmc())
    MmcFirmware(port).reveal(journal)
    MmcFirmware(port).tidy(journal)
    assert port.sent == []
