"""The safety net under the tests: they run as root, on machines that people need.

An audit hook (PEP 578) sees each file, socket and program before the kernel does, in the process of the tests and,
through sitecustomize.py, in every Python child. What must never happen raises `Caught`:

- opening a block device for anything but reading, unless it is a loop device over a file of the tests' own;
- a command (ioctl) to such a device that is more than a question;
- opening a drive's character device (NVMe, SCSI generic, RPMB …), the memory, or any other that is not known harmless;
- writing below /sys, or below /proc outside the process's own folder; making a file in /dev;
- reaching over the network for anything but this machine itself, unless in a network namespace of the test's own;
- starting a program in a test that does not carry the marker `runs_programs` or `loop`;
- starting a Python without this net, or another program with a device of somebody else's among its arguments.

Not seen: what C code opens by itself, and what a program does whose arguments name no device.
"""

import os
import re
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

HERE = os.path.dirname(os.path.abspath(__file__))
ROOTS = "ORDIS_NET_ROOTS"
"""Environment variable: the folders, separated by `:`, in which files may stand behind loop devices."""
NAMESPACE = "ORDIS_NET_NAMESPACE"
"""Environment variable: the network namespace of the tests; another one was made by a test, and leads nowhere."""
LOG = "ORDIS_NET_LOG"
"""Environment variable: the file that gets a line for each catch, so that none is lost in a child."""


class Caught(BaseException):
    """The tests reached for something they must not touch. A BaseException: no `except Exception` hides it."""


def _catch(what: str) -> None:
    if log := os.environ.get(LOG):
        with open(log, "a", encoding="utf-8") as lines:
            lines.write(what + "\n")
    raise Caught(what)


# Devices

# Linux's devices.txt: null, zero, full, random, urandom, kmsg; tty, console, ptmx; loop-control.
_HARMLESS = {(1, 3), (1, 5), (1, 7), (1, 8), (1, 9), (1, 11), (5, 0), (5, 1), (5, 2), (10, 237)}
_TERMINALS = {4, *range(136, 144)}
# linux/fs.h, linux/blkzoned.h, linux/loop.h: BLKROGET, BLKGETSIZE, BLKSSZGET, BLKBSZGET, BLKGETSIZE64, BLKIOMIN,
# BLKIOOPT, BLKALIGNOFF, BLKPBSZGET, BLKROTATIONAL, BLKGETDISKSEQ, BLKGETZONESZ, BLKGETNRZONES, LOOP_GET_STATUS64.
_QUESTIONS = {
    0x125E, 0x1260, 0x1268, 0x80081270, 0x80081272, 0x1278,
    0x1279, 0x127A, 0x127B, 0x127E, 0x80081280, 0x80041284, 0x80041285, 0x4C05,
}  # fmt: skip
_KERNEL_FILE_SYSTEMS = {os.stat(folder).st_dev for folder in ("/sys", "/proc") if os.path.isdir(folder)}


def is_own(number: int) -> bool:
    """Whether this block device is a loop device, or a partition of one, over a file in the tests' folders."""
    disk = f"/sys/dev/block/{os.major(number)}:{os.minor(number)}"
    for folder in (disk, disk + "/.."):  # a partition's folder is in its disk's
        try:
            with open(folder + "/loop/backing_file", encoding="utf-8") as line:
                file = line.read().rstrip("\n")
        except OSError:
            continue
        if file.endswith(" (deleted)") and not os.path.lexists(file):  # the kernel's word for it
            return _in_our_folders(file)
        return os.path.isfile(file) and _in_our_folders(file)
    return False


def _in_our_folders(file: str) -> bool:
    roots = [os.path.realpath(root) for root in os.environ.get(ROOTS, "").split(os.pathsep) if root]
    return any(os.path.realpath(file).startswith(root + "/") for root in roots)


def _foreign(about: os.stat_result) -> bool:
    """Say whether this is a device that the tests may not change."""
    if stat.S_ISBLK(about.st_mode):
        return not is_own(about.st_rdev)
    if stat.S_ISCHR(about.st_mode):
        major = os.major(about.st_rdev)
        return major not in _TERMINALS and (major, os.minor(about.st_rdev)) not in _HARMLESS
    return False


def _open(path: object, mode: object, flags: object) -> None:
    writing = isinstance(flags, int) and bool(flags & (os.O_ACCMODE | os.O_TRUNC | os.O_CREAT))
    if isinstance(flags, int) and flags & os.O_PATH:
        return
    # The event does not tell the dir_fd of os.open, so a relative name is tried from every open folder.
    relative = mode is None and isinstance(path, (str, bytes)) and not os.path.isabs(path)
    for folder in (None, *(_open_folders() if relative else ())):
        try:
            about = os.stat(path, dir_fd=folder)  # type: ignore[arg-type]
        except FileNotFoundError:
            if writing and folder is None and isinstance(path, str):
                _making(path)
            continue
        except (OSError, ValueError, TypeError):
            continue
        if stat.S_ISBLK(about.st_mode) and not writing:
            continue
        if _foreign(about):
            _catch(f"opening the device {path!r} ({'to write' if writing else 'to read'})")
        if writing and stat.S_ISREG(about.st_mode):
            _kernel_file(path, about)


def _open_folders() -> list[int]:
    folders = []
    for name in os.listdir("/proc/self/fd"):
        try:
            if stat.S_ISDIR(os.fstat(int(name)).st_mode):
                folders.append(int(name))
        except OSError:
            continue
    return folders


