"""When the computer may sleep, and what counts as having slept. Nothing here ever sleeps."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from agent.host import suspend
from agent.host.run import Ran, ToolMissing, ToolTimeout
from agent.host.source import Live

READY = {
    "proc/self/mountinfo": "1 0 0:2 / / rw - tmpfs tmpfs rw\n",
    "proc/42/cmdline": "/usr/bin/python3\0-m\0agent.service\0",
    "sys/power/state": "freeze mem disk\n",
    "sys/power/mem_sleep": "s2idle [deep]\n",
    "sys/class/rtc/rtc0/name": "rtc_cmos\n",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Why a computer with these files may not sleep; empty where it may."""
    monkeypatch.setattr(suspend, "find", lambda name: f"/usr/sbin/{name}")

    def hinders(**changes: str | None) -> str:
        for path, text in {**READY, **{key.replace("__", "/"): value for key, value in changes.items()}}.items():
            if text is not None:
                (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / path).write_text(text)
        return str(suspend.hinders(Live(str(tmp_path))) or "")

    return hinders


def test_a_computer_that_may_sleep(here: Callable[..., str]) -> None:
    assert here() == ""
    assert here(sys__power__mem_sleep="[s2idle] deep\n") == ""


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"proc__self__mountinfo": "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"}, "memory alone"),
        ({"sys__power__state": "freeze disk\n"}, "cannot sleep"),
        ({"sys__power__mem_sleep": "[s2idle]\n"}, "lightly"),
        ({"sys__power__mem_sleep": None}, "lightly"),
        ({"sys__class__rtc__rtc0__name": None}, "wake it"),
        ({"proc__7__cmdline": "/usr/bin/python3\0-P\0-m\0agent.worker\0"}, "worked on"),
        ({"proc__7__cmdline": "/usr/bin/python3\0-P\0-m\0agent.checks\0memory\0"}, "worked on"),
    ],
)
def test_why_it_may_not(here: Callable[..., str], changes: dict[str, str | None], why: str) -> None:
    assert why in here(**changes)


def test_nothing_to_wake_it(here: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise ToolMissing(name)

    monkeypatch.setattr(suspend, "find", missing)
    assert "wake it" in here()


def sleep(program: Callable[..., Ran], *asleep: float) -> str:
    seconds = iter(asleep)
    return str(suspend.sleep(program=program, choose=lambda: None, slept=lambda: next(seconds)) or "")


def test_only_time_that_has_passed_counts_as_sleep() -> None:
    called: list[Sequence[str]] = []

    def program(argv: Sequence[str], *, timeout: float) -> Ran:
        called.append(argv)
        assert timeout > suspend.SECONDS
        return Ran(0, "", "", 1.0)

    assert sleep(program, 100.0, 108.0) == ""
    assert "did not fall asleep" in sleep(program, 100.0, 100.1)
    assert called[0] == ["rtcwake", "-m", "mem", "-s", "8"]
    # Slept, and woken by something else: the exit code is not asked.
    assert sleep(lambda *_, **__: Ran(1, "", "woken", 1.0), 100.0, 104.0) == ""


@pytest.mark.parametrize("error", [ToolMissing("rtcwake"), ToolTimeout("rtcwake"), OSError(16, "busy")])
def test_a_sleep_that_fails_says_so(error: Exception) -> None:
    def program(*_: object, **__: object) -> Ran:
        raise error

    assert "did not fall asleep" in sleep(program, 100.0)
