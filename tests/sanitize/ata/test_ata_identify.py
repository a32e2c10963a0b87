"""IDENTIFY DEVICE, parsed: what honest drives say, and what no drive should."""

from dataclasses import replace

import pytest
from ata_host import Host, no_registers, with_words
from hypothesis import given
from hypothesis import strategies as st
from simulated_ata import Ata
from simulated_nvme import SIZE

from agent.model.ports import NoAnswer
from agent.model.words import Method
from agent.sanitize.ata import identify
from agent.sanitize.ata.identify import Identify, Security

BLOCK = Ata().data_in(0xEC).data


def parsed(words: dict[int, int]) -> Identify:
    found = Identify.parse(with_words(BLOCK, words))
    assert found is not None
    return found


def test_who_the_drive_is_and_what_it_can_do() -> None:
    about = identify.ask(Ata(amac=True, dco=True)._port)
    assert (about.serial, about.model, about.size_bytes) == ("SIM-1", "Simulated", SIZE)
    assert about.sanitize == {Method.BLOCK, Method.CRYPTO, Method.OVERWRITE}
    assert about.security == Security(supported=True, enhanced=True, seconds=120, enhanced_seconds=120)
    assert (about.trim, about.rotation, about.extended) == (True, 0, True)
    assert (about.hpa, about.amac, about.dco) == (True, True, True)


def test_what_a_plain_drive_has_not() -> None:
    about = identify.ask(Ata(security=False, sanitize=(), hpa=False)._port)
    assert about.security == Security()
    assert not about.sanitize
    assert (about.hpa, about.amac, about.dco) == (False, False, False)


@pytest.mark.parametrize(
    ("words", "size"),
    [
        ({83: 0x4000, 60: 0x1234, 61: 0x0001}, 0x11234 * 512),
        ({100: 0, 101: 0, 102: 1, 103: 0}, (1 << 32) * 512),
        ({103: 1}, None),  # more than 48 bits
        ({69: 0x0008, 230: 7}, 7 * 512),
        ({106: 0x5000, 117: 2048, 118: 0}, SIZE // 512 * 4096),
        ({106: 0x5000, 117: 260, 118: 0}, SIZE // 512 * 520),
        ({106: 0x1000, 117: 2048}, SIZE),  # word 106 is not valid
        ({106: 0x5000, 117: 0, 118: 0}, SIZE),
        ({106: 0x5000, 117: 0xFFFF, 118: 0xFFFF}, SIZE),
        ({60: 0, 61: 0, 83: 0x4000}, None),
    ],
)
def test_the_size(words: dict[int, int], size: int | None) -> None:
    assert parsed(words).size_bytes == size


@pytest.mark.parametrize(
    ("word", "minutes"),
    [
        (0, None),
        (1, 2),
        (254, 508),
        (255, 510),  # longer than 508
        (0x1234, 0x34 * 2),  # without bit 15 only the lower byte counts
        (0x8000, None),
        (0x80FF, 510),
        (0x8000 | 2000, 4000),
        (0xFFFE, 65532),
        (0xFFFF, 65534),  # longer than 65,532
    ],
)
def test_the_announced_time(word: int, minutes: int | None) -> None:
    security = parsed({89: word, 90: word}).security
    seconds = minutes * 60 if minutes else None
    assert (security.seconds, security.enhanced_seconds) == (seconds, seconds)


def test_the_bits_of_security() -> None:
    assert parsed({128: 0xFFFF}).security == Security()
    assert parsed({128: 0x1E}).security == Security()
    security = parsed({128: 0x1F}).security
    assert (security.enabled, security.locked, security.frozen, security.expired, security.enhanced) == (
        True, True, True, True, False,
    )  # fmt: skip


@pytest.mark.parametrize(("word", "rotation"), [(0, None), (1, 0), (2, None), (0x1C20, 7200), (0xFFFF, None)])
def test_rotation(word: int, rotation: int | None) -> None:
    assert parsed({217: word}).rotation == rotation


@pytest.mark.parametrize(("word", "many"), [(0xE000, 0), (0x1000, 0), (0x9000, 1), (0xFFFF, 3)])
def test_sanitize_counts_only_with_its_feature_set(word: int, many: int) -> None:
    assert len(parsed({59: word}).sanitize) == many


def test_text_is_harmless() -> None:
    block = bytearray(BLOCK)
    block[20:40] = bytes(b"\x1b[31mS\0\0\xff 1"[place ^ 1] for place in range(10)).ljust(20)
    found = Identify.parse(with_words(bytes(block), {}))
    assert found is not None
    assert found.serial is not None
    assert found.serial.isprintable()
    assert found.serial.startswith("S")
    assert parsed(dict.fromkeys(range(10, 20), 0x2020)).serial is None


@pytest.mark.parametrize("data", [b"", bytes(512), b"\xff" * 512, BLOCK[:511], BLOCK[:-1] + b"\0", BLOCK + b"\0"])
def test_what_is_no_identify_data(data: bytes) -> None:
    assert Identify.parse(data) is None
    host = Host(Ata(), changes={0xEC: lambda _, result: replace(result, data=data)})
    with pytest.raises(NoAnswer):
        identify.ask(host.wire)


def test_data_that_came_with_an_error_is_not_believed() -> None:
    host = Host(Ata(), changes={0xEC: lambda _, result: replace(result, status=0x51, error=4)})
    with pytest.raises(NoAnswer):
        identify.ask(host.wire)


def test_without_registers_the_data_vouches_for_itself() -> None:
    about = identify.ask(Host(Ata(), changes={0xEC: no_registers}).wire)
    assert about.serial == "SIM-1"
    assert not about.registers


@given(st.dictionaries(st.integers(0, 254), st.integers(0, 0xFFFF), max_size=60))
def test_no_content_makes_it_raise(words: dict[int, int]) -> None:
    found = Identify.parse(with_words(BLOCK, words))
    if found is not None:
        assert 0 <= found.sectors < 1 << 48
        assert 512 <= found.sector_bytes <= 1 << 16
        assert all(text is None or text.isprintable() for text in (found.serial, found.model))
        assert found.cautious_seconds >= 7200
