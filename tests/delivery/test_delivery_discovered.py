"""A workshop found in a network of two computers (network namespaces), and trusted only by its pinned certificate."""

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sample_report as sample
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from agent.delivery.spool import Spool
from agent.model.words import Mode
from agent.report.keys import load_or_make
from agent.report.verify import read
from workshop.cli import main as workshop_command

pytestmark = pytest.mark.runs_programs

WORKSHOP, STICK = "10.77.0.1", "10.77.0.2"
PORT = 8137


@dataclass
class Authority:
    """Certificates of a workshop's own."""

    folder: Path

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Atelier CA")])
        self._write("ca.pem", self._certificate(self._name, self._key.public_key(), ca=True))

    @property
    def file(self) -> Path:
        return self.folder / "ca.pem"

    def server(self, host: str) -> tuple[Path, Path]:
        """(certificate, private key) for a host."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
        self._write("server.pem", self._certificate(name, key.public_key(), host=host))
        form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        (self.folder / "server.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))
        return self.folder / "server.pem", self.folder / "server.key"

    def _write(self, name: str, certificate: x509.Certificate) -> None:
        (self.folder / name).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def _certificate(self, name: x509.Name, key: Any, *, ca: bool = False, host: str = "") -> x509.Certificate:
        now = dt.datetime.now(dt.UTC)
        made = (
            x509.CertificateBuilder().subject_name(name).issuer_name(self._name).public_key(key)
            .serial_number(x509.random_serial_number()).not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        )  # fmt: skip
        if host:
            made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        return made.sign(self._key, hashes.SHA256())


@dataclass
class Lan:
    """Two computers on one cable."""

    folder: Path
    workshop: str
    stick: str

    def python(self, where: str, *words: str) -> list[str]:
        # Not `ip netns exec`: it copies the mounts too, and keeps busy what other tests have mounted at that moment.
        return ["nsenter", f"--net=/run/netns/{where}", sys.executable, *words]

    @contextmanager
    def served(self, *options: str, host: str = WORKSHOP) -> Iterator[str]:
        """A workshop that knows this stick; yields its first line."""
        data = self.folder / f"workshop-{host}"
        key = str(load_or_make(self.folder / "state/keys", Mode.REAL).public)
        assert workshop_command(["enrol", "--data", str(data), key]) == 0
        command = self.python(self.workshop, "-m", "workshop", "serve", "--data", str(data))
        process = subprocess.Popen([*command, "--host", host, "--port", str(PORT), *options],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            line = process.stdout.readline()
            assert line, process.stderr.read()
            yield line
        finally:
            process.terminate()
            process.communicate(timeout=20)

    def deliver(self, **workshop: object) -> tuple[int, list[dict[str, Any]]]:
        """`ordis deliver` of one report with these settings."""
        lines = [
            'state_dir = "state"',
            "[workshop]",
            *(f"{key} = {json.dumps(value)}" for key, value in workshop.items()),
        ]
        (self.folder / "ordis.toml").write_text("\n".join(lines))
        key = load_or_make(self.folder / "state/keys", Mode.REAL)
        Spool(self.folder / "state/spool").add(read(sample.signed_bytes(key)))
        command = self.python(self.stick, "-m", "agent.cli", "deliver", "--json", "--lang", "en", "--config",
                              str(self.folder / "ordis.toml"))  # fmt: skip
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def lan(tmp_path: Path) -> Iterator[Lan]:
    if os.geteuid() != 0 or not shutil.which("ip"):
        pytest.skip("network namespaces need root and ip (iproute2)")
    names = [f"ordis-{os.getpid()}-{end}" for end in ("w", "s")]
    with ExitStack() as undo:
        for name in names:
            if subprocess.run(["ip", "netns", "add", name], check=False, capture_output=True).returncode:
                pytest.skip("network namespaces cannot be made here")
            undo.callback(subprocess.run, ["ip", "netns", "delete", name], check=True)
        ends = [f"ow{os.getpid()}", f"os{os.getpid()}"]
        commands = [["link", "add", ends[0], "netns", names[0], "type", "veth", "peer", ends[1], "netns", names[1]]]
        for name, end, address in zip(names, ends, (WORKSHOP, STICK), strict=True):
            commands += [
                ["-n", name, "address", "add", f"{address}/24", "dev", end],
                ["-n", name, "link", "set", end, "up"],
                ["-n", name, "link", "set", "lo", "up"],
            ]
        for command in commands:
            subprocess.run(["ip", *command], check=True, capture_output=True)
        (tmp_path / "state").mkdir()
        yield Lan(tmp_path, *names)


def told(events: list[dict[str, Any]]) -> str:
    return " ".join(str(event.get("problem") or event.get("url")) for event in events)


def test_found_and_trusted_by_its_pinned_certificate(lan: Lan, tmp_path: Path) -> None:
    ours, other = Authority(tmp_path / "ours"), Authority(tmp_path / "other")
    certificate, key = ours.server("atelier.local")
    options = ("--certificate", str(certificate), "--private-key", str(key), "--announce", "Nantes",
               "--announced-url", f"https://atelier.local:{PORT}")  # fmt: skip
    with lan.served(*options) as line:
        assert line == f"https://{WORKSHOP}:{PORT}/\n"
        # The file lies on the stick, beside ordis.toml.
        shutil.copy(ours.file, tmp_path / "atelier.pem")
        code, events = lan.deliver(discover=True, ca_file="atelier.pem")
        assert code == 0, events
        assert f"https://atelier.local:{PORT}/reports/" in told(events)
        # Named, and not found: the name is asked for in the network all the same.
        code, events = lan.deliver(url=f"https://atelier.local:{PORT}", ca_file="atelier.pem")
        assert code == 0, events
        # Another authority's: nothing is sent.
        shutil.copy(other.file, tmp_path / "atelier.pem")
        code, events = lan.deliver(discover=True, ca_file="atelier.pem")
        assert code == 2
        assert "certificate" in told(events)


def test_a_certificate_for_another_name_is_refused(lan: Lan, tmp_path: Path) -> None:
    ours = Authority(tmp_path / "ours")
    certificate, key = ours.server("autre.local")
    options = ("--certificate", str(certificate), "--private-key", str(key), "--announce", "--announced-url",
               f"https://atelier.local:{PORT}")  # fmt: skip
    with lan.served(*options):
        code, events = lan.deliver(discover=True, ca_file=str(ours.file))
        assert code == 2
        assert "certificate" in told(events)


def test_without_https_only_where_it_was_said(lan: Lan, tmp_path: Path) -> None:
    ca = Authority(tmp_path / "ours").file
    with lan.served("--announce", "Nantes", "--announced-url", f"http://atelier.local:{PORT}"):
        code, events = lan.deliver(discover=True, ca_file=str(ca))
        assert code == 2
        assert "does not use https" in told(events)
        code, events = lan.deliver(discover="http")
        assert code == 0, events
        assert f"http://atelier.local:{PORT}/reports/" in told(events)


def test_nobody_is_there(lan: Lan) -> None:
    began = time.monotonic()
    code, events = lan.deliver(discover="http")
    assert code == 2
    assert "No workshop was found" in told(events)
    assert time.monotonic() - began < 20


def test_where_nobody_could_reach_it_nothing_is_announced(lan: Lan) -> None:
    with pytest.raises(AssertionError, match="no network"), lan.served("--announce", host="127.0.0.1"):
        pass
