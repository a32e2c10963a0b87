"""What hands out the network boot: settings as an archive, and files filled in with this computer's address."""

import http.client
import ipaddress
import shutil
import socket
from contextlib import closing
from pathlib import Path

import pytest
import serve

SOURCE = Path(serve.__file__).parent


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("tftp/grub", "http", "settings"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("dnsmasq.conf", "boot.ipxe"):
        shutil.copy(SOURCE / name, tmp_path)
    monkeypatch.setattr(serve, "HERE", tmp_path)
    return tmp_path


@pytest.mark.parametrize(("port", "place"), [(80, "10.1.2.3"), (8080, "10.1.2.3:8080")])
def test_the_address_is_filled_in(folder: Path, port: int, place: str) -> None:
    serve.prepare(ipaddress.IPv4Interface("10.1.2.3/24"), port)
    assert (folder / "tftp/grub/server.cfg").read_text() == f"set server={place}\n"
    dnsmasq, ipxe = (folder / "dnsmasq.run.conf").read_text(), (folder / "tftp/boot.ipxe").read_text()
    assert "dhcp-range=10.1.2.0,proxy" in dnsmasq
    assert "listen-address=10.1.2.3\n" in dnsmasq
    assert f"set server {place}\n" in ipxe
    assert "@" not in dnsmasq.replace("@example", "")
    assert "@" not in ipxe


def unpacked(packed: bytes) -> dict[str, tuple[int, bytes]]:
    """Name → mode and content, of an archive as the kernel's buffer-format.rst describes "newc"."""
    found, at = {}, 0
    while at < len(packed):
        assert packed[at : at + 6] == b"070701"
        fields = [int(packed[at + 6 + 8 * n : at + 14 + 8 * n], 16) for n in range(13)]
        mode, size, length = fields[1], fields[6], fields[11]
        name = packed[at + 110 : at + 110 + length - 1].decode()
        start = (at + 110 + length + 3) // 4 * 4
        found[name] = (mode, packed[start : start + size])
        at = (start + size + 3) // 4 * 4
    return found


def test_settings_are_an_archive_that_the_kernel_unpacks(folder: Path) -> None:
    (folder / "settings/ordis.toml").write_text('language = "fr"\n')
    (folder / "settings/odd length").write_bytes(b"12345")
    serve.prepare(ipaddress.IPv4Interface("10.1.2.3/24"), 80)
    packed = (folder / "http/settings.cpio").read_bytes()
    assert packed == (folder / "tftp/settings.cpio").read_bytes()
    assert unpacked(packed) == {
        "ordis-settings": (0o40755, b""),
        "ordis-settings/odd length": (0o100600, b"12345"),
        "ordis-settings/ordis.toml": (0o100600, b'language = "fr"\n'),
        "TRAILER!!!": (0, b""),
    }


def test_too_much_is_no_settings(folder: Path) -> None:
    (folder / "settings/film").write_bytes(bytes(serve.SETTINGS_LIMIT + 1))
    with pytest.raises(OSError, match="more than settings"):
        serve.prepare(ipaddress.IPv4Interface("10.1.2.3/24"), 80)


def test_files_are_handed_out_and_folders_are_not_listed(folder: Path) -> None:
    (folder / "http/vmlinuz").write_bytes(b"kernel")
    (folder / "secret").write_text("secret")
    handing_out = serve.serving(ipaddress.IPv4Interface("127.0.0.1/8"), 0)
    with handing_out:
        assert get(handing_out._server.server_port, "/vmlinuz") == (200, b"kernel")
        for path in ("/", "/../secret", "/%2e%2e/secret"):
            assert get(handing_out._server.server_port, path)[0] == 404


def get(port: int, path: str) -> tuple[int, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as line:
        line.request("GET", path)
        answer = line.getresponse()
        return answer.status, answer.read()


@pytest.fixture
def at_the_workshop(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A card with an address, and dnsmasq."""
    monkeypatch.setattr("sys.argv", ["serve.py", "eth0", "--port", "0"])
    monkeypatch.setattr(serve.shutil, "which", lambda _: "/usr/sbin/dnsmasq")
    monkeypatch.setattr(serve, "network_of", lambda _: ipaddress.IPv4Interface("127.0.0.1/8"))
    monkeypatch.setattr(serve.subprocess, "run", lambda *_, **__: pytest.fail("it was started"))
    return folder


def test_what_goes_wrong_is_told_in_a_sentence(
    at_the_workshop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (at_the_workshop / "settings/film").write_bytes(bytes(serve.SETTINGS_LIMIT + 1))
    assert serve.main() == 2
    assert "more than settings" in capsys.readouterr().err
    (at_the_workshop / "settings/film").unlink()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr("sys.argv", ["serve.py", "eth0", "--port", str(taken.getsockname()[1])])
        assert serve.main() == 2
    assert "Address already in use" in capsys.readouterr().err
