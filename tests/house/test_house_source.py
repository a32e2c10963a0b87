"""The rules of the house that a look at the source can enforce; those of imports are in setup.cfg."""

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = sorted(file for package in ("agent", "workshop", "profiles") for file in (ROOT / package).rglob("*.py"))
OUTSIDE_HOST = [file for file in PRODUCT if ROOT / "agent/host" not in file.parents]

# What only agent/host may import: each of these runs programs, reads the kernel's files, or calls C by itself.
HOST_ONLY = {"subprocess", "multiprocessing", "pty", "ctypes", "psutil", "pyudev", "cpuinfo"}
HOST_ONLY_CALLS = re.compile(
    r"os\.(exec\w+|spawn\w+|posix_spawnp?|fork|forkpty|system|popen)|asyncio\.create_subprocess_\w+|fcntl\.ioctl"
)
# Ways to look at a path. The methods of a Source have other names (text, raw, names, link).
LOOKING = {
    "open", "Path", "PurePath", "listdir", "scandir", "walk", "stat", "lstat", "statvfs", "readlink", "access",
    "exists", "lexists", "isfile", "isdir", "islink", "ismount", "realpath", "glob", "iglob",
}  # fmt: skip
KERNEL = re.compile(r"/(sys|proc|dev)(/|$)")


def ids(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("file", PRODUCT, ids=ids)
def test_modules_are_short(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= 500, "one idea each: divide it"


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)


def begins(node: ast.expr) -> str:
    """The constant text that an expression begins with: a string, an f-string, or a sum."""
    while isinstance(node, (ast.JoinedStr, ast.BinOp)):
        node = node.left if isinstance(node, ast.BinOp) else next(iter(node.values), ast.Constant(""))
    value = node.value if isinstance(node, ast.Constant) else ""
    return value.decode("latin-1") if isinstance(value, bytes) else value if isinstance(value, str) else ""


def sins(source: str) -> list[str]:
    """What this source does that is for agent/host alone, each with its line."""
    tree = ast.parse(source)
    found = [f"imports {name}" for name in imported(tree) if name.split(".")[0] in HOST_ONLY]
    found += [f"imports {name}" for name in imported(tree) if HOST_ONLY_CALLS.fullmatch(name)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and HOST_ONLY_CALLS.fullmatch(ast.unparse(node)):
            found.append(f"line {node.lineno}: {ast.unparse(node)}")
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in LOOKING:
            for argument in node.args:
                if KERNEL.match(path := begins(argument)):
                    found.append(f"line {node.lineno}: looks at {path} by itself")
    return found


@pytest.mark.parametrize("file", OUTSIDE_HOST, ids=ids)
def test_only_host_touches_the_system(file: Path) -> None:
    assert not sins(file.read_text()), "ask agent.host, or take a Source"


@pytest.mark.parametrize(
    "source",
    [
        "import subprocess",
        "from subprocess import run",
        "import os\nos.posix_spawn('a', [], {})",
        "from os import execv",
        "import asyncio\nasyncio.create_subprocess_exec('a')",
        "import fcntl\nfcntl.ioctl(3, 1)",
        "from fcntl import ioctl",
        "open('/dev/sda')",
        "open(f'/sys/block/{name}/size')",
        "os.open(b'/dev/' + name, 0)",
        "Path('/proc/self/mounts').read_text()",
        "os.listdir('/sys')",
        "import psutil",
    ],
)
def test_the_search_finds(source: str) -> None:
    assert sins(source)


@pytest.mark.parametrize(
    "source",
    [
        "import fcntl\nfcntl.flock(3, fcntl.LOCK_EX)",
        "source.text('/proc/cpuinfo')",
        "source.names(f'/sys/block/{name}')",
        "open('/development/file')",
        "say('{path} is no device under /dev', path=path)",
        "import os\nos.kill(1, 0)",
    ],
)
def test_the_search_lets_through(source: str) -> None:
    assert not sins(source)


# The tree says nothing of the machine that it was written on.


def tree() -> Iterator[tuple[Path, str]]:
    """Every text file of the tree, apart from what .gitignore leaves out."""
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [
            name for name in folders
            if name not in ("build", "dist", "__pycache__") and not name.endswith(".egg-info")
            and (not name.startswith(".") or name == ".ci")
        ]  # fmt: skip
        for name in files:
            try:
                yield Path(folder, name), Path(folder, name).read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def package_hosts() -> set[str]:
    """Where this machine's own apt and pip settings say that packages come from, apart from the public places."""
    settings = [Path("/etc/apt/sources.list"), Path("/etc/pip.conf")]
    settings += [file for folder in ("sources.list.d", "apt.conf.d") for file in Path("/etc/apt", folder).glob("*")]
    texts = [file.read_text(errors="replace") for file in settings if file.is_file() and os.access(file, os.R_OK)]
    texts += [value for name, value in os.environ.items() if name.startswith("PIP_") or name.lower().endswith("_proxy")]
    hosts = {urlsplit(url).hostname or "" for text in texts for url in re.findall(r"https?://[^\s'\"\]]+", text)}
    public = r"(.+\.)?(debian\.org|ubuntu\.com|pypi\.org|pythonhosted\.org|localhost|127\.0\.0\.1)"
    return {host for host in hosts if host and not re.fullmatch(public, host)}


def test_no_mirror_is_named() -> None:
    hosts = package_hosts()
    settings = re.compile(r"(index-url|find-links|trusted-host)\s*[= ]\s*\S*(://|/)")
    for file, text in tree():
        assert not [host for host in hosts if host in text], f"{file} names a package mirror of this machine"
        if file != Path(__file__):
            assert not settings.search(text), f"{file} says where packages come from; that is for the host to say"


def test_no_path_of_this_machine() -> None:
    if len(ROOT.parts) < 3:
        pytest.skip(f"{ROOT} is too short to search for")
    here = re.compile(re.escape(str(ROOT)) + r"(?![\w-])")
    for file, text in tree():
        assert not here.search(text), f"{file} names the folder that it happens to be in"
