"""Messages about disks that come and go; the netlink socket itself is pyudev's."""

from types import SimpleNamespace

import pytest

from agent.host.udev import DiskMonitor, disk_monitor


class Messages:
    def __init__(self, *actions: str | OSError) -> None:
        self._actions = list(actions)

    def poll(self, timeout: float) -> object:
        assert timeout == 0
        if not self._actions:
            return None
        action = self._actions.pop(0)
        if isinstance(action, OSError):
            raise action
        return SimpleNamespace(action=action)


@pytest.mark.parametrize(
    ("actions", "heard"),
    [((), False), (("bind",), False), (("add",), True), (("remove", "bind"), True), ((OSError(105, "lost"),), True)],
)
def test_what_means_a_look(actions: tuple[str | OSError, ...], heard: bool) -> None:
    messages = Messages(*actions)
    assert DiskMonitor(messages).drain() is heard
    assert messages.poll(0) is None


def test_where_nobody_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(97, "no netlink")

    monkeypatch.setattr("pyudev.Monitor.from_netlink", fails)
    assert disk_monitor() is None


def test_this_machine() -> None:
    monitor = disk_monitor()
    if monitor is None:
        pytest.skip("no netlink here")
    assert monitor.fileno() >= 0
    monitor.drain()
