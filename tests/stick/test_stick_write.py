"""`ordis stick write`: on loop devices over files, and with the power cut at every write."""

import os
import random
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import stick_image as made
from plugged import OneStick, Plugged, run_good, unplug

from agent.cli import main
from agent.inventory import drives
from agent.settings import Settings
from agent.stick import keep, pour, ready, start, write
from agent.stick.door import Refused
from agent.stick.imagefile import ImageFile, WrongImage
from agent.stick.pour import DoesNotFit, NotWritten, layout
from agent.stick.ready import Places
from agent.stick.status import State
from agent.stick.table import SECTOR, has_state, read_table
from agent.stick.write import Order, write_image

pytestmark = pytest.mark.loop

MIB = made.MIB
STICK_BYTES = 32 * MIB  # a little more than the image


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A newer image than what is on the sticks."""
    files = tmp_path / "new-files"
    (files / "live").mkdir(parents=True)
    (files / "live/filesystem.squashfs").write_bytes(os.urandom(5 * MIB))
    (files / "ordis.toml").write_text("# as published\n")
    (files / "reports").mkdir()
    file = made.make_image(tmp_path / "new.img", files=files)
    with file.open("r+b") as opened:
        opened.seek(made.BOOT_FIRST * SECTOR + 67)
        opened.write(b"\x01\x02\x03\x04")
    return file


@pytest.fixture
def old_files(tmp_path: Path) -> Path:
    files = tmp_path / "old-files"
    (files / "reports/lot 1").mkdir(parents=True)
    (files / "ordis.toml").write_text('language = "en"\n')
    (files / "reports/lot 1/certificate.pdf").write_bytes(b"PDF" * 10000)
    (files / "support").mkdir()
    (files / "support/ordis-support-1.zip").write_bytes(b"PK")
    (files / "private.txt").write_text("not carried over")
    return files


@pytest.fixture
def stick(tmp_path: Path, old_files: Path, plug: Callable[..., Plugged], places: Places, monkeypatch: Any) -> Plugged:
    """An older stick that has been in use: with a key, and a data partition to its end."""
    monkeypatch.setattr(ready, "grow", lambda *_: 0)
    file = made.make_image(tmp_path / "stick.img", files=old_files)
    os.truncate(file, STICK_BYTES)
    one = plug(file)
    status = start.prepare(OneStick(one), lambda: Settings(state_dir=places.state), places, virtual=True)
    assert status.state is State.MOUNTED
    (places.state / "spool").mkdir()
    (places.state / "spool/report.json").write_text("{}")
    for point in (places.state, places.boot):
        run_good("umount", str(point))
    return one


def silent(*_: object) -> None:
    pass


def order(stick: Plugged, image: Path, places: Places, **more: Any) -> Order:
    return Order(image, stick.path, str(stick.file), places=places, virtual=True, **more)


def contents(stick: Plugged, places: Places, plug: Any) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Both partitions' files, after the stick was pulled and plugged in again."""
    unplug(stick)
    again = plug(stick.file)
    status = start.prepare(OneStick(again), lambda: Settings(state_dir=places.state), places, virtual=True)
    assert status.state is State.MOUNTED
    found = tuple(
        {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*") if file.is_file()}
        for root in (places.boot, places.state)
    )
    for point in (places.state, places.boot):
        run_good("umount", str(point))
    return found[0], found[1]


# ---- written


@pytest.mark.parametrize("packed", [False, True])
def test_onto_a_drive_with_anything_on_it(tmp_path: Path, image: Path, places: Places, plug: Any, packed: bool) -> None:
    file = tmp_path / "any.img"
    file.write_bytes(os.urandom(STICK_BYTES))
    one = plug(file)
    wanted = image.read_bytes()
    if packed:
        run_good("zstd", "-q", "--rm", str(image), "-o", str(tmp_path / "new.img.zst"))
        image = tmp_path / "new.img.zst"
    phases: list[str] = []
    volume = write_image(OneStick(one), order(one, image, places), lambda phase, *_: phases.append(phase))
    assert volume == "0403-0201"
    assert file.read_bytes()[: len(wanted)] == wanted
    assert set(phases) == {"check", "write", "verify"}


def test_keeping_the_data(stick: Plugged, image: Path, places: Places, plug: Any, old_files: Path) -> None:
    _, before = contents(stick, places, plug)
    assert {"keys/stick.key", "keys/stick.pub", "spool/report.json"} <= set(before)
    write_image(OneStick(stick), order(stick, image, places, keep=True), silent)
    boot, state = contents(stick, places, plug)
    assert state == before
    assert boot["ordis.toml"] == b'language = "en"\n'
    assert boot["reports/lot 1/certificate.pdf"] == b"PDF" * 10000
    assert boot["support/ordis-support-1.zip"] == b"PK"
    assert len(boot["live/filesystem.squashfs"]) == 5 * MIB
    assert "private.txt" not in boot
    with stick.file.open("rb") as file:
        assert file.read(440) == image.read_bytes()[:440]


def test_an_ordis_stick_is_not_lost_unasked(stick: Plugged, image: Path, places: Places) -> None:
    before = stick.file.read_bytes()
    with pytest.raises(Refused, match="Ordis stick"):
        write_image(OneStick(stick), order(stick, image, places), silent)
    assert stick.file.read_bytes() == before
    write_image(OneStick(stick), order(stick, image, places, lose=True), silent)
    assert stick.file.read_bytes()[: made.IMAGE_BYTES] == image.read_bytes()


# ---- refused, with nothing written


def test_refusals(stick: Plugged, image: Path, places: Places, tmp_path: Path, plug: Any) -> None:
    empty = tmp_path / "empty.img"
    empty.write_bytes(bytes(STICK_BYTES))
    blank = plug(empty)
    small = tmp_path / "small.img"
    small.write_bytes(bytes(4 * MIB))
    tiny = plug(small)
    torn = tmp_path / "torn.img"
    torn.write_bytes(image.read_bytes()[:-1])
    before = stick.file.read_bytes()
    cases: list[tuple[type[Exception], str, Order]] = [
        (Refused, "serial", Order(image, stick.path, "WRONG", keep=True, virtual=True, places=places)),
        (Refused, "serial", Order(image, stick.path, "", keep=True, virtual=True, places=places)),
        (Refused, "loop device", Order(image, stick.path, str(stick.file), keep=True, places=places)),
        (
            Refused,
            "not a drive",
            Order(image, str(stick.file), str(stick.file), keep=True, virtual=True, places=places),
        ),
        (Refused, "partition", Order(image, stick.nodes[0], str(stick.file), keep=True, virtual=True, places=places)),
        (Refused, "nothing to keep", order(blank, image, places, keep=True)),
        (DoesNotFit, "too small", order(tiny, image, places)),
        (WrongImage, "not whole", order(stick, torn, places, keep=True)),
        (WrongImage, "no image", order(stick, empty, places, keep=True)),
        (WrongImage, "no image", order(stick, tmp_path / "missing", places, keep=True)),
    ]
    for refusal, words, wrong in cases:
        with pytest.raises(refusal, match=words):
            write_image(OneStick(stick, blank, tiny), wrong, silent)
    run_good("mount", stick.nodes[1], str(places.state))
    with pytest.raises(Refused, match=r"started from this stick|in use"):
        write_image(OneStick(stick), order(stick, image, places, keep=True), silent)
    run_good("umount", str(places.state))
    run_good("mount", "-r", stick.nodes[0], str(tmp_path / "new-files"))
    with pytest.raises(Refused, match="in use"):
        write_image(OneStick(stick), order(stick, image, places, keep=True), silent)
    run_good("umount", str(tmp_path / "new-files"))
    with open(stick.path, "rb") as held, subprocess.Popen(["sleep", "60"], stdin=held) as holder:
        with pytest.raises(Refused, match="using this drive"):
            write_image(OneStick(stick), order(stick, image, places, keep=True), silent)
        holder.kill()
    now = stick.file.read_bytes()
    assert now[: made.STATE_FIRST * SECTOR] == before[: made.STATE_FIRST * SECTOR]
    assert empty.read_bytes() == bytes(STICK_BYTES)


def test_from_memory_its_own_stick_may_be_written(
    stick: Plugged, image: Path, places: Places, monkeypatch: Any, plug: Any
) -> None:
    run_good("mount", stick.nodes[1], str(places.state))
    monkeypatch.setattr("agent.stick.door.root_in_ram", lambda _: True)
    write_image(OneStick(stick), order(stick, image, places, keep=True), silent)
    assert not os.path.ismount(places.state)
    assert "spool/report.json" in contents(stick, places, plug)[1]


def test_a_larger_system_does_not_fit_before_the_data(tmp_path: Path) -> None:
    with ImageFile(made.make_image(tmp_path / "a.img")) as image:
        head = image.head()
    old = read_table(head.sector, 10**9)
    shorter = old.__class__(old.boot, old.state.__class__(old.state.first - 2048, old.state.count))
    with pytest.raises(DoesNotFit, match="more room"):
        layout(head, 10**9, shorter)


def test_a_stick_that_keeps_nothing(image: Path, places: Places, tmp_path: Path, plug: Any, monkeypatch: Any) -> None:
    file = tmp_path / "any.img"
    file.write_bytes(bytes(STICK_BYTES))
    one = plug(file)
    put = pour._put
    monkeypatch.setattr(
        pour, "_put", lambda drive, buffer, at, data: put(drive, buffer, at, data if at < 8 * MIB else bytes(len(data)))
    )
    with pytest.raises(NotWritten, match="does not keep"):
        write_image(OneStick(one), order(one, image, places), silent)
    assert file.read_bytes()[:SECTOR] == bytes(SECTOR)  # half an image is no stick


def test_the_command(stick: Plugged, image: Path, places: Places, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setattr("agent.commands.stick_write.Live", lambda: OneStick(stick))
    monkeypatch.setattr("agent.commands.stick_write.Order", lambda **words: Order(**words, places=places))
    words = ["stick", "write", str(image), stick.path, "--serial", str(stick.file), "--lang", "en"]
    assert main([*words, "--keep-data"]) == 2
    assert main([*words, "--allow-virtual"]) == 2
    assert "--lose-data" in capsys.readouterr().err
    assert main([*words, "--allow-virtual", "--keep-data"]) == 0
    assert "0403-0201" in capsys.readouterr().out
    assert main([*words, "--allow-virtual", "--keep-data", "--json"]) == 0
    assert '"event": "result", "written": true' in capsys.readouterr().out.splitlines()[-1]


def test_no_training_and_nothing_built_in(stick: Plugged, image: Path, places: Places, monkeypatch: Any) -> None:
    before = stick.file.read_bytes()
    words = [str(image), stick.path, "--serial", str(stick.file), "--allow-virtual", "--lose-data"]
    for command in (["write", *words], ["prepare"], ["attach"], ["check"]):
        assert main(["stick", *command, "--training"]) == 2
    seen = drives.find(OneStick(stick), allow_virtual=True)
    inside = [drive.model_copy(update={"virtual": False, "external": False}) for drive in seen]
    monkeypatch.setattr("agent.stick.door.drives.find", lambda *_, **__: inside)
    with pytest.raises(Refused, match="built into"):
        write_image(OneStick(stick), order(stick, image, places, lose=True), silent)
    # Without a serial number: only one of that kind may be there. (This one has got one by the second look.)
    nameless = [
        drive.model_copy(update={"serial": None, "external": True}) for drive in seen if drive.path == stick.path
    ]
    for present, why in ((nameless * 2, "serial"), (nameless, "unplugged or replaced"), (seen, "serial")):
        monkeypatch.setattr("agent.stick.door.drives.find", lambda *_, present=present, **__: present)
        with pytest.raises(Refused, match=why):
            write_image(OneStick(stick), Order(image, stick.path, "-", lose=True, virtual=True, places=places), silent)
    assert stick.file.read_bytes() == before


# ---- the power is cut


class Cut(Exception):
    """The power is gone."""


class Cutting:
    """A drive over bytes that loses power at its n-th order; of what was not flushed any part may be there."""

    def __init__(self, data: bytes, after: int, seed: int = 0) -> None:
        self.medium = bytearray(data)
        self.seen = bytearray(data)
        self.left = after
        self.waiting: list[tuple[int, bytes]] = []
        self.random = random.Random(seed)

    def _order(self) -> None:
        self.left -= 1
        if self.left < 0:
            for at, data in self.waiting:
                for sector in range(0, len(data), SECTOR):
                    if self.random.random() < 0.5:
                        self.medium[at + sector : at + sector + SECTOR] = data[sector : sector + SECTOR]
            raise Cut

    def write(self, buffer: Any, length: int, offset: int) -> int:
        data = bytes(buffer[:length])
        self.waiting.append((offset, data))
        self._order()
        self.seen[offset : offset + length] = data
        return length

    def read_into(self, buffer: Any, length: int, offset: int) -> int:
        buffer[:length] = self.seen[offset : offset + length]
        return length

    def flush(self) -> None:
        self._order()
        for at, data in self.waiting:
            self.medium[at : at + len(data)] = data
        self.waiting.clear()


def poured(drive: Cutting, image: Path, kept: bool) -> None:
    old = read_table(bytes(drive.medium[:SECTOR]), len(drive.medium) // SECTOR) if kept else None
    with ImageFile(image) as opened:
        pour.pour(drive, opened, layout(opened.head(), len(drive.medium) // SECTOR, old), silent)


def test_cut_at_every_order_while_the_data_is_kept(tmp_path: Path, image: Path) -> None:
    old = bytearray(made.make_image(tmp_path / "old.img").read_bytes()).ljust(STICK_BYTES, b"\0")
    old[made.STATE_FIRST * SECTOR + 4 * MIB :][: 2 * MIB] = os.urandom(2 * MIB)
    whole = Cutting(bytes(old), 10**9)
    poured(whole, image, kept=True)
    orders = 10**9 - whole.left
    assert orders > 8
    state = bytes(old[made.STATE_FIRST * SECTOR :])
    for after in range(orders):
        drive = Cutting(bytes(old), after, after)
        with pytest.raises(Cut):
            poured(drive, image, kept=True)
        assert bytes(drive.medium[made.STATE_FIRST * SECTOR :]) == state
        # The next try knows it again, and ends as if nothing had been.
        table = read_table(bytes(drive.medium[:SECTOR]), STICK_BYTES // SECTOR)
        assert has_state(bytes(drive.medium[table.state.first * SECTOR + 1024 :][:1024]))
        again = Cutting(bytes(drive.medium), 10**9)
        poured(again, image, kept=True)
        assert again.medium == whole.medium


def test_cut_at_every_order_on_a_new_stick(tmp_path: Path, image: Path) -> None:
    before = os.urandom(made.IMAGE_BYTES)
    whole = Cutting(before, 10**9)
    poured(whole, image, kept=False)
    assert bytes(whole.medium) == image.read_bytes()
    for after in range(1, 10**9 - whole.left):
        drive = Cutting(before, after, after)
        with pytest.raises(Cut):
            poured(drive, image, kept=False)
        # Half an image is no stick; the last order of all is the flush of the table, which may have come through.
        if drive.medium[510:512] == b"\x55\xaa" and drive.medium[440:444] == b"ORDS":
            assert bytes(drive.medium) == image.read_bytes()


@pytest.mark.parametrize("step", ["save", "claimed", "pour", "restore"])
@pytest.mark.parametrize("after", [False, True])
def test_cut_between_the_steps(
    stick: Plugged, image: Path, places: Places, plug: Any, monkeypatch: Any, step: str, after: bool
) -> None:
    """What people put on the stick is there, whenever the power fails; the same command again ends it."""
    _, before = contents(stick, places, plug)
    module = {"save": keep, "restore": keep}.get(step, write)
    done = getattr(module, step)

    def cut(*arguments: Any, **settings: Any) -> Any:
        if after:
            done(*arguments, **settings)
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr(module, step, cut)
        with pytest.raises(Cut):
            write_image(OneStick(stick), order(stick, image, places, keep=True), silent)
    write_image(OneStick(stick), order(stick, image, places, keep=True), silent)
    boot, state = contents(stick, places, plug)
    assert state == before
    assert boot["ordis.toml"] == b'language = "en"\n'
    assert boot["reports/lot 1/certificate.pdf"] == b"PDF" * 10000
    assert len(boot["live/filesystem.squashfs"]) == 5 * MIB
