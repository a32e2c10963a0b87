"""What a self-encrypting drive (TCG Opal 2) is locked with, and what its firmware gets wrong: part of the description.

Untested on hardware: the behaviour comes from the Opal SSC and from what users of sedutil report.
"""

from dataclasses import dataclass
from enum import StrEnum

from agent.training import limits

_PSID = 32
"""Characters of a PSID at most; the labels of most makers have exactly as many."""


class RightPsid(StrEnum):
    """What the drive does when it is given the right PSID."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """It says that the PSID is wrong (sedutil#340, #476)."""
    MALFUNCTION = "malfunction"
    """It begins the session and breaks off (sedutil#475)."""
    EMPTY_ANSWER = "empty_answer"
    """It answers with nothing that sedutil can read (sedutil#113, #312)."""


@dataclass(frozen=True)
class OpalAbout:
    """By default there is nothing of the kind; with a PSID alone, the drive is as it leaves the factory: open."""

    psid: str = ""
    """As on the label, without dashes; capitals and digits. Empty: no self-encrypting drive."""
    locked: bool = False
    """A locking password is set, and the drive comes up locked."""
    locked_ranges: tuple[tuple[int, int], ...] = ()
    """What is locked then, as (first byte, bytes); none: the whole drive."""
    shadow_bytes: int = 0
    """MBR shadowing: so much from address 0 on reads as the boot image of the lock, and cannot be written."""
    tries: int = 5
    """Wrong PSIDs until the drive accepts none before the next power cycle."""
    right_psid: RightPsid = RightPsid.ACCEPTED
    keeps_data: bool = False
    """Says that the revert succeeded, and the old data are still readable (sedutil#267)."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "right_psid", RightPsid(self.right_psid))
        object.__setattr__(self, "locked_ranges", tuple((start, length) for start, length in self.locked_ranges))
        limits.text("opal.psid", self.psid, _PSID)
        if self.psid and (not self.psid.isalnum() or self.psid != self.psid.upper()):
            raise ValueError("opal.psid: capitals and digits expected")
        if not self.psid and (self.locked or self.shadow_bytes):
            raise ValueError("opal.psid: without one there are no locks")
        limits.flag("opal.locked", self.locked)
        limits.flag("opal.keeps_data", self.keeps_data)
        limits.whole("opal.tries", self.tries, 1, 1000)
        limits.whole("opal.shadow_bytes", self.shadow_bytes, 0, limits.MAX_SIZE, step=4096)
        for start, length in self.locked_ranges:
            limits.whole("opal.locked_ranges: first byte", start, 0, limits.MAX_SIZE, step=4096)
            limits.whole("opal.locked_ranges: bytes", length, 4096, limits.MAX_SIZE, step=4096)
