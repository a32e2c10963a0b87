"""This computer's clocks, told from made-up trees."""

import ctypes
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.host import clock
from agent.host.boot import boot_id
from agent.host.clock import SystemClock, built
from agent.host.source import Live


def tree(folder: Path, **files: str) -> Live:
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Live(str(folder))


def image(folder: Path, text: str) -> Live:
    (folder / "etc/ordis").mkdir(parents=True)
    (folder / "etc/ordis/image.toml").write_text(text)
    return Live(str(folder))


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ('version = "0.1.0"\nbuilt = "2026-11-29T00:00:00Z"\n', datetime(2026, 11, 29, tzinfo=UTC)),
        ("built = 2026-11-29T01:00:00+01:00", datetime(2026, 11, 29, tzinfo=UTC)),
        ('built = "2026-11-29T08:30:00"', datetime(2026, 11, 29, 8, 30, tzinfo=UTC)),
        ('built = "yesterday"', None),
        ("built = 7", None),
        ("nonsense", None),
        ("a = " + "[" * 5000, None),
        ("", None),
    ],
)
def test_when_the_image_was_built(tmp_path: Path, text: str, when: datetime | None) -> None:
    assert built(image(tmp_path, text)) == when


def test_no_image_no_time(tmp_path: Path) -> None:
    assert built(Live(str(tmp_path))) is None


@pytest.mark.parametrize(
    ("text", "when"),
    [("1262304000\n", datetime(2010, 1, 1, tzinfo=UTC)), ("", None), ("99999999999999999", None), ("x", None)],
)
def test_the_clock_on_the_battery(tmp_path: Path, text: str, when: datetime | None) -> None:
    assert SystemClock(tree(tmp_path, sys__class__rtc__rtc0__since_epoch=text)).battery() == when


def test_timesyncd_says_that_the_network_has_set_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_kernel_synchronised", lambda: False)
    asked = SystemClock(Live(str(tmp_path)))
    assert not asked.synchronised()
    tree(tmp_path, run__systemd__timesync__synchronized="")
    assert asked.synchronised()


@pytest.mark.parametrize(
    ("status", "answer", "synchronised"), [(0x2001, 0, True), (0x0041, 5, False), (0x2001, -1, False)]
)
def test_the_kernels_own_word(monkeypatch: pytest.MonkeyPatch, status: int, answer: int, synchronised: bool) -> None:
    """adjtimex(2): status stands at 40 of struct timex; 0x40 is STA_UNSYNC."""

    class Library:
        def adjtimex(self, timex: "ctypes.Array[ctypes.c_char]") -> int:
            assert not any(timex.raw), "asking changes nothing"
            timex[40:44] = status.to_bytes(4, "little")
            return answer

    monkeypatch.setattr(clock.ctypes, "CDLL", lambda *_, **__: Library())
    assert clock._kernel_synchronised() is synchronised


def test_this_kernel_answers() -> None:
    assert clock._kernel_synchronised() in (True, False)


def test_setting_it_is_remembered_until_the_computer_is_switched_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[float] = []
    monkeypatch.setattr(clock.time, "clock_settime", lambda _, seconds: said.append(seconds))
    mark = tmp_path / "run" / "date-entered"
    here = SystemClock(Live(), by_hand_file=mark)
    assert not here.by_hand
    here.set(datetime(2027, 1, 1, tzinfo=UTC))
    assert said == [datetime(2027, 1, 1, tzinfo=UTC).timestamp()]
    assert here.by_hand
    assert mark.read_text() == boot_id()
    mark.write_text("another start")
    assert not here.by_hand
