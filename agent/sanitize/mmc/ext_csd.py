"""EXT_CSD, the register in which an eMMC device tells of itself (JESD84-B51, 7.4), as far as erasing needs it."""

from dataclasses import dataclass
from typing import Self

from agent.model.message import Message, say
from agent.model.ports import MmcPort, NoAnswer

SECTOR = 512
"""Bytes: the unit of addresses of all devices above 2 GB."""
_BOOT_UNIT = 128 * 1024
_GROUP_UNIT = 512 * 1024
_TIMEOUT_UNIT = 0.3
"""Seconds: of ERASE_TIMEOUT_MULT, for one erase group (7.4.37)."""
_ANSWER_SECONDS = 10.0
_SECURE_ERASE, _TRIM, _SANITIZE = 1 << 0, 1 << 4, 1 << 6
"""SEC_FEATURE_SUPPORT: SECURE_ER_EN, SEC_GB_CL_EN, SEC_SANITIZE."""


@dataclass(frozen=True)
class ExtCsd:
    raw: bytes

    @classmethod
    def read(cls, port: MmcPort) -> Self:
        """Raises NoAnswer, OSError."""
        raw = port.ext_csd(_ANSWER_SECONDS)
        if len(raw) != 512:
            raise NoAnswer("the card sent a part of EXT_CSD")
        return cls(raw)

    @property
    def sectors(self) -> int:
        """Of the user area (SEC_COUNT); 0 for devices up to 2 GB, which count bytes and are none of ours."""
        return self._number(212, 4)

    @property
    def sanitizes(self) -> bool:
        return bool(self.raw[231] & _SANITIZE) and self.sectors > 0

    @property
    def trims_securely(self) -> bool:
        needed = _SECURE_ERASE | _TRIM
        return self.raw[231] & needed == needed and self.sectors > 0

    @property
    def group_bytes(self) -> int:
        """An erase group of high capacity (HC_ERASE_GRP_SIZE)."""
        return max(self.raw[224], 1) * _GROUP_UNIT

    def erase_seconds(self, sectors: int) -> float | None:
        """The longest that an erase of so many sectors may take, as announced; None where it is not."""
        return self._seconds(sectors, self.raw[223])

    def secure_trim_seconds(self, sectors: int) -> float | None:
        """The same for both steps of a secure trim (SEC_TRIM_MULT)."""
        return self._seconds(sectors, self.raw[223] * self.raw[229])

    @property
    def untouched(self) -> tuple[Message, ...]:
        """Partitions with addresses of their own, which no erase of the user area reaches (7.2, 7.4.84)."""
        boot, rpmb = 2 * self.raw[226] * _BOOT_UNIT, self.raw[168] * _BOOT_UNIT
        more = 0
        if self.raw[155] & 1:  # PARTITION_SETTING_COMPLETED: the sizes below are real
            unit = self.raw[221] * self.raw[224] * _GROUP_UNIT
            more = unit * sum(self._number(at, 3) for at in range(143, 155, 3))  # GP_SIZE_MULT
        found = []
        if boot:
            found.append(say("The boot partitions of the eMMC ({size:bytes}) were not erased.", size=boot))
        if rpmb:
            found.append(say("The protected memory (RPMB) of the eMMC ({size:bytes}) was not erased.", size=rpmb))
        if more:
            found.append(say("Further partitions of the eMMC ({size:bytes}) were not erased.", size=more))
        return tuple(found)

    def _number(self, at: int, length: int) -> int:
        return int.from_bytes(self.raw[at : at + length], "little")

    def _seconds(self, sectors: int, factor: int) -> float | None:
        groups = -(-sectors * SECTOR // self.group_bytes)
        return groups * factor * _TIMEOUT_UNIT if factor else None
