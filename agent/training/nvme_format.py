"""The Format NVM command of a simulated NVMe subsystem (NVMe Base 2.0, 5.14): which namespaces, and what of them."""

from dataclasses import dataclass, field

from agent.training.cells import Cells
from agent.training.description import Description
from agent.training.erasing import Erase, Eraser, Outcome
from agent.training.kept import State
from agent.training.nvme_identify import sector_sizes
from agent.training.nvme_namespaces import BROADCAST, Namespace, Namespaces
from agent.training.nvme_sanitize import deallocated
from agent.training.nvme_status import Status, require

JOB = "nvme format"
"""What the eraser calls it."""
NO_ERASE, USER_DATA_ERASE, CRYPTO_ERASE = range(3)
"""SES, secure erase settings."""
_FORMATS_ALL, _ERASES_ALL, _HAS_CRYPTO, _NO_BROADCAST = 1, 2, 4, 8
"""Bits of FNA."""


@dataclass
class Formatting(State):
    """The format that is going on: one namespace after the other."""

    waiting: list[int] = field(default_factory=list)
    """NSIDs, the one at work first; empty when nothing goes on."""
    erases: bool = False
    everything: bool = False
    """No namespace is left out."""
    sector_bytes: int = 0
    seconds: float = 0.0
    """For each of them."""


class Formatter:
    """The machine of Format NVM over the drive's eraser."""

    def __init__(
        self, drive: Description, eraser: Eraser, cells: Cells, namespaces: Namespaces, state: Formatting
    ) -> None:
        self._drive = drive
        self._about = drive.nvme
        self._eraser = eraser
        self._cells = cells
        self._namespaces = namespaces
        self.state = state

    @property
    def running(self) -> bool:
        return bool(self.state.waiting)

    def left_percent(self, nsid: int) -> int:
        """What is still to be formatted of this namespace, 1 to 100; 0 where it is not being formatted."""
        if nsid not in self.state.waiting:
            return 0
        return 100 - int(99 * self._eraser.job.fraction) if nsid == self.state.waiting[0] else 100

    @property
    def failed(self) -> bool:
        """The most recent one did not come to its end."""
        return self._eraser.job.what == JOB and self._eraser.job.outcome == Outcome.FAILED

    def command(self, dword10: int, nsid: int, controller: int) -> None:
        """Format NVM (80h): begin. Raises Refusal."""
        require(self._about.formats, Status.INVALID_OPCODE)
        require(not self.running, Status.FORMAT_IN_PROGRESS)
        settings = dword10 >> 9 & 7
        crypto = bool(self._about.fna & _HAS_CRYPTO)
        require(settings in {NO_ERASE, USER_DATA_ERASE} or (settings == CRYPTO_ERASE and crypto), Status.INVALID_FIELD)
        sizes = sector_sizes(self._drive)
        lba_format = dword10 & 0xF | dword10 >> 8 & 0x30
        require(lba_format < len(sizes) and not dword10 & 0x1F0, Status.INVALID_FORMAT)  # no metadata, no protection
        scope = self._scope(nsid, controller, erases=settings != NO_ERASE)
        if self._about.ignores_format or not scope:
            return
        for namespace in scope:
            namespace.incomplete = True
        self.state = Formatting(
            waiting=[namespace.nsid for namespace in scope],
            erases=settings != NO_ERASE,
            everything=len(scope) == len(list(self._namespaces)),
            sector_bytes=sizes[lba_format],
            seconds=self._about.format_seconds / len(scope),
        )
        self._next()

    def _scope(self, nsid: int, controller: int, *, erases: bool) -> list[Namespace]:
        """The namespaces that are concerned, by the attributes that the drive announces."""
        if nsid == BROADCAST:
            require(not self._about.fna & _NO_BROADCAST, Status.INVALID_FIELD)
            named = self._namespaces.of(controller)
        else:
            named = [self._namespaces.active(nsid, controller)]
        reaches_all = self._about.fna & (_ERASES_ALL if erases else _FORMATS_ALL)
        return list(self._namespaces) if reaches_all else named

    def _next(self) -> None:
        namespace = self._namespaces.allocated(self.state.waiting[0])
        last = len(self.state.waiting) == 1
        job = Erase(what=JOB, start=namespace.start, end=namespace.start, seconds=self.state.seconds)
        job.erased = deallocated(self._about).value
        if self.state.erases:
            job.end = namespace.end
            # What has no address belongs to nobody in particular: it goes where no namespace is left out.
            job.spare = last and self.state.everything
        self._eraser.start(job)

    def settle(self) -> bool:
        """See what has become of it, and go on with the next; the eraser must have settled before. True where
        something has changed."""
        changed = False
        while self.running and not (self._eraser.job.what == JOB and self._eraser.job.running):
            changed = True
            if self.failed:
                self.state.waiting = []
                break
            self._formatted(self._namespaces.allocated(self.state.waiting.pop(0)))
            if self.running:
                self._next()
        return changed

    def _formatted(self, namespace: Namespace) -> None:
        namespace.incomplete = False
        namespace.sector_bytes = self.state.sector_bytes
        if not self.state.erases and self._about.format_deallocates:
            self._cells.unmap(namespace.start, namespace.end)

    def abandon(self) -> None:
        """At power-on: what was cut off is not taken up, and its namespaces stay out of use."""
        self.state.waiting = []
        if self._eraser.job.what == JOB and self._eraser.job.running:
            self._eraser.close(Outcome.FAILED)
