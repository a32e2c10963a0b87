"""What every test gets: the safety net, a home of its own, and loop devices over files."""

import fcntl
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest

NET = str(Path(__file__).parent / "net")
sys.path.insert(0, NET)
import safety_net  # noqa: E402  (it is found through the line above)

# Set before the test processes of xdist start, so that they and all of their children inherit it.
os.environ["PYTHONPATH"] = os.pathsep.join([NET, *filter(None, [os.environ.get("PYTHONPATH")])])
os.environ[safety_net.ROOTS] = tempfile.gettempdir()
os.environ[safety_net.NAMESPACE] = safety_net.namespace()
safety_net.install()

# Tests start hundreds of Pythons, and each would compile all of the program again; so would pytest with every test.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# The machine may be slow and busy: time limits belong to the test run, not to single examples.
# How quickly examples are made says how busy this machine is, and nothing of the program.
hypothesis.settings.register_profile(
    "ordis", deadline=None, print_blob=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("ordis")

_numbers = itertools.count()


def pytest_configure(config: pytest.Config) -> None:
    if folder := config.getoption("basetemp"):
        os.environ[safety_net.ROOTS] += os.pathsep + str(folder)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Long values have no place in a test's name; and a random one would differ between the processes of xdist."""
    return argname if isinstance(val, (str, bytes)) and len(val) > 40 else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "loop_device" in getattr(item, "fixturenames", ()):
            item.add_marker("loop")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    allowed = any(item.get_closest_marker(name) for name in ("runs_programs", "loop"))
    with safety_net.programs(allowed=allowed):
        return (yield)


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home, settings and state of the test's own; at the end, no catch of the net may have gone unseen, and nothing
    of the test's may still be mounted: it would hold a drive of another test, and no later run could tidy up."""
    home = tmp_path_factory.getbasetemp() / f"home-{next(_numbers)}"
    (home / "run").mkdir(parents=True, mode=0o700)
    log = home / "caught.txt"
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("ORDIS_")]:
            if name not in (safety_net.ROOTS, safety_net.NAMESPACE):
                patch.delenv(name)
        for name, folder in (("CONFIG", ".config"), ("DATA", ".data"), ("STATE", ".state"), ("CACHE", ".cache")):
            patch.setenv(f"XDG_{name}_HOME", str(home / folder))
        patch.setenv("XDG_RUNTIME_DIR", str(home / "run"))
        patch.setenv("HOME", str(home))
        patch.setenv("TZ", "UTC")
        (home / "ordis.toml").write_text('state_dir = "state"\n')  # counts from the file's folder
        patch.setenv("ORDIS_CONFIG", str(home / "ordis.toml"))
        patch.setenv(safety_net.LOG, str(log))
        yield home
    if log.exists():
        pytest.fail("the safety net caught: " + log.read_text())
    left = [
        line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines() if f" {home.parent}/" in line
    ]
    if left:
        subprocess.run(["umount", "--lazy", *left], check=False)
        pytest.fail(f"still mounted: {left}")


@dataclass(frozen=True)
class LoopDevice:
    path: str
    """/dev/loopN"""
    file: Path
    """The file behind it; its name is the drive's serial."""


@pytest.fixture
def loop_device(tmp_path: Path) -> Iterator[Callable[..., LoopDevice]]:
    """Make loop devices: `loop_device(size_bytes, name=…, read_only=…, sector_bytes=…)`, or `file=` for a file that is
    there already. They are detached at the end. Skips where there is no root or no loop device."""
    if os.geteuid() != 0 or not shutil.which("losetup"):
        pytest.skip("loop devices need root and losetup")
    inodes: list[int] = []

    def attach(
        size_bytes: int = 0,
        *,
        name: str = "",
        file: Path | None = None,
        read_only: bool = False,
        sector_bytes: int = 512,
    ) -> LoopDevice:
        if file is None:
            file = tmp_path / (name or f"drive-{len(inodes)}.img")
            with file.open("xb") as new:
                new.truncate(size_bytes)
        inodes.append(file.stat().st_ino)
        options = ["--find", "--show", f"--sector-size={sector_bytes}", *(["--read-only"] if read_only else [])]
        # Direct, where the file system can: what is read back then comes from the file and not from a second cache.
        for direct in ("on", "off"):
            done = _losetup(*options, f"--direct-io={direct}", str(file))
            if done.returncode == 0:
                return LoopDevice(done.stdout.strip(), file)
        pytest.skip(f"no loop device can be had: {done.stderr.strip()}")

    # One test at a time, in whatever process: the guard sees every loop device of the machine.
    with open(Path(tempfile.gettempdir(), "ordis-tests-loop.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield attach
        _detach(inodes)


def _detach(inodes: list[int]) -> None:
    """Detach what is over these files; by inode, since a test may have moved, deleted or attached them again."""
    attached = _losetup("--list", "--noheadings", "--raw", "--output", "NAME,BACK-INO").stdout.splitlines()
    for device, inode in (line.split() for line in attached if len(line.split()) == 2):
        if int(inode) in inodes and safety_net.is_own(os.stat(device).st_rdev):
            assert _losetup("--detach", device).returncode == 0, f"{device} is still attached"
            wait = time.monotonic() + 5  # udev may be looking at it; it goes when the last one has closed it
            while os.path.exists(f"/sys/class/block/{os.path.basename(device)}/loop") and time.monotonic() < wait:
                time.sleep(0.01)


def _losetup(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["losetup", *arguments], check=False, capture_output=True, text=True)
