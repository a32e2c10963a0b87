"""Each mesh of the safety net really catches. Nothing here could do harm if it did not:

the block device is a loop device that nothing is attached to, where every open for writing is in vain anyway.
"""

import asyncio
import fcntl
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
import safety_net
from safety_net import Caught


@pytest.fixture(autouse=True)
def forget(home: Path) -> Iterator[None]:
    """The catches of this file are wanted ones."""
    yield
    Path(os.environ[safety_net.LOG]).unlink(missing_ok=True)


@pytest.fixture
def foreign() -> str:
    """A block device that is not ours and that nobody uses."""
    for number in range(7, -1, -1):
        path = f"/dev/loop{number}"
        if os.path.exists(path) and stat.S_ISBLK(os.stat(path).st_mode):
            attached = os.path.exists(f"/sys/block/loop{number}/loop/backing_file")
            if not attached:
                return path
    pytest.skip("no unused loop device here to stand for a drive")


@pytest.fixture
def reading(foreign: str) -> Iterator[int]:
    """That device, open for reading."""
    if not os.access(foreign, os.R_OK):
        pytest.skip("devices can be read by root only")
    descriptor = os.open(foreign, os.O_RDONLY | os.O_NONBLOCK)
    yield descriptor
    os.close(descriptor)


def goes_through(event: str, *arguments: object) -> None:
    """Show an event to the net, without doing what it tells of. Raises Caught."""
    safety_net._hook(event, arguments)


@pytest.mark.parametrize("flags", [os.O_WRONLY, os.O_RDWR, os.O_RDWR | os.O_EXCL | os.O_DIRECT, os.O_TRUNC, os.O_CREAT])
def test_no_block_device_is_opened_for_writing(foreign: str, flags: int) -> None:
    with pytest.raises(Caught, match=foreign):
        os.open(foreign, flags)


def test_by_no_other_name_either(foreign: str, tmp_path: Path) -> None:
    (tmp_path / "innocent").symlink_to(foreign)
    folder = os.open("/dev", os.O_RDONLY | os.O_DIRECTORY)
    try:
        for attempt, *arguments in (
            (open, foreign, "wb"),
            (open, foreign, "r+b", 0),
            (open, os.fsencode(foreign), "ab"),
            (Path(foreign).write_bytes, b""),
            (open, tmp_path / "innocent", "r+b"),
            (os.open, f"{'/dev/..' * 3}{foreign}", os.O_WRONLY),
            (os.open, os.path.relpath(foreign), os.O_WRONLY),
            (partial(os.open, dir_fd=folder), os.path.basename(foreign), os.O_WRONLY),
        ):
            with pytest.raises(Caught):
                attempt(*arguments)
    finally:
        os.close(folder)


def test_reading_is_free_and_gives_no_way_to_write(reading: int) -> None:
    assert os.read(reading, 1) == b""
    with pytest.raises(Caught):
        os.open(f"/proc/self/fd/{reading}", os.O_RDWR)
    with open("/dev/null", "r+b"), open("/dev/urandom", "rb"):
        pass


def test_no_command_to_a_foreign_device(reading: int) -> None:
    fcntl.ioctl(reading, 0x80081272, bytes(8))  # BLKGETSIZE64 is a question
    for command in (0x1277, 0x127D, 0x2285, 0xC0484E41):  # BLKDISCARD, BLKSECDISCARD, SG_IO, NVMe admin
        with pytest.raises(Caught, match="command"):
            goes_through("fcntl.ioctl", reading, command, b"")


@pytest.mark.parametrize("number", [(1, 1), (1, 4), (21, 0), (242, 0)])
def test_no_drive_or_memory_as_a_character_device(monkeypatch: pytest.MonkeyPatch, number: tuple[int, int]) -> None:
    """/dev/mem, /dev/port, /dev/sg0, and a number that some NVMe controller may have; none need exist here."""
    real = os.stat

    def disguised(path: object, **options: object) -> object:
        if path != "/dev/thing":
            return real(path, **options)  # type: ignore[arg-type]
        return os.stat_result((stat.S_IFCHR | 0o600, 0, 0, 1, 0, 0, 0, 0, 0, 0), {"st_rdev": os.makedev(*number)})

    monkeypatch.setattr(os, "stat", disguised)
    with pytest.raises(Caught):
        goes_through("open", "/dev/thing", None, os.O_RDONLY)


def test_nothing_is_written_to_the_kernel() -> None:
    for path in ("/proc/sysrq-trigger", "/proc/sys/kernel/hostname", "/sys/power/state"):
        if os.path.exists(path):
            with pytest.raises(Caught, match="kernel"):
                Path(path).write_text("")
    with pytest.raises(Caught, match="among the devices"):
        Path("/dev/sdzz9").write_bytes(b"")
    with open("/proc/self/comm", "r+b"):
        pass


