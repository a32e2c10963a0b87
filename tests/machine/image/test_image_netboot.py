"""Started over the network, by BIOS and by UEFI with Secure Boot, beside a DHCP server that knows nothing of it.

Two network namespaces: the workshop's computer with `serve.py` and the machine on a tap device; the network's own DHCP
server. There is no test overlay in what is handed out: what is seen is what the screen shows.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from PIL import Image
from stick_machine import parts
from stick_machine.computer import PATIENCE, Making, started

SERVER, DHCP = "10.99.0.1", "10.99.0.2"
BENCH, OTHER = "ordis-netboot", "ordis-dhcp"
TAP = "tap,ifname=tap0,script=no,downscript=no"
MEMORY_MIB = 2048

pytestmark = [
    pytest.mark.skipif(parts.which("dnsmasq") is None, reason="dnsmasq is not here: apt-get install dnsmasq-base"),
    pytest.mark.skipif(parts.which("ip") is None, reason="ip is not here: apt-get install iproute2"),
]


@pytest.fixture
def log(handed_out: Path) -> Iterator[Path]:
    """The network is up, and the workshop's computer serves; the file has what it says."""
    with ExitStack() as stack:
        for name in (BENCH, OTHER):
            stack.enter_context(namespace(name))
        for words in (
            f"-n {BENCH} link add br0 type bridge", f"-n {BENCH} address add {SERVER}/24 dev br0",
            f"-n {BENCH} link set br0 up", f"-n {BENCH} link add v0 type veth peer name v1 netns {OTHER}",
            f"-n {BENCH} link set v0 master br0 up", f"-n {OTHER} address add {DHCP}/24 dev v1",
            f"-n {OTHER} link set v1 up", f"netns exec {BENCH} ip tuntap add tap0 mode tap",
            f"-n {BENCH} link set tap0 master br0 up",
        ):  # fmt: skip
            parts.tool("ip", *words.split())
        leases = handed_out / "leases"
        stack.enter_context(
            running(OTHER, handed_out / "dhcp.txt", "dnsmasq", "--no-daemon", "--port=0", "--interface=v1",
                    "--bind-interfaces", "--dhcp-range=10.99.0.50,10.99.0.90,1h", f"--dhcp-leasefile={leases}")
        )  # fmt: skip
        file = handed_out / "served.txt"
        stack.enter_context(running(BENCH, file, sys.executable, str(handed_out / "serve.py"), "br0"))
        yield file


@contextmanager
def namespace(name: str) -> Iterator[None]:
    subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)
    parts.tool("ip", "netns", "add", name)
    try:
        parts.tool("ip", "-n", name, "link", "set", "lo", "up")
        yield
    finally:
        parts.tool("ip", "netns", "del", name)


@contextmanager
def running(where: str, log: Path, *command: str) -> Iterator[None]:
    """A program of a namespace, with all that it starts."""
    with open(log, "wb") as said:
        process = subprocess.Popen(
            ["ip", "netns", "exec", where, *command], stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )
        try:
            yield
        finally:
            for number in parts.tool("ip", "netns", "pids", where).split():
                subprocess.run(["kill", number], check=False, capture_output=True)
            process.wait(20)


@pytest.mark.parametrize("firmware", ["bios", "secure"])
def test_it_starts_without_a_stick(firmware: str, place: Path, log: Path) -> None:
    making = Making(firmware=firmware, memory_mib=MEMORY_MIB, network=TAP, inside=BENCH)
    with started(place / f"net-{firmware}", f"net-{firmware}", making) as computer:
        end = time.monotonic() + 2 * PATIENCE
        while not is_our_screen(picture := computer.picture("start")):
            assert computer.is_on
            assert time.monotonic() < end, log.read_text(errors="replace")[-3000:]
            time.sleep(2)
        print(f"\n{firmware} over the network: screen after {computer.age:.0f} s")  # noqa: T201
        assert picture.width >= 80 * 8
    said = log.read_text(errors="replace")
    assert '"GET /filesystem.squashfs HTTP/1.1" 200' in said
    # The boot loader came by way of the firmware's own network start; the settings came along.
    wanted = {"bios": "boot.ipxe", "secure": "shimx64.efi"}[firmware]
    assert f"tftp/{wanted}" in said
    assert "settings.cpio" in said
    shutil.rmtree(place / f"net-{firmware}", ignore_errors=True)


def is_our_screen(picture: Image.Image) -> bool:
    """The blue band on top and the light keys at the bottom; no boot loader and no kernel shows both."""
    top = picture.crop((0, 0, picture.width, 12)).getcolors(4096) or []
    bottom = picture.crop((0, picture.height - 24, picture.width, picture.height)).getcolors(4096) or []
    points = 12 * picture.width
    blue = sum(count for count, (red, green, blue) in top if blue > 120 and red < 60 and green < 60)
    light = sum(count for count, color in bottom if min(color) > 150)
    return blue > points * 0.6 and light > points * 0.1
