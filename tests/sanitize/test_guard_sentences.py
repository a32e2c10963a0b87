"""Every refusal of the guard has its own sentence and a hint; a drive's strings are harmless wherever shown."""

import errno
import json
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sample_report as sample
import tui_cases as cases
from fake_medium import FakeMedium
from mute_link import MuteLink
from tui_cases import screen_text, showing

from agent import probing
from agent.cli import main
from agent.host.blockdevice import NotABlockDevice
from agent.host.blockuse import BlockUse, LoopUse
from agent.host.topology import Kind
from agent.inventory import drives as real_drives
from agent.model.inventory import Drive
from agent.model.message import say
from agent.model.sanitization import SanitizationRequest
from agent.model.words import StepStatus, Transport
from agent.report.summary import summary
from agent.report.wording import tell
from agent.sanitize import guard
from agent.sanitize.guard import DriveSpec, admit
from agent.sanitize.medium import Identity, Medium, Refused
from agent.sanitize.plan import plan
from agent.sanitize.stick import DISK_GUID, DISK_SIGNATURE, FAT_LABEL

SIZE = 1 << 20
FOUND = Identity("FAKE-1", "Fake", SIZE)
SPEC = DriveSpec("/dev/sda", FOUND)
IDLE = BlockUse("sda", transport=Transport.ATA, size_bytes=SIZE)


class Drives:
    """What the guard meets in place of this computer: one node, and the drive behind it."""

    def __init__(self) -> None:
        self.use = IDLE
        self.medium = FakeMedium(bytes(SIZE))
        self.error: Exception | None = None
        self.opened = self.closed = 0
        self.written: list[int] = []
        self.medium.on_write = lambda offset, length: self.written.append(offset)
        self.medium.close = self._close  # type: ignore[method-assign]

    def _close(self) -> None:
        self.closed += 1

    def open(self, *_: object, **__: object) -> Medium:
        if self.error is not None:
            raise self.error
        self.opened += 1
        return self.medium

    def says(self, **changes: Any) -> None:
        """The open drive is another than FOUND in this."""
        self.medium.identity = lambda: replace(FOUND, **changes)  # type: ignore[method-assign]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Drives:
    made = Drives()
    monkeypatch.setattr(guard, "device_number", lambda path: (8, 0))
    monkeypatch.setattr(guard, "kernel_name", lambda source, number: "sda")
    monkeypatch.setattr(guard, "nodes", lambda source, name: [made.use])
    monkeypatch.setattr(guard, "RealDrive", made.open)
    return made


def no_simulation(path: str) -> Medium:
    raise AssertionError(path)


def refused(spec: DriveSpec = SPEC, *, resumed: bool = False) -> Refused:
    with pytest.raises(Refused) as caught:
        admit(spec, no_simulation, resumed=resumed)
    return caught.value


def written(**parts: bytes) -> Callable[[Drives], None]:
    """Puts bytes at the places that are named as `at_OFFSET`."""

    def put(machine: Drives) -> None:
        for place, content in parts.items():
            at = int(place.removeprefix("at_"))
            machine.medium.content[at : at + len(content)] = content

    return put


def used(**facts: Any) -> Callable[[Drives], None]:
    def put(machine: Drives) -> None:
        machine.use = replace(machine.use, **facts)

    return put


def saying(**changes: Any) -> Callable[[Drives], None]:
    return lambda machine: machine.says(**changes)


def failing(number: int) -> Callable[[Drives], None]:
    return lambda machine: setattr(machine, "error", OSError(number, os.strerror(number)))


def unreadable(machine: Drives) -> None:
    machine.medium.window = lambda offset, length: (_ for _ in ()).throw(OSError(errno.EIO, "I/O"))  # type: ignore[method-assign]


