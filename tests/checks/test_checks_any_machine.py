"""Checks of single parts over a machine that answers anything: an outcome with a reason, and never `passed`."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.checks import bluetooth, camera, gpu, network, sound, tpm, usb_ports, wifi
from agent.checks.base import Bench, Check
from agent.host.kernel_log import KernelLog
from agent.host.run import Ran, ToolMissing, ToolTimeout
from agent.host.source import READ_LIMIT
from agent.host.video import Frame
from agent.host.wifi import Around
from agent.model.inventory import Inventory
from agent.model.profile import Checks
from agent.model.words import Outcome

TEXTS = (
    "", "0", "1", "-1", "2", "99999999999999999999", "½", "٣", "\0\x1b[2J", "A" * 3000, "wlan", "bluetooth", "hotplug",
    "0x030000", "0x0c0330", "0x020000", "0x028000", "0x8086", "video: x", "cam", "uvcvideo", "connected", "nomodeset",
    " 0 [PCH ]: HDA-Intel - HDA Intel PCH", "00-00: ALC269 : ALC269 : playback 1 : capture 1", "TCG version: 1.2",
    "usb:v0000p0000d0000dc00dsc00dp00icE0isc01ip01in00", "usb:v0000p0000d0000dc00dsc00dp00ic0Eisc01ip00in00",
)  # fmt: skip
NAMES = (
    "eth0", "wlan0", "hci0", "hci0:256", "rfkill0", "video0", "v4l-subdev0", "0000:00:02.0", "0000:02:00.0", "1-0:1.0",
    "usb1-port1", "usb1-port99999", "1-4:1.0", "1-4", "card0-eDP-1", "wireless", "phy80211", "tpm0", "codec#0", "../x",
)  # fmt: skip
PLACES = (
    "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-4/1-4:1.0", "/sys/devices/pci0000:00/0000:02:00.0", "/", "",
    "/sys/bus/pci/drivers/e1000e", "relative/../..",
)  # fmt: skip
ANSWERS = (
    "", "[]", "{}", '[{"addr_info": [{"scope": "global", "local": 5}]}]', "[" * 5000, "\0", "Speed: 99999999999999Mb/s",
    "\tSupported link modes:   99999999999base 10baseT\n\t 5base\n\tLink partner advertised link modes: x",
)  # fmt: skip


class Anything:
    """A machine that answers every question by chance, the same one always alike."""

    def __init__(self, seed: int, texts: Sequence[str]) -> None:
        self._seed, self._texts, self._asked = seed, (*TEXTS, *texts), 0

    def _chance(self, kind: str, path: str) -> random.Random:
        self._asked += 1
        return random.Random(f"{self._seed} {kind} {path}" if self._asked < 2000 else "")

    def text(self, path: str) -> str | None:
        chance = self._chance("text", path)
        return None if chance.random() < 0.2 else chance.choice(self._texts).strip("\0 \t\r\n")

    def raw(self, path: str, limit: int = READ_LIMIT) -> bytes | None:
        text = self.text(path)
        return None if text is None else text.encode("utf-8", "replace")[:limit]

    def names(self, path: str) -> list[str]:
        chance = self._chance("names", path)
        return sorted(name for name in NAMES if chance.random() < 0.5) if self._asked < 2000 else []

    def link(self, path: str) -> str | None:
        chance = self._chance("link", path)
        return None if chance.random() < 0.3 else chance.choice(PLACES)

    def tool(self, argv: Sequence[str], *, timeout: float) -> Ran:
        chance = self._chance("tool", " ".join(argv))
        if chance.random() < 0.2:
            raise chance.choice([ToolMissing(argv[0]), ToolTimeout(argv[0]), OSError("gone")])
        return Ran(chance.choice([0, 1, -9]), chance.choice(ANSWERS), "", 0.0)


def no_frame(_path: str) -> Frame:
    return Frame("YUYV", 640, 480, 0, b"nonsense")


def nothing_heard(microphones: Sequence[str], *_: object) -> list[list[int]]:
    return [[] for _ in microphones]


CHECKS: dict[str, Check] = {
    "network": network.check,
    "wifi": wifi.check,
    "bluetooth": lambda bench: bluetooth.check(bench, lambda _: 110),
    "camera": lambda bench: camera.check(bench, no_frame),
    "sound": lambda bench: sound.check(bench, nothing_heard, lambda _: []),
    "gpu": gpu.check,
    "tpm": lambda bench: tpm.check(bench, lambda: None),
    "usb_ports": usb_ports.check,
}


@pytest.mark.parametrize("name", CHECKS)
@given(
    seed=st.integers(0, 1 << 32),
    texts=st.lists(st.text(max_size=40), max_size=4),
    subject=st.sampled_from([None, *NAMES]) | st.text(max_size=12),
    log=st.lists(st.text(max_size=60) | st.sampled_from(["usb 1-4: ", "usb usb1-port1: over-current condition"])),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_machine_that_answers_anything(
    name: str, seed: int, texts: list[str], subject: str | None, log: list[str], tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(wifi, "look_around", lambda _: Around(error=-5))
    monkeypatch.setattr(sound.host, "turned_up", lambda *_: pytest.MonkeyPatch.context())
    said = tmp_path / "said"
    said.write_text("".join(f"3,{at},0,-;{line}\n" for at, line in enumerate(log)), errors="replace")
    bench = Bench(
        checks=Checks.model_validate({"network": {"seconds": 0}}),
        inventory=Inventory(),
        report=lambda *_: None,
        subject=subject,
        source=Anything(seed, texts),
        kernel_log=lambda: KernelLog(str(said)),
    )
    result = CHECKS[name](bench)
    assert result.id == name
    assert str(result.reason)
    # What answers by chance may by chance say that all is well; what it takes to pass beyond that is not there.
    if name in ("wifi", "bluetooth", "camera", "sound"):
        assert result.outcome is not Outcome.PASSED
