"""EXT_CSD of a simulated eMMC device (JEDEC JESD84-B51, 7.4). Untested on hardware."""

import struct

from agent.training.description import Description
from agent.training.emmc_about import GROUP_UNIT

LENGTH = 512
SECTOR = 512
"""Bytes: addresses and counts of eMMC above 2 GB are in sectors of this size."""
SANITIZE_START = 165
ERASE_GROUP_DEF = 175
"""1: erase groups as HC_ERASE_GRP_SIZE has them, which Linux sets when it finds the device."""
SECURE_ERASE, BAD_BLOCKS, TRIM, SANITIZE = 1 << 0, 1 << 2, 1 << 4, 1 << 6
"""SEC_FEATURE_SUPPORT: SECURE_ER_EN, SEC_BD_BLK_EN, SEC_GB_CL_EN, SEC_SANITIZE."""
TIMEOUT_UNIT = 0.3
"""Seconds: the unit of ERASE_TIMEOUT_MULT and TRIM_MULT."""
DISCARD_SINCE = 6
"""EXT_CSD_REV of version 4.5."""


def features(drive: Description) -> int:
    """SEC_FEATURE_SUPPORT."""
    about = drive.emmc
    return BAD_BLOCKS | about.secure_erase * SECURE_ERASE | about.trim * TRIM | about.sanitize * SANITIZE


def ext_csd(drive: Description, said_bytes: int) -> bytes:
    """The 512 bytes that SEND_EXT_CSD (CMD8) reads."""
    about = drive.emmc
    block = bytearray(LENGTH)
    numbers = {
        160: 0x07,  # PARTITIONING_SUPPORT
        168: about.rpmb_units,  # RPMB_SIZE_MULT
        ERASE_GROUP_DEF: 1,
        181: 0,  # ERASED_MEM_CONT: what is erased reads as zeros
        183: 2,  # BUS_WIDTH: 8 bits
        185: 3,  # HS_TIMING: HS400
        192: about.revision,
        194: 2,  # CSD_STRUCTURE
        196: 0x57,  # DEVICE_TYPE
        221: 1,  # HC_WP_GRP_SIZE
        222: 1,  # REL_WR_SEC_C
        223: about.erase_timeout_units,
        224: about.erase_group_units,
        226: about.boot_units,  # BOOT_SIZE_MULT
        228: 0x07,  # BOOT_INFO
        229: about.secure_factor,  # SEC_TRIM_MULT
        230: about.secure_factor,  # SEC_ERASE_MULT
        231: features(drive),
        232: about.erase_timeout_units,  # TRIM_MULT
        267: 1,  # PRE_EOL_INFO: normal
        268: min(drive.wear_percent // 10 + 1, 11),  # DEVICE_LIFE_TIME_EST_TYP_A: tenths used; 11: exceeded
        504: 1,  # S_CMD_SET
    }
    for at, number in numbers.items():
        block[at] = number
    struct.pack_into("<I", block, 212, said_bytes // SECTOR)  # SEC_COUNT
    block[254:262] = drive.firmware.ljust(8).encode("ascii")
    return bytes(block)


def group_bytes(drive: Description) -> int:
    """What erase and secure erase round to."""
    return drive.emmc.erase_group_units * GROUP_UNIT
