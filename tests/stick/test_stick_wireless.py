"""NetworkManager as a person uses it: hostile names, what fails and why, and where no password ever stands."""

import logging
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest
from fake_tree import Tree

from agent.host import networkmanager
from agent.host.networkmanager import Heard
from agent.host.run import Ran, ToolMissing, ToolTimeout
from agent.model.care import Radio, Security
from agent.model.problem import Problem
from agent.stick.wireless import NotJoined, Wireless, gathered, security
from agent.training.wireless import PASSWORD, SimulatedNet

NAME, SECRET = b"Chez Zo\xc3\xa9; [x]=\n\x1b[31m", " pass\\word; 1"


class Manager:
    """Plays nmcli: what it answers, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, Ran | Exception] = {}
        self.file = ""

    def __call__(self, argv: Sequence[str], *, timeout: float) -> Ran:
        assert 0 < timeout <= 60
        self.asked.append(" ".join(argv))
        if "load" in argv:
            path = Path(argv[-1])
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            self.file = path.read_text()
        found = next((answer for key, answer in self.answers.items() if key in self.asked[-1]), Ran(0, "", "", 0.0))
        if isinstance(found, Exception):
            raise found
        return found

    def in_memory(self, argv: Sequence[str], *, timeout: float) -> tuple[Ran, bytes]:
        ran = self(argv, timeout=timeout)
        return ran, ran.out.encode()


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> Manager:
    played = Manager()
    monkeypatch.setattr(networkmanager, "run", played)
    monkeypatch.setattr(networkmanager, "run_in_memory", played.in_memory)
    return played


@pytest.fixture
def wireless(tmp_path: Path, manager: Manager) -> Wireless:
    return Wireless(machine(tmp_path / "root"), tmp_path / "run/connections")


def machine(root: Path, *, radio: bool = True, hard: int = 0) -> Tree:
    tree = Tree(root)
    for name, wire in (("enp1s0", True), *((("wlan0", False),) if radio else ())):
        device = f"/sys/devices/pci0000:00/0000:00:1{int(wire)}.0"
        tree.folder(f"/sys/bus/pci/drivers/{name}drv")
        tree.folder(f"{device}/net/{name}")
        tree.links(f"{device}/driver", f"/sys/bus/pci/drivers/{name}drv")
        tree.links(f"/sys/class/net/{name}", f"{device}/net/{name}")
        tree.links(f"{device}/net/{name}/device", device)
        tree.file(f"{device}/net/{name}/type", 1)
        tree.file(f"{device}/net/{name}/carrier", 1)
        tree.file(f"{device}/net/{name}/speed", 1000)
        if not wire:
            tree.folder(f"{device}/net/{name}/phy80211")
            tree.file("/sys/class/rfkill/rfkill0/type", "wlan")
            tree.file("/sys/class/rfkill/rfkill0/hard", hard)
    tree.answers("ip", '[{"addr_info":[{"scope":"global","local":"192.168.1.20"},{"scope":"link","local":"fe80::1"}]}]')
    return tree


def running(manager: Manager) -> None:
    manager.answers["RUNNING"] = Ran(0, "running\n", "", 0.0)


def test_the_cable(wireless: Wireless) -> None:
    [card] = wireless.wired()
    assert (card.name, card.plugged, card.speed_mbps, card.addresses) == ("enp1s0", True, 1000, ["192.168.1.20"])


@pytest.mark.parametrize(
    ("answer", "facts", "radio"),
    [
        (Ran(0, "running\n", "", 0.0), {}, Radio.READY),
        (Ran(0, "running\n", "", 0.0), {"hard": 1}, Radio.LOCKED),
        (Ran(0, "running\n", "", 0.0), {"radio": False}, Radio.NONE),
        (Ran(8, "", "Error: NetworkManager is not running.", 0.0), {}, Radio.UNMANAGED),
        (ToolMissing("nmcli"), {}, Radio.UNMANAGED),
        (ToolTimeout("nmcli"), {}, Radio.UNMANAGED),
    ],
)
def test_whether_there_is_wifi(
    answer: Ran | Exception, facts: dict[str, int], radio: Radio, manager: Manager, tmp_path: Path
) -> None:
    manager.answers["RUNNING"] = answer
    assert Wireless(machine(tmp_path, **facts), tmp_path).radio() is radio  # type: ignore[arg-type]


LIST = "\n".join(
    [
        f" :{b'Atelier'.hex()}:40:WPA2",
        f"*:{b'Atelier'.hex().upper()}:78:WPA2 WPA3",
        f" :{NAME.hex()}:255:WPA1",
        f" :{b'Firma'.hex()}:60:WPA2 802.1X",
        f" :{b'Ouvert'.hex()}:10:",
        " ::90:WPA2",  # tells no name
        f" :{bytes(4).hex()}:90:WPA2",  # hides it behind zeros
        f" :{b'x'.hex() * 33}:90:WPA2",
        " :zz:90:WPA2",
        "nonsense",
        " :" + b"a".hex() + ":1000:WPA2",
    ]
)


def test_networks_around(wireless: Wireless, manager: Manager) -> None:
    manager.answers["wifi list"] = Ran(0, LIST, "", 0.0)
    found = wireless.networks(again=True)
    assert [(each.name, each.signal_percent, each.security, each.joined) for each in found] == [
        ("Atelier", 78, Security.PASSWORD, True),
        ("Chez Zoé; [x]=", 100, Security.PASSWORD, False),
        ("Firma", 60, Security.OTHER, False),
        ("Ouvert", 10, Security.OPEN, False),
    ]
    assert manager.asked[0].endswith("radio wifi on")
    assert "--rescan yes" in manager.asked[1]
    manager.asked.clear()
    wireless.networks(again=False)
    assert [line.endswith("--rescan no") for line in manager.asked] == [True]


def test_a_flood_of_networks_is_cut() -> None:
    points = [Heard(bytes([number, 1]), number % 100, "WPA2", joined=False) for number in range(250)]
    found = gathered(points)
    assert len(found) == 30
    assert found[0].signal_percent == 99


@pytest.mark.parametrize("answer", [Ran(10, "", "?", 0.0), ToolMissing("nmcli"), ToolTimeout("nmcli"), OSError("x")])
def test_a_list_that_cannot_be_had(wireless: Wireless, manager: Manager, answer: Ran | Exception) -> None:
    manager.answers["wifi list"] = answer
    with pytest.raises(Problem, match="cannot be listed"):
        wireless.networks(again=False)


@pytest.mark.parametrize(
    ("told", "kind"),
    [("", Security.OPEN), ("--", Security.OPEN), ("WPA2", Security.PASSWORD), ("WPA1 WPA2", Security.PASSWORD),
     ("WPA3", Security.PASSWORD), ("WPA2 802.1X", Security.OTHER), ("WEP", Security.OTHER), ("OWE", Security.OTHER),
     ("OWE-TM", Security.OPEN)],
)  # fmt: skip
def test_what_is_needed(told: str, kind: Security) -> None:
    assert security(told) is kind


def test_joining_tells_nobody_else(wireless: Wireless, manager: Manager, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wireless.join(NAME, SECRET, hidden=True)
    assert "psk=\\spass\\\\word; 1" in manager.file
    assert "ssid=" + "".join(f"{byte};" for byte in NAME) in manager.file
    assert "hidden=true" in manager.file
    spoken = " ".join(manager.asked) + caplog.text
    for secret in ("Chez", NAME.hex(), SECRET, "word"):
        assert secret not in spoken
    first = manager.asked[-1]
    wireless.join(NAME, None, hidden=False)
    assert "wifi-security" not in manager.file
    assert manager.asked[-1] != first  # the number of the connection says nothing about its name


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Ran(4, "", "Error: Connection activation failed: Secrets were required, but not provided.", 0.0), "password"),
        (Ran(4, "", "Error: Connection activation failed: 802.1X supplicant took too long to authenticate.", 0.0),
         "password"),
        (Ran(4, "", "Error: Connection activation failed: The Wi-Fi network could not be found", 0.0), "not heard"),
        (Ran(4, "", "Error: Connection activation failed: IP configuration could not be reserved", 0.0), "no address"),
        (Ran(3, "", "Error: Timeout expired (45 seconds)", 0.0), "in time"),
        (Ran(4, "", f"Error: '{NAME.decode()}' is odd", 0.0), "in time"),
        (Ran(1, "", "", 0.0), "in time"),
        (ToolTimeout("nmcli"), "in time"),
        (ToolMissing("nmcli"), "in time"),
        (OSError("x"), "in time"),
    ],
)  # fmt: skip
def test_what_fails_is_said_and_leaves_nothing(
    wireless: Wireless, manager: Manager, tmp_path: Path, answer: Ran | Exception, reason: str
) -> None:
    manager.answers["up uuid"] = answer
    with pytest.raises(NotJoined, match=reason) as caught:
        wireless.join(NAME, SECRET, hidden=False)
    assert caught.value.hint is not None
    assert "Chez" not in f"{caught.value.reason} {caught.value.hint}"
    assert list((tmp_path / "run/connections").iterdir()) == []
    assert manager.asked[-1].endswith("connection reload")


def test_a_folder_that_cannot_be_written(tmp_path: Path, manager: Manager) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotJoined):
        Wireless(machine(tmp_path), tmp_path / "file/folder").join(NAME, SECRET, hidden=False)


def test_what_can_be_no_password_is_not_tried(wireless: Wireless, manager: Manager) -> None:
    with pytest.raises(NotJoined, match="cannot be the password"):
        wireless.join(NAME, "short", hidden=False)
    assert manager.asked == []


def test_training_lets_one_meet_success_and_failure() -> None:
    net = SimulatedNet()
    assert net.radio() is Radio.READY
    assert not net.wired()[0].addresses
    first, town, other = (bytes.fromhex(each.key) for each in net.networks(again=True))
    for name, password, hidden in ((first, "wrong password", False), (other, PASSWORD, False), (b"x", PASSWORD, True)):
        with pytest.raises(NotJoined):
            net.join(name, password, hidden=hidden)
    assert not any(each.joined for each in net.networks(again=True))
    net.join(town, None, hidden=False)
    net.join(first, PASSWORD, hidden=False)
    assert [each.joined for each in net.networks(again=False)] == [True, False, False]