def _making(path: str) -> None:
    real = os.path.realpath(path)
    if real.startswith("/dev/") and not real.startswith(("/dev/shm/", "/dev/mqueue/")):
        _catch(f"making the file {path!r} among the devices")


def _kernel_file(path: object, about: os.stat_result) -> None:
    """Catch what is written to the kernel through /sys and /proc: `device/delete`, `sysrq-trigger` …"""
    if about.st_dev not in _KERNEL_FILE_SYSTEMS or isinstance(path, int):
        return
    real = os.path.realpath(os.fsdecode(path))  # type: ignore[arg-type]
    if not real.startswith(f"/proc/{os.getpid()}/"):
        _catch(f"writing to the kernel through {path!r}")


def _ioctl(descriptor: int, request: int, *_: object) -> None:
    try:
        about = os.fstat(descriptor)
    except OSError:
        return
    if stat.S_ISBLK(about.st_mode) and request & 0xFFFFFFFF not in _QUESTIONS and _foreign(about):
        _catch(f"the command {request:#x} to a block device")


# Network


def _reach(socket: object, address: object, *_: object) -> None:
    # AF_INET is 2 and AF_INET6 is 10 on Linux; every other family stays inside this machine.
    if getattr(socket, "family", None) in (2, 10) and isinstance(address, tuple):
        _host(address[0])


def _send(socket: object, address: object = None, *_: object) -> None:
    if address is not None:
        _reach(socket, address)


def _resolve(host: object, *_: object) -> None:
    _host(host)


def namespace() -> str:
    """The network namespace that this process is in."""
    return os.readlink("/proc/self/ns/net")


def _host(host: object) -> None:
    if os.environ.get(NAMESPACE, namespace()) != namespace():
        return
    name = os.fsdecode(host) if isinstance(host, (str, bytes)) else ""
    if name in ("", "localhost") or name.startswith("127.") or name == "::1":
        return
    if name.endswith(".invalid"):  # RFC 6761: names that never exist; nobody need be asked
        import socket

        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    _catch(f"reaching {name!r} over the network")


# Programs

_state = {"installed": False, "programs": True}
"""Whether this process may start programs: the tests' own process asks for each test, its children may."""
# Programs that only read the devices named to them.
_READERS = {"smartctl", "lsblk", "blkid", "udevadm", "findmnt", "lsof", "fuser"}
_DEVICE = re.compile(r"/dev/[^\s'\";:,=|&<>()]+")


@contextmanager
def programs(*, allowed: bool) -> Iterator[None]:
    """For a while, allow or forbid starting programs from this process."""
    before, _state["programs"] = _state["programs"], allowed
    try:
        yield
    finally:
        _state["programs"] = before


def _program(path: object, arguments: object, *rest: object) -> None:
    if isinstance(arguments, (str, bytes, os.PathLike)):
        arguments = [arguments]
    argv = [os.fsdecode(one) for one in arguments or []]  # type: ignore[attr-defined]
    if argv == ["/sbin/ldconfig", "-p"] or argv[:1] == ["uname"]:
        return  # ctypes.util and platform, inside of harmless calls
    if not _state["programs"]:
        _catch(f"starting a program without the marker runs_programs: {argv}")
    name = os.path.basename(os.fsdecode(path or argv[0]))  # type: ignore[arg-type]
    environment = rest[-1] if isinstance(rest[-1] if rest else None, Mapping) else os.environ
    # The commands beside this Python are Python, too: ordis, pytest …
    if name.startswith("python") or os.path.exists(os.path.join(os.path.dirname(sys.executable), name)):
        _python(argv, environment)  # type: ignore[arg-type]
    elif name not in _READERS:
        _arguments(argv)


def _python(argv: list[str], environment: Mapping[str, str]) -> None:
    first = os.fsdecode(environment.get("PYTHONPATH") or environment.get(b"PYTHONPATH") or "").split(os.pathsep)[0]  # type: ignore[call-overload]
    if first != HERE:
        _catch(f"starting a Python without the safety net on its PYTHONPATH: {argv}")
    for option in argv[1:]:
        if not option.startswith("-") or option in ("-c", "-m", "-X", "-W"):
            break
        if re.match(r"-[a-zA-Z]*[EIS]", option):
            _catch(f"starting a Python whose options leave the safety net out: {argv}")


def _arguments(argv: list[str]) -> None:
    for path in {found for one in argv for found in (one, *_DEVICE.findall(one))}:
        try:
            about = os.stat(path)
        except (OSError, ValueError):
            continue
        if _foreign(about):
            _catch(f"starting a program on the device {path!r}: {argv}")


def _shell(command: object) -> None:
    _program("/bin/sh", ["sh", "-c", command])


def _fork() -> None:
    if not _state["programs"]:
        _catch("forking without the marker runs_programs")


_CHECKS: dict[str, Callable[..., None]] = {
    "open": _open,
    "fcntl.ioctl": _ioctl,
    "socket.connect": _reach,
    "socket.bind": _reach,
    "socket.sendto": _send,
    "socket.sendmsg": _send,
    "socket.getaddrinfo": _resolve,
    "socket.gethostbyname": _resolve,
    "subprocess.Popen": lambda path, argv, _folder, environment: _program(path, argv, environment),
    "os.posix_spawn": _program,
    "os.exec": _program,
    "os.system": _shell,
    "os.fork": _fork,
    "os.forkpty": _fork,
}


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if check := _CHECKS.get(event):
        check(*arguments)


def install() -> None:
    """Spread the net in this process. It cannot be taken away again."""
    if not _state["installed"]:
        _state["installed"] = True
        sys.addaudithook(_hook)
