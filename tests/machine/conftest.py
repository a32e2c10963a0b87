"""One virtual machine for all tests here, and simulated drives that its kernel takes for real ones."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from virtual_machine import HOST, Machine, RemotePort, booted, missing

from agent.training.drive import SimulatedDrive
from agent.training.serve.iscsi import serve_iscsi, target_name
from agent.training.serve.nvme_tcp import serve_nvme_tcp, subsystem_name

SETTLE_SECONDS = 20

Plug = Callable[[SimulatedDrive], AbstractContextManager[str]]


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    if what := missing():
        pytest.skip(f"no virtual machine can be started here: there is no {what}")
    with booted(tmp_path_factory.mktemp("machine")) as machine:
        machine.good("iscsid")
        yield machine


def appear(machine: Machine, folder: str, before: set[str]) -> str:
    """What has come into a folder of the machine's, once it is there."""
    until = time.monotonic() + SETTLE_SECONDS
    while not (found := set(machine.names(folder)) - before):
        assert time.monotonic() < until, "the kernel sees no drive: " + machine.kernel_log()[-2000:]
        time.sleep(0.2)
    return found.pop()


@pytest.fixture
def iscsi(machine: Machine) -> Plug:
    """Plug in an ATA or SAS drive; yields its path in the machine."""

    @contextmanager
    def plug(drive: SimulatedDrive) -> Iterator[str]:
        name = target_name(drive.identity().serial or "")
        with serve_iscsi(drive) as listener:
            found = machine.good("iscsiadm", "-m", "discovery", "-t", "st", "-p", f"{HOST}:{listener.port}")
            assert name in found
            node = ("iscsiadm", "-m", "node", "-T", name, "-p", f"{HOST}:{listener.port}")
            # Seconds until the kernel gives up a drive that has gone.
            machine.good(*node, "-o", "update", "-n", "node.session.timeo.replacement_timeout", "-v", "30")
            before = set(machine.names("/sys/block"))
            machine.good(*node, "--login")
            try:
                yield "/dev/" + appear(machine, "/sys/block", before)
            finally:
                machine.good(*node, "--logout")
                machine.good(*node, "-o", "delete")

    return plug


@pytest.fixture
def nvme_tcp(machine: Machine) -> Plug:
    """Connect an NVMe drive; yields the path of its first namespace in the machine."""

    @contextmanager
    def plug(drive: SimulatedDrive) -> Iterator[str]:
        name = subsystem_name(drive)
        with serve_nvme_tcp(drive) as listener:
            before = set(machine.names("/sys/block"))
            machine.good(
                "nvme", "connect", "-t", "tcp", "-a", HOST, "-s", str(listener.port), "-n", name,
                "--reconnect-delay=1", "--ctrl-loss-tmo=60",
            )  # fmt: skip
            try:
                yield "/dev/" + appear(machine, "/sys/block", before)
            finally:
                machine.good("nvme", "disconnect", "-n", name)

    return plug


@pytest.fixture
def port(machine: Machine) -> Iterator[Callable[[str, str], RemotePort]]:
    """The program's own port on a device of the machine: `port(path, transport)`, called like one of this process."""
    opened: list[RemotePort] = []

    def make(path: str, transport: str) -> RemotePort:
        opened.append(RemotePort(machine, path, transport, transport))
        return opened[-1]

    yield make
    for one in opened:
        one.close()
