"""Computers that start the image of the stick: one at a time, and as few as there can be."""

import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from stick_machine import netbooted, parts
from stick_machine.computer import Computer, Making, started
from stick_machine.drives import Drive
from stick_machine.saved import save
from stick_machine.stick import Stick, overlay
from stick_machine.workshop import Workshop, serving

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # for donor and laptop, which stand beside the tests that they belong to
import donor  # noqa: E402
import laptop  # noqa: E402

SETTINGS = """default_profile = "bench"
profile_dir = "profiles"
unattended_erase = true

[workshop]
url = "{url}"
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All here start programs, in virtual machines."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("machine")
            item.add_marker("runs_programs")


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where everything of these tests lies."""
    if what := parts.missing():
        pytest.skip(what)
    return tmp_path_factory.mktemp("image")


@pytest.fixture(scope="session")
def workshop(place: Path) -> Iterator[Workshop]:
    with serving(place / "workshop") as workshop:
        yield workshop


@pytest.fixture(scope="session")
def plain_stick(place: Path, workshop: Workshop) -> Stick:
    """As the image was written to it, with the tests' layer and settings: to be copied, never to be plugged in."""
    return make_stick(place, workshop.url)


def make_stick(place: Path, url: str) -> Stick:
    settings = place / "settings"
    shutil.copytree(HERE / "profiles", settings / "profiles")
    (settings / "ordis.toml").write_text(SETTINGS.format(url=url))
    stick = Stick(parts.image()).copy(place / "plain.img")
    stick.put(overlay(place, settings), "live/zz-test.squashfs")
    stick.put(settings / "ordis.toml", "ordis.toml")
    stick.make_folder("profiles")
    for profile in sorted((settings / "profiles").iterdir()):
        stick.put(profile, f"profiles/{profile.name}")
    return stick


@dataclass(frozen=True)
class Bench:
    """A computer on the bench, with its stick and the drives in it."""

    computer: Computer
    stick: Stick
    drives: list[Drive]
    before: dict[str, str] = field(default_factory=dict)
    """What the drives' files hold at the start (SHA-256), by their names."""
    seconds: float = 0.0
    """From power-on to the first screen."""
    stick_before: str = ""
    """Of the stick, what is no data partition (SHA-256)."""

    def drive(self, kind: str) -> Drive:
        return next(drive for drive in self.drives if drive.kind == kind)


@pytest.fixture(scope="session", params=["bios", "uefi", "secure"])
def bench(request: pytest.FixtureRequest, place: Path, plain_stick: Stick) -> Iterator[Bench]:
    """Started from USB by each kind of firmware; the ones with BIOS and plain UEFI carry a donor's drives, the other
    one is a laptop."""
    firmware = str(request.param)
    folder = place / firmware
    folder.mkdir()
    stick = plain_stick.copy(folder / "stick.img")
    drives = laptop.drives(folder) if firmware == "secure" else donor.drives(folder)
    options = laptop.options(folder) if firmware == "secure" else []
    # The least that the stick starts with; what a laptop reports is its tables' affair.
    memory_mib = 1024 if firmware == "bios" else laptop.MEMORY_MIB
    making = Making(firmware=firmware, memory_mib=memory_mib, stick=stick, drives=drives, options=options)
    before, on_stick = {drive.file.name: drive.digest() for drive in drives}, stick.digest_before_state()
    with started(folder / "computer", firmware, making) as computer:
        computer.wait_for_guest()
        computer.wait_for_text("Quel profil", "Which profile")
        seconds = computer.age
        # Until then, no profile can be chosen.
        computer.until("the service is heard", lambda: "Recherche du service" not in computer.screen())
        print(f"\n{firmware}: screen after {seconds:.0f} s")  # noqa: T201
        time.sleep(1)
        computer.picture("start")
        yield Bench(computer, stick, drives, before, seconds, on_stick)


@pytest.fixture(scope="session")
def saved(place: Path, plain_stick: Stick) -> Making:
    """A computer that runs in memory and has never seen a stick, to be gone on from as often as one likes."""
    began = time.monotonic()
    making = save(place / "saved", plain_stick)
    print(f"\nstarted and saved in {time.monotonic() - began:.0f} s")  # noqa: T201
    return making


@pytest.fixture(scope="session")
def handed_out(place: Path) -> Path:
    """What a computer of the workshop hands out to those that start over the network."""
    try:
        return netbooted.make(place / "netboot")
    except FileNotFoundError as missing:
        pytest.skip(str(missing))


def take_stick(computer: Computer, stick: Stick) -> None:
    """Plug a stick in, and wait until reports and journals have their place on it."""
    computer.plug_stick(stick)
    computer.until("the stick is used", lambda: '"mounted"' in computer.read("/run/ordis/stick.json"))


def only(*firmware: str) -> pytest.MarkDecorator:
    """The test is for the computers with this firmware."""
    return pytest.mark.parametrize("bench", firmware, indirect=True, scope="session")