BEFORE_OPENING: dict[str, Callable[[Drives], None]] = {
    "stick by its label": used(ordis_labels=("ORDIS",)),
    "mounted": used(mounted=("/mnt",)),
    "swap": used(swap=("/dev/sda2",)),
    "member of an md": used(holders=("md0",)),
    "holder process": used(processes=((42, "dd"),)),
    "read-only": used(read_only=True),
    "zero size": used(size_bytes=0),
    "zoned": used(zoned=True),
    "odd sectors": used(logical_sector_bytes=520),
    "over the network": used(transport=Transport.NETWORK),
    "of a virtual machine": used(transport=Transport.VIRTIO),
    "unknown link": used(transport=Transport.UNKNOWN),
    "partition": used(kind=Kind.PARTITION),
    "made by software": used(kind=Kind.STACKED),
    "boot area": used(kind=Kind.BOOT_AREA),
    "memory": used(kind=Kind.MEMORY),
    "absent": used(kind=Kind.ABSENT),
    "loop device": used(kind=Kind.LOOP, transport=Transport.LOOP, loop=LoopUse("/tmp/x.img")),
    "no block device": lambda machine: setattr(machine, "error", NotABlockDevice("/dev/sda")),
    "busy": failing(errno.EBUSY),
    "no rights": failing(errno.EACCES),
    "write-protected": failing(errno.EROFS),
    "gone": failing(errno.ENXIO),
    "broken": failing(errno.EIO),
}
ON_THE_OPEN_DRIVE: dict[str, Callable[[Drives], None]] = {
    "stick by what stands on it": written(at_440=DISK_SIGNATURE),
    "wrong serial": saying(serial="OTHER"),
    "size changed": saying(size_bytes=SIZE // 2),
    "other model": saying(model="Other"),
    "replaced under the same name": saying(diskseq=9),
    "no size": saying(size_bytes=0),
    "unreadable": unreadable,
}


@pytest.mark.parametrize("what", BEFORE_OPENING | ON_THE_OPEN_DRIVE)
def test_each_refusal_leaves_the_drive_alone_and_says_what_next(machine: Drives, what: str) -> None:
    (BEFORE_OPENING | ON_THE_OPEN_DRIVE)[what](machine)
    found = refused()
    assert str(found.reason)
    assert found.hint is not None
    assert str(found.hint).startswith("Nothing was written.")
    assert machine.written == []
    assert machine.opened == machine.closed == (what in ON_THE_OPEN_DRIVE)


def test_the_sentences_are_all_different(monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, str] = {}
    for what, prepare in (BEFORE_OPENING | ON_THE_OPEN_DRIVE).items():
        with monkeypatch.context() as patch:
            made = Drives()
            patch.setattr(guard, "device_number", lambda path: (8, 0))
            patch.setattr(guard, "kernel_name", lambda source, number: "sda")
            patch.setattr(guard, "nodes", lambda source, name, made=made: [made.use])
            patch.setattr(guard, "RealDrive", made.open)
            prepare(made)
            told[what] = refused().reason.text
    assert len(set(told.values())) == len(told), told


def test_the_sentences_name_what_somebody_must_look_for(machine: Drives) -> None:
    for facts, names in (
        ({"mounted": ("/home",)}, ("/home",)),
        ({"swap": ("/dev/sda2",)}, ("/dev/sda2",)),
        ({"holders": ("dm-0 (vg-root)",)}, ("vg-root",)),
        ({"processes": ((42, "dd"),)}, ("dd", "42")),
    ):
        machine.use = replace(IDLE, **facts)  # type: ignore[arg-type]
        assert all(name in str(refused().reason) for name in names)
    machine.use = IDLE
    machine.says(serial="OTHER-7")
    assert "OTHER-7" in str(refused().reason)
    assert "FAKE-1" in str(refused().reason)


@pytest.mark.parametrize(
    "signs",
    [
        written(at_440=DISK_SIGNATURE),
        written(at_512=b"EFI PART", at_568=DISK_GUID),
        written(at_43=FAT_LABEL, at_510=b"\x55\xaa"),
    ],
    ids=["disk signature", "disk GUID", "label"],
)
@pytest.mark.parametrize("resumed", [False, True])
def test_a_stick_that_the_system_holds_no_more_is_known_by_its_first_sectors(
    machine: Drives, signs: Callable[[Drives], None], resumed: bool
) -> None:
    """A system that runs from RAM has unmounted its stick, and the kernel knows no label of it: nothing but what
    stands on it speaks for it, also when the journal says that it was being erased."""
    signs(machine)
    assert "stick" in str(refused(resumed=resumed).reason)
    assert machine.written == []


def test_a_drive_that_cannot_be_read_is_admitted_only_to_go_on(machine: Drives) -> None:
    unreadable(machine)
    assert "could not be examined" in str(refused().reason)
    assert admit(SPEC, no_simulation, resumed=True) is machine.medium


def test_serial_changed_between_the_list_and_the_start(machine: Drives) -> None:
    admit(SPEC, no_simulation).close()
    machine.says(serial=None)
    assert "FAKE-1" in str(refused().reason)


def test_what_the_kernel_calls_it_by_now_is_another_drive(machine: Drives, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "kernel_name", lambda source, number: "sdb")
    assert "not divided into the same parts" in str(refused().reason)
    assert machine.opened == 0


def test_a_drive_with_nothing_against_it_is_opened(machine: Drives) -> None:
    assert admit(SPEC, no_simulation) is machine.medium
    assert machine.written == []


# ---- a drive's strings

NASTY = "\x1b[2J\x1b]0;own\x07[red]M[/red]<b>\u202e\u2066\x00\x9b31m\n{0}%s"
HOSTILE = Drive(
    path="/dev/sda", transport=Transport.USB, model=NASTY, serial=NASTY, vendor=NASTY,
    size_bytes=10**9, obstacles=[say("The program {program} uses it.", program=NASTY)],
)  # fmt: skip
UNSEEN = ("\x1b", "\x07", "\x00", "\x9b", "\u202e", "\u2066")


def harmless(text: str) -> bool:
    lines = text.replace("\xa0", " ").replace("\u202f", " ").splitlines()  # French puts them before its signs
    return not any(char in text for char in UNSEEN) and all(line.isprintable() for line in lines)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_list_of_drives_shows_them_harmless(
    language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(probing, "DriveLink", MuteLink)
    monkeypatch.setattr(real_drives, "find", lambda *_, **__: [HOSTILE])
    assert main(["drives", "--lang", language]) == 0
    shown = capsys.readouterr().out
    assert "[red]M[/red]<b>" in shown
    assert "{0}%s" in shown
    assert harmless(shown)
    assert main(["drives", "--json"]) == 0
    raw = capsys.readouterr().out
    assert harmless(raw)
    assert json.loads(raw.splitlines()[-1])["drives"]


def test_the_guards_own_sentence_shows_them_harmless(machine: Drives) -> None:
    machine.says(serial=NASTY)
    found = refused()
    for language in ("en", "fr"):
        shown = tell(found.reason, language)
        assert "[red]M[/red]<b>" in shown
        assert harmless(shown)


async def test_the_checklist_and_the_question_show_them_harmless() -> None:
    step = cases.step("erase:/dev/sda", NASTY, StepStatus.RUNNING, detail=say("{what}", what=NASTY))
    working = cases.WORKING.model_copy(update={"steps": [step]})
    confirm = cases.CONFIRM.model_copy(update={"plans": [plan(HOSTILE, SanitizationRequest())]})
    for state in (working, cases.WORKING.model_copy(update={"question": confirm})):
        async with showing(state, "en") as screen:
            shown = screen_text(screen.app)
        assert "[red]M[/red]" in shown
        assert harmless(shown)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_report_in_words_shows_them_harmless(language: str) -> None:
    item = sample.drive(NASTY, path="/dev/sda", model=NASTY)
    shown = "\n".join(summary(sample.report(drives=[item], sanitizations=[sample.erased(item)]), language))
    assert "[red]M[/red]" in shown
    assert harmless(shown)


def test_the_report_in_a_file_shows_them_harmless() -> None:
    report = sample.report(drives=[sample.drive(NASTY, path="/dev/sda", model=NASTY)])
    assert harmless(report.model_dump_json())
