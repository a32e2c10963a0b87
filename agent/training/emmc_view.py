"""What a host reads out of an eMMC device: who it is, how large, what it cannot reach. Untested on hardware."""

import struct

from agent.model.message import say
from agent.sanitize.medium import Coverage, Identity
from agent.training.description import Description
from agent.training.emmc import EmmcFirmware
from agent.training.emmc_about import BOOT_UNIT
from agent.training.emmc_csd import SECTOR


class EmmcView:
    """The device through its EXT_CSD; serial and model stand in its CID. All raise OSError as the firmware does."""

    def __init__(self, drive: Description, firmware: EmmcFirmware) -> None:
        self._drive = drive
        self._firmware = firmware

    def identity(self) -> Identity:
        return Identity(
            serial=self._firmware.said_serial or None,
            model=self._drive.model or None,
            size_bytes=_sectors(self._ext_csd()) * SECTOR,
        )

    def coverage(self) -> Coverage:
        """The boot partitions and the RPMB have addresses of their own: no erase of the user area reaches them."""
        block = self._ext_csd()
        boot, rpmb = 2 * block[226] * BOOT_UNIT, block[168] * BOOT_UNIT
        untouched = []
        if boot:
            untouched.append(say("The boot partitions of the eMMC ({size:bytes}) were not erased.", size=boot))
        if rpmb:
            untouched.append(say("The protected memory (RPMB) of the eMMC ({size:bytes}) was not erased.", size=rpmb))
        return Coverage(native_size_bytes=self._firmware.native_bytes, untouched=tuple(untouched))

    def smart(self) -> None:
        """smartctl knows no eMMC."""

    def _ext_csd(self) -> bytes:
        """As Linux has read it at the start: nobody waits for a busy device."""
        with self._firmware.at_any_time():
            self._firmware.require_answer()
            return self._firmware.ext_csd()


def _sectors(block: bytes) -> int:
    return int(struct.unpack_from("<I", block, 212)[0])
