"""What a drive told when it was asked itself, put into its entry of the inventory.

The answer is the JSON form of sanitize.firmware.About, made by the drive's worker. It rests on what a drive's firmware
says, so it is checked and bounded like everything else that hardware says.
"""

from collections.abc import Mapping

from pydantic import ConfigDict, Field, ValidationError

from agent.inventory.own_word import another
from agent.model.base import Bytes, Model, Text
from agent.model.inventory import Drive, EraseOffer, HiddenArea
from agent.model.message import Message
from agent.model.words import Transport

_MOST = 64
"""More entries than any real drive has in one list."""

_SAME_SIZE = frozenset({Transport.ATA, Transport.SCSI, Transport.MMC, Transport.NVME})
"""Where the drive's own size is the kernel's; USB adapters keep sectors for themselves."""


class _Said(Model):
    serial: Text | None = None
    model: Text | None = None
    size_bytes: Bytes | None = None


class _Answer(Model):
    model_config = ConfigDict(extra="ignore")

    said: _Said | None = None
    offers: list[EraseOffer] = Field(default=[], max_length=_MOST)
    frozen: bool = False
    locked: bool = False
    shadowed: bool = False
    psid_revert: bool = False
    hidden: list[HiddenArea] = Field(default=[], max_length=_MOST)
    native_size_bytes: Bytes | None = None
    untouched: list[Message] = Field(default=[], max_length=_MOST)
    leftover_password: bool = False


def _comparable(drive: Drive, said: _Said) -> _Said:
    return said if drive.transport in _SAME_SIZE else said.model_copy(update={"size_bytes": None})


def with_answer(drive: Drive, answer: Mapping[str, object]) -> Drive:
    """The drive with what it told. One that says it is another than the kernel says gets an obstacle.

    An answer that cannot be read counts as none: then `firmware_asked` stays False.
    """
    try:
        told = _Answer.model_validate(answer)
    except ValidationError:
        return drive
    said = told.said
    # A USB adapter has a serial number and a model of its own, so behind one a difference says nothing.
    other = None if said is None or drive.transport is Transport.USB else another(drive, _comparable(drive, said))
    return drive.model_copy(
        update={
            "firmware_asked": True,
            "obstacles": [*drive.obstacles, *([other] if other else [])],
            "erase_offers": told.offers,
            "hidden_areas": told.hidden,
            "native_size_bytes": told.native_size_bytes,
            "untouched": told.untouched,
            "frozen": told.frozen,
            "locked": told.locked,
            "shadowed": told.shadowed,
            "psid_revert": told.psid_revert,
            "leftover_password": told.leftover_password,
        }
    )