def test_own_loop_devices_may_be_written(loop_device) -> None:
    device = loop_device(1 << 20, name="OURS")
    with open(device.path, "r+b", buffering=0) as disk:
        disk.write(b"x" * 4096)
        os.fsync(disk.fileno())
    assert device.file.read_bytes().startswith(b"xxx")
    device.file.unlink()
    os.close(os.open(device.path, os.O_RDWR))


def test_a_loop_device_over_somebody_elses_file_is_no_tests_own(loop_device, monkeypatch) -> None:
    device = loop_device(1 << 20)
    monkeypatch.setenv(safety_net.ROOTS, "/nowhere")
    with pytest.raises(Caught):
        os.open(device.path, os.O_RDWR)


def test_programs_need_the_marker() -> None:
    async def start() -> None:
        await asyncio.create_subprocess_exec("/bin/true")

    for attempt, *arguments in (
        (subprocess.run, ["/bin/true"]),
        (asyncio.run, start()),
        (os.system, "true"),
        (os.posix_spawn, "/bin/true", ["true"], {}),
        (os.fork,),
    ):
        with pytest.raises(Caught, match="marker"):
            attempt(*arguments)


@pytest.mark.runs_programs
def test_programs_with_the_marker(foreign: str) -> None:
    assert subprocess.run(["/bin/true"], check=False).returncode == 0
    for command in (["shred", foreign], ["dd", f"of={foreign}"], ["sh", "-c", f"cat /dev/zero >{foreign}"]):
        with pytest.raises(Caught, match=foreign):
            goes_through("subprocess.Popen", command[0], command, None, None)
    goes_through("subprocess.Popen", "smartctl", ["smartctl", "--json", foreign], None, None)


def child(code: str, *argument: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, *argument], check=False, capture_output=True, text=True)


@pytest.mark.runs_programs
def test_children_carry_the_net(foreign: str) -> None:
    for code in ("import os, sys; os.open(sys.argv[1], os.O_WRONLY)", "import sys; open(sys.argv[1], 'wb')"):
        done = child(code, foreign)
        assert done.returncode != 0
        assert "safety_net.Caught" in done.stderr
    assert foreign in Path(os.environ[safety_net.LOG]).read_text()
    grandchild = (
        "import subprocess, sys; sys.exit(subprocess.run([sys.executable, '-c', sys.argv[2], sys.argv[1]]).returncode)"
    )
    assert "safety_net.Caught" in child(grandchild, foreign, "import os, sys; os.open(sys.argv[1], os.O_RDWR)").stderr


@pytest.mark.runs_programs
def test_a_child_whose_net_is_torn_does_not_start(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text((Path(safety_net.HERE) / "sitecustomize.py").read_text())
    (tmp_path / "safety_net.py").write_text("raise ImportError('torn')")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    with safety_net.programs(allowed=True):
        done = subprocess.Popen(
            ["/usr/bin/env", sys.executable, "-c", "print('alive')"],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        out, errors = done.communicate()
    assert done.returncode == 70
    assert out == b""
    assert b"torn" in errors


@pytest.mark.runs_programs
def test_no_child_starts_without_the_net() -> None:
    for command, environment in (
        ([sys.executable, "-I", "-c", ""], None),
        ([sys.executable, "-sE", "-c", ""], None),
        ([sys.executable, "-m", "agent.worker"], {"PATH": "/bin"}),
        ([os.path.join(os.path.dirname(sys.executable), "ordis")], {}),
    ):
        with pytest.raises(Caught, match="net"):
            goes_through("subprocess.Popen", command[0], command, None, environment)


@pytest.mark.runs_programs
def test_a_sitecustomize_of_the_system_still_runs(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import builtins; builtins.was_here = True")
    path = os.pathsep.join([safety_net.HERE, str(tmp_path)])
    done = subprocess.run(
        [sys.executable, "-c", "print(was_here)"],
        env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "True\n", done.stderr


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 80), ("0.0.0.0", 8000)])  # noqa: S104 (it is refused)
def test_no_network(address: tuple[str, int]) -> None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as stream, socket.socket(family, socket.SOCK_DGRAM) as datagrams:
        for attempt, *arguments in (
            (stream.connect, address),
            (stream.bind, address),
            (datagrams.sendto, b"", address),
        ):
            with pytest.raises(Caught, match="network"):
                attempt(*arguments)
    for host in (address[0], "example.org"):
        with pytest.raises(Caught, match="network"):
            socket.getaddrinfo(host, 443)


def test_this_machine_itself_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("workshop.invalid", 80)


def test_every_test_has_a_home_of_its_own(home: Path) -> None:
    assert Path.home() == home
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "ORDIS_CONFIG"):
        assert os.environ[name].startswith(str(home))


def test_a_catch_that_was_swallowed_is_kept(foreign: str) -> None:
    with suppress(Caught):
        os.open(foreign, os.O_WRONLY)
    assert foreign in Path(os.environ[safety_net.LOG]).read_text()
