"""Making the stick ready: its first partition shown, its data partition checked, mounted and grown.

Nothing here ends the start of the computer: each thing that fails becomes a sentence, and the rest goes on.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from agent.host.keymap import KEPT
from agent.host.mounts import MountFailed, Node, let_go, mount, mounted_at, vanished
from agent.host.run import Ran, ToolMissing, ToolTimeout, run
from agent.host.source import Source
from agent.model.message import Message, say
from agent.model.problem import Problem
from agent.stick.find import Stick, Wanted, find, open_stick
from agent.stick.grow import grow
from agent.stick.status import STATUS, State, StickStatus, Trouble

CHECK_SECONDS = 45.0
"""For e2fsck -p, which replays a journal in a second or two; the computer's start waits for it."""
BUSY_SECONDS = 10.0
"""How long a partition may be held by others: udev looks at it for a moment after every write."""
BOOT_OPTIONS = ("errors=remount-ro", "umask=0077", "utf8")
STATE_OPTIONS = ("noatime", "errors=remount-ro", "data=ordered", "commit=1")
"""For a stick that may be pulled at any moment. What must not be lost is fsynced anyway; commit is in seconds."""


AGAIN = say("Take the stick out and plug it in again, at another port. If it stays so, use another stick.")


@dataclass(frozen=True)
class Places:
    """Where things go on the running stick; tests have others."""

    boot: Path = Path("/run/ordis/stick")
    state: Path = Path("/var/lib/ordis")
    status: Path = STATUS
    wifi: Path = Path("/run/NetworkManager/system-connections")
    keymap: Path = KEPT
    boot_kind: str = "vfat"
    boot_options: tuple[str, ...] = BOOT_OPTIONS


class Damaged(Problem):
    """The data partition is there and cannot be used."""

    def __init__(self, why: Message) -> None:
        super().__init__(
            why,
            say("It is left as it is, and everything stays in memory: do not switch off before the reports are sent. "
                "Reports that are still on the stick can be saved by whoever looks after the sticks."),
        )  # fmt: skip


class Readying:
    """Collects what became of the stick."""

    def __init__(self, source: Source, places: Places) -> None:
        self.source = source
        self.places = places
        self.status = StickStatus()

    def note(self, **facts: object) -> None:
        self.status = self.status.model_copy(update=facts)

    @contextmanager
    def step(self) -> Iterator[None]:
        """What goes wrong in here is told, and does not go further."""
        try:
            yield
        except Problem as problem:
            self._trouble(Trouble.of(problem))
        except (OSError, MountFailed, ToolMissing, ToolTimeout) as error:
            why = (error.strerror if isinstance(error, OSError) else None) or str(error)
            self._trouble(Trouble(reason=say("The stick could not be made ready ({error}).", error=why), hint=AGAIN))

    def _trouble(self, trouble: Trouble) -> None:
        self.note(problems=(*self.status.problems, trouble))

    def bring_up(self, wanted: Wanted) -> None:
        """Find the stick, and make ready what of it is not yet."""
        with self.step():
            name = find(self.source, wanted)
            with open_stick(self.source, name) as stick:
                # From here on a stick is there; a data partition that does not come to work is a damaged one.
                self.note(found=True, device=f"/dev/{name}", volume=stick.volume, state=State.DAMAGED)
                self.note(diskseq=stick.disk.diskseq())
                with self.step():
                    self._show(stick.boot)
                with self.step():
                    self._use(stick)
                    self.note(state=State.MOUNTED)
                    self.note(grown_by_bytes=grow(self.source, stick))

    def _show(self, node: Node) -> None:
        """Mount the first partition, to be read only: Windows' dirty flag and a pulled stick harm nothing then."""
        places = self.places
        if not self._free(node, places.boot):
            return
        mount(node, places.boot, places.boot_kind, places.boot_options, write=False)

    def _use(self, stick: Stick) -> None:
        point = self.places.state
        if not self._free(stick.state, point):
            now = mounted_at(self.source, point)
            if now is None or "ro" in now.options:
                raise Damaged(say("After an error the stick's data partition can only be read."))
            return
        if not stick.has_state:
            raise Damaged(say("The stick's data partition does not hold what it should."))
        check_state(stick.state)
        try:
            mount(stick.state, point, "ext4", STATE_OPTIONS, write=True)
        except MountFailed as error:
            raise Damaged(
                say("The stick's data partition cannot be opened for writing ({error}).", error=str(error))
            ) from error

    def _free(self, node: Node, point: Path) -> bool:
        """Whether the place is free for this partition; False where it is mounted there already. What was mounted from
        a stick that has been pulled is taken away first. Raises MountFailed where something else is there."""
        while (now := mounted_at(self.source, point)) is not None and vanished(self.source, now):
            if not let_go(point):
                raise MountFailed(f"{point} cannot be unmounted")
        if now is not None and now.number != node.number:
            raise MountFailed(f"{point} is in use")
        return now is None


def check_state(node: Node) -> None:
    """Have a state partition that is not mounted checked, and what a pulled stick leaves mended. Raises Damaged,
    ToolMissing, ToolTimeout, OSError."""
    until = time.monotonic() + BUSY_SECONDS
    while (done := run(["e2fsck", "-p", "--", node.path], timeout=CHECK_SECONDS)).code & ~3 and _held(done):
        if time.monotonic() > until:
            raise Damaged(say("Another program holds the stick's data partition."))
        time.sleep(0.5)
    if done.code & ~3:  # e2fsck(8): 1 errors corrected, 2 the same and a restart is advised
        raise Damaged(say("The stick's data partition is damaged, and was not repaired by itself."))


def _held(done: Ran) -> bool:
    """Whether e2fsck (1.47) did not begin since the partition is open elsewhere, maybe only for a moment."""
    return " is in use." in done.out + done.err or "Device or resource busy" in done.out + done.err
