"""Which level each way of erasing reaches: the one table that the plan and the evidence share. Light: no pydantic.

The levels are those of NIST SP 800-88 Rev. 2, section 3.1: *clear* by standard reads and writes over everything that a
host can address, *purge* by the drive's own sanitize commands, against recovery in a laboratory. Rev. 2 names no
commands; it refers to IEEE 2883-2022, and what ties the commands to purge are the command sets themselves (ACS-4
SANITIZE DEVICE, SBC-4 SANITIZE, NVMe 2.2 Annex A, JESD84-B51 SANITIZE). The table is *aligned with* those standards; it
does not claim to conform to them. Where they leave a choice, the lower level stands here: SECURITY ERASE UNIT, Format
NVM and FORMAT UNIT promise nothing of spare and reassigned blocks. The SANITIZE of an eMMC device is never seen at work
from Linux, and the erase that must come before it takes the marks of the canary away: nothing would show one that did
nothing, so it counts as *clear*.

A new encryption key proves nothing by itself: nobody can show of a donated drive that everything on it was encrypted
from its first day on (Rev. 2 counts cryptographic erase only then). It counts once a verified overwrite followed it.
"""

from types import MappingProxyType

from agent.model.words import Level, Method, Technique

_CLEAR, _PURGE = Level.CLEAR, Level.PURGE

LEVELS = MappingProxyType(
    {
        (Technique.OVERWRITE, None): _CLEAR,
        (Technique.ATA_SANITIZE, Method.BLOCK): _PURGE,
        (Technique.ATA_SANITIZE, Method.OVERWRITE): _PURGE,
        (Technique.ATA_SANITIZE, Method.CRYPTO): _PURGE,
        (Technique.ATA_SECURITY_ERASE, Method.ENHANCED): _CLEAR,
        (Technique.ATA_SECURITY_ERASE, Method.NORMAL): _CLEAR,
        (Technique.NVME_SANITIZE, Method.BLOCK): _PURGE,
        (Technique.NVME_SANITIZE, Method.OVERWRITE): _PURGE,
        (Technique.NVME_SANITIZE, Method.CRYPTO): _PURGE,
        (Technique.NVME_FORMAT, Method.USER_DATA): _CLEAR,
        (Technique.NVME_FORMAT, Method.CRYPTO): _CLEAR,
        (Technique.SCSI_SANITIZE, Method.BLOCK): _PURGE,
        (Technique.SCSI_SANITIZE, Method.OVERWRITE): _PURGE,
        (Technique.SCSI_SANITIZE, Method.CRYPTO): _PURGE,
        (Technique.SCSI_FORMAT, Method.USER_DATA): _CLEAR,
        (Technique.EMMC_SANITIZE, Method.BLOCK): _CLEAR,
        (Technique.EMMC_SANITIZE, Method.SECURE_TRIM): _CLEAR,
        (Technique.OPAL_REVERT, Method.CRYPTO): _CLEAR,
    }
)
"""Every way that Ordis knows, and the level that it reaches once it has succeeded and is verified. Those with a new
key reach theirs only together with the verified overwrite after them (see `crypto_only`)."""


def reaches(technique: Technique, method: Method | None = None) -> Level:
    """The level of one way. Raises KeyError for a pair that does not exist."""
    return LEVELS[technique, method]


def crypto_only(technique: Technique, method: Method | None = None) -> bool:  # noqa: ARG001 - named as everywhere
    """True where nothing but the key is gone: alone it is never clean, and counts only with a verified overwrite
    after it."""
    return method is Method.CRYPTO
