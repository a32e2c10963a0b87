"""What the journal holds of one drive's erase: enough for another worker to take it up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agent.model.inventory import Drive
from agent.model.sanitization import DriveIdentity
from agent.sanitize.firmware import Record
from agent.sanitize.plan import identity

_SIZES = ("size_bytes", "native_size_bytes", "before_bytes", "native_bytes")
"""Keys under which records tell a size of the whole drive, before and after a hidden area is removed."""

_LAST_COUNTS = ("offset", "step")


@dataclass(frozen=True)
class Memory:
    """The checkpoints of an erase, oldest first. Empty: nothing was begun."""

    records: tuple[Record, ...] = ()

    def with_record(self, record: Record) -> "Memory":
        """Of the offsets and the marks of one step only the last ones count, so that days of overwriting stay short."""
        kept = self.records
        if record.get("kind") in _LAST_COUNTS:
            kept = tuple(each for each in kept if _name(each) != _name(record))
        return Memory((*kept, record))

    def can_do_without(self, record: Record) -> bool:
        """Whether losing this record, which follows what is held here, costs time at most: an erase that was cut off
        is then taken up at an earlier place. Every other one precedes something that cannot be taken back."""
        match record:
            case {"kind": "offset", "number": number, "pass": index}:
                return any(
                    (each.get("kind"), each.get("number"), each.get("pass")) == ("offset", number, index)
                    for each in self.records
                )
            case {"kind": "step_done" | "password_removal"}:
                return bool(self.records)
        return False

    def sizes(self, confirmed_bytes: int) -> frozenset[int]:
        """The sizes that the drive may say now: a hidden area that was removed for a while may be back, or not."""
        places = [place for record in self.records for place in (record, record.get("identity"))]
        told = [place.get(name) for place in places if isinstance(place, Mapping) for name in _SIZES]
        return frozenset({confirmed_bytes, *(size for size in told if isinstance(size, int) and size > 0)})

    @property
    def password_set(self) -> bool:
        """A password of ours may stand on the drive."""
        return any(record.get("kind") == "password" for record in self.records)

    @property
    def bad_places(self) -> int:
        """How many could not be written, as the newest offset has them."""
        failed = [each.get("failed") for each in self.records if each.get("kind") == "offset"]
        return len(failed[-1]) if failed and isinstance(failed[-1], list) else 0

    def is_same(self, confirmed: DriveIdentity, found: DriveIdentity) -> bool:
        """Whether these are one drive. Without a serial number only the kernel knows, while the drive stays plugged."""
        if confirmed.serial is None:
            return found == confirmed
        return (
            (found.serial, found.model, found.transport) == (confirmed.serial, confirmed.model, confirmed.transport)
            and (found.simulated, found.virtual) == (confirmed.simulated, confirmed.virtual)
            and found.size_bytes in self.sizes(confirmed.size_bytes)
        )

    def find(self, confirmed: DriveIdentity, drives: Iterable[Drive]) -> DriveIdentity | None:
        """The drive among those that are there now; None also where two say that they are it."""
        same = [found for drive in drives if self.is_same(confirmed, found := identity(drive))]
        return same[0] if len(same) == 1 else None


def _name(record: Record) -> tuple[object, object]:
    return record.get("kind"), record.get("number")
