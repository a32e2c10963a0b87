"""Which ways to its firmware an open drive offers. Nothing but IDENTIFY DEVICE is ever sent to find out."""

import errno
import fcntl

from agent.host.passthrough.ata import BLOCK, Ata
from agent.host.passthrough.kernel import Ioctl
from agent.host.passthrough.mmc import Mmc
from agent.host.passthrough.nvme import Nvme
from agent.host.passthrough.sgio import Scsi
from agent.model.ports import AtaCommand, NoAnswer, Ports
from agent.model.words import Transport

_IDENTIFY_DEVICE = 0xEC
_IDENTIFY_SECONDS = 15
"""A sleeping disk spins up before it answers some bridges."""

# The driver behind this descriptor knows no SCSI commands, or none of this size.
_NOT_OFFERED = {errno.ENOTTY, errno.EINVAL, errno.EOPNOTSUPP}


def ports(descriptor: int, transport: Transport, ioctl: Ioctl = fcntl.ioctl) -> Ports:
    """The ports of the drive behind an open descriptor of the whole disk, which stays the caller's to close; nothing
    may be sent through them after that.

    `ata` only where a drive's own IDENTIFY DEVICE came back; behind a USB bridge that is the only port there is.
    Raises OSError (the drive is gone, or administrator rights are missing).
    """
    match transport:
        case Transport.ATA | Transport.USB:
            ata = Ata(Scsi(descriptor, ioctl), bridge=transport is Transport.USB)
            return Ports(ata=ata if _answers(ata) else None, bridge=ata.bridge)
        case Transport.SCSI:
            return Ports(scsi=Scsi(descriptor, ioctl))
        case Transport.NVME:
            return Ports(nvme=Nvme(descriptor, ioctl))
        case Transport.MMC:
            return Ports(mmc=Mmc(descriptor, ioctl))
    return Ports()


def _answers(ata: Ata) -> bool:
    for _ in range(2):  # the first command after a reset only gets told of the reset (UNIT ATTENTION)
        try:
            result = ata.data_in(AtaCommand(_IDENTIFY_DEVICE), 1, _IDENTIFY_SECONDS)
        except NoAnswer:
            continue
        except OSError as error:
            if error.errno in _NOT_OFFERED:
                return False
            raise
        return is_identify_data(result.data)
    return False


def is_identify_data(data: bytes) -> bool:
    """Whether these are the 512 bytes with which an ATA drive identifies itself (ACS-4, IDENTIFY DEVICE).

    A bridge that does not know the command gives nothing, zeros, or what was left in its buffer.
    """
    if len(data) != BLOCK:
        return False
    word = [int.from_bytes(data[at : at + 2], "little") for at in range(0, BLOCK, 2)]
    # An ATA device that knows LBA, and the fixed bits of a word 83 that is valid.
    if word[0] & 0x8000 or not word[49] & 0x0200 or word[83] >> 14 != 0b01:
        return False
    if word[255] & 0xFF == 0xA5:  # signature; the byte beside it makes the sum of all bytes 0
        return sum(data) % 256 == 0
    # Old drives have no checksum. Then the model must be text, and nothing around it: 28 bits count the sectors.
    model = data[54:94].strip(b" \0")
    return 0 < word[61] << 16 | word[60] <= 0x0FFF_FFFF and model != b"" and all(0x20 <= byte < 0x7F for byte in model)
