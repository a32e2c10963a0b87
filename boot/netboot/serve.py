#!/usr/bin/python3
"""Let machines start Ordis over the network: `sudo ./serve.py INTERFACE`, on a computer of the workshop.

dnsmasq (Debian's package of that name) answers their call for a boot server beside the network's own DHCP server, which
is left as it is, and hands out the boot loader; this program hands out the system by HTTP. Ends with Ctrl-C.
Settings: put ordis.toml, and the certificate that it names, into the folder `settings` first.
"""

import argparse
import functools
import http.server
import ipaddress
import json
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

HERE = Path(__file__).resolve().parent
PORT = 80
SETTINGS_LIMIT = 1 << 20
"""Bytes of all settings files together."""


def main() -> int:
    """Return 0 when stopped, 2 where it cannot start."""
    parser = argparse.ArgumentParser(description="Let machines start Ordis over the network.")
    parser.add_argument("interface", help="the network card behind which the machines are, for example eth0")
    parser.add_argument("--port", type=int, default=PORT, help="of HTTP (default: 80)")
    arguments = parser.parse_args()
    if not shutil.which("dnsmasq"):
        return stop("dnsmasq is missing: apt-get install dnsmasq-base")
    network = network_of(arguments.interface)
    if network is None:
        return stop(f"{arguments.interface} has no IPv4 address; `ip address` shows the cards and their addresses")
    try:
        prepare(network, arguments.port)
        with serving(network, arguments.port):
            command = ["dnsmasq", "--no-daemon", f"--conf-file={HERE / 'dnsmasq.run.conf'}"]
            return subprocess.run(command, check=False).returncode and 2
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        return stop(f"{error}; it needs root, and a port of HTTP that nothing else uses (see --port)")


def network_of(interface: str) -> ipaddress.IPv4Interface | None:
    """The first IPv4 address of a network card, with its network."""
    told = subprocess.run(
        ["ip", "-json", "-4", "address", "show", "dev", interface], capture_output=True, text=True, check=False
    )
    try:
        about = json.loads(told.stdout)[0]["addr_info"][0]
        return ipaddress.IPv4Interface(f"{about['local']}/{about['prefixlen']}")
    except (ValueError, LookupError, TypeError):
        return None


def prepare(network: ipaddress.IPv4Interface, port: int) -> None:
    """Write what depends on this computer's address. Raises OSError."""
    place = network.ip if port == PORT else f"{network.ip}:{port}"
    (HERE / "tftp/grub/server.cfg").write_text(f"set server={place}\n")
    values = {
        "@NETWORK@": network.network.network_address, "@ADDRESS@": network.ip, "@TFTP@": HERE / "tftp",
        "@SERVER@": place,
    }  # fmt: skip
    for template, target in (("dnsmasq.conf", "dnsmasq.run.conf"), ("boot.ipxe", "tftp/boot.ipxe")):
        text = (HERE / template).read_text()
        for name, value in values.items():
            text = text.replace(name, str(value))
        (HERE / target).write_text(text)
    files = sorted(path for path in (HERE / "settings").iterdir() if path.is_file())
    if sum(path.stat().st_size for path in files) > SETTINGS_LIMIT:
        raise OSError("the folder settings holds more than settings")
    for folder in ("tftp", "http"):
        (HERE / folder / "settings.cpio").write_bytes(archive(files))


def archive(files: list[Path]) -> bytes:
    """The settings as an archive that the kernel unpacks beside the initrd (buffer-format.rst, "newc")."""
    packed = entry("ordis-settings", b"", 0o40755)
    for path in files:
        packed += entry(f"ordis-settings/{path.name}", path.read_bytes(), 0o100600)
    return packed + entry("TRAILER!!!", b"", 0)


def entry(name: str, content: bytes, mode: int) -> bytes:
    fields = (0, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name) + 1, 0)
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0"
    return head + bytes(-len(head) % 4) + content + bytes(-len(content) % 4)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Hands out the folder `http`, and lists nothing."""

    timeout = 60

    def list_directory(self, path: str) -> None:  # type: ignore[override]  # noqa: ARG002
        self.send_error(404)


class serving:  # noqa: N801 - used like a function
    """Hand out the system by HTTP while inside."""

    def __init__(self, network: ipaddress.IPv4Interface, port: int) -> None:
        handler = functools.partial(Handler, directory=str(HERE / "http"))
        self._server = http.server.ThreadingHTTPServer((str(network.ip), port), handler)
        self._server.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> None:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def stop(text: str) -> int:
    sys.stderr.write(f"serve: {text}.\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
