"""What an NVMe subsystem says of itself: the data of Identify (NVMe Base 2.0, 5.17), parsed.

Everything is hostile until parsed: what does not add up raises NoAnswer, since then nobody knows anything.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from agent.inventory.values import real
from agent.model.ports import NoAnswer, NvmeCommand, NvmePort, NvmeResult

IDENTIFY = 0x06
LENGTH = 4096
"""Bytes that Identify transfers, whatever it is asked for."""
SECONDS = 15.0
"""How long a controller may take to say who it is."""
MOST = 128
"""Namespaces of one drive that are looked at; drives offer one, servers' drives up to 128 (NN)."""

_NAMESPACE, _CONTROLLER, _ACTIVE, _ALLOCATED, _ALLOCATED_NAMESPACE, _ATTACHED_TO = 0x00, 0x01, 0x02, 0x10, 0x11, 0x12
"""CNS values."""
_INVALID_FIELD = 0x002
_FORMAT, _MANAGEMENT = 1 << 1, 1 << 3
"""Bits of OACS."""
_TELLS_FORMAT = 1 << 7
"""Bit of FPI, format progress indicator."""
_RPMB_UNIT = 128 * 1024
_ROUNDING = 1 << 20
"""Where the drive does not tell what each namespace takes (NVMCAP), total and sum may differ by less: namespaces
end with a whole block."""
_NO_DEALLOCATE_INHIBITED, _MODIFIES_MEDIA = 1 << 29, 0b10
_SMALLEST_BLOCK, _LARGEST_BLOCK = 9, 16
"""LBADS: the base-2 logarithm of a block's bytes, from 512 (the least that there is) to 64 KiB."""
_LARGEST = 1 << 62
"""Bytes; more than any drive has."""


@dataclass(frozen=True)
class Controller:
    """Identify Controller (CNS 01h)."""

    serial: str | None
    model: str | None
    sanicap: int
    fna: int
    formats: bool
    """Format NVM is there."""
    manages_namespaces: bool
    total_bytes: int
    """TNVMCAP; 0 where it is not told."""
    unallocated_bytes: int
    """UNVMCAP; 0 where it is not told."""
    namespaces: int
    """NN, the highest NSID."""
    rpmb_bytes: int
    """All replay protected memory blocks together."""
    boot_partitions: bool
    """It can write-protect boot partitions (BPCAP), so it has some. A controller without this may have them as well:
    the register that tells (CAP.BPS) is out of reach."""

    @property
    def keeps_mapped(self) -> bool:
        """A sanitize may be asked not to deallocate (SANICAP bit 29, NDI, is clear)."""
        return not self.sanicap & _NO_DEALLOCATE_INHIBITED

    @property
    def readable_after(self) -> bool:
        """Blocks that were erased and not deallocated are made readable again (SANICAP bits 31:30, NODMMAS, 10b)."""
        return self.sanicap >> 30 & 0b11 == _MODIFIES_MEDIA


@dataclass(frozen=True)
class Namespace:
    """Identify Namespace (CNS 00h or 11h)."""

    nsid: int
    blocks: int
    block_bytes: int
    format: int
    """Number of the LBA format in use."""
    extended: bool
    """Metadata, where there are any, stand at the end of each block."""
    protection: int
    """DPS, protection information: bits 2:0 type, bit 3 place."""
    capacity_bytes: int
    """NVMCAP: what is allocated to it; 0 where it is not told."""
    attached: bool
    """Some controller sees it, so a host can read it."""
    format_left: float
    """Which part of a format is still to be done, 0 … 1 (FPI); 0 as well where the drive does not tell it."""

    @property
    def size_bytes(self) -> int:
        return self.blocks * self.block_bytes


@dataclass(frozen=True)
class Subsystem:
    """One drive, whole."""

    controller: Controller
    namespaces: tuple[Namespace, ...]
    """All that are allocated, by NSID; where the drive cannot list those, all that are active."""

    @property
    def attached(self) -> tuple[Namespace, ...]:
        return tuple(one for one in self.namespaces if one.attached)

    @property
    def unattached(self) -> tuple[Namespace, ...]:
        return tuple(one for one in self.namespaces if not one.attached)

    @property
    def size_bytes(self) -> int:
        """What hosts can address now."""
        return sum(one.size_bytes for one in self.attached)

    @property
    def unallocated_bytes(self) -> int:
        """Capacity that no namespace has: as told, or as what the namespaces leave of the total, whichever is more."""
        taken = sum(max(one.capacity_bytes, one.size_bytes) for one in self.namespaces)
        left = max(0, self.controller.total_bytes - taken)
        exact = all(one.capacity_bytes for one in self.namespaces)
        return max(self.controller.unallocated_bytes, left if exact or left >= _ROUNDING else 0)

    @property
    def native_bytes(self) -> int:
        """Everything that hosts could reach."""
        return sum(one.size_bytes for one in self.namespaces) + self.unallocated_bytes


def read(port: NvmePort) -> Subsystem:
    """Ask the drive. Raises NoAnswer (also where the answer makes no sense), OSError."""
    controller = _controller(_ask(port, _CONTROLLER))
    active = set(_active(port, controller))
    allocated = list(_listed(_ask(port, _ALLOCATED))) if controller.manages_namespaces else sorted(active)
    if not active <= set(allocated):
        raise NoAnswer("the drive lists namespaces that it says it does not have")
    found = tuple(_one(port, nsid, active=nsid in active) for nsid in allocated)
    return Subsystem(controller, found)


def _one(port: NvmePort, nsid: int, *, active: bool) -> Namespace:
    if active:
        return _namespace(nsid, _ask(port, _NAMESPACE, nsid), attached=True)
    (controllers,) = struct.unpack_from("<H", _ask(port, _ATTACHED_TO, nsid))
    return _namespace(nsid, _ask(port, _ALLOCATED_NAMESPACE, nsid), attached=controllers > 0)


def _active(port: NvmePort, controller: Controller) -> list[int]:
    """NSIDs of the active namespaces. Drives from before NVMe 1.1 have no list: there each is asked for."""
    result = _send(port, _ACTIVE)
    if result.succeeded:
        return list(_listed(_whole(result)))
    if result.status != _INVALID_FIELD:
        raise NoAnswer(f"the drive does not list its namespaces (status {result.status:#x})")
    numbers = range(1, min(controller.namespaces, MOST) + 1)
    return [nsid for nsid in numbers if any(_ask(port, _NAMESPACE, nsid)[:8])]


def _listed(block: bytes) -> Iterator[int]:
    """The NSIDs of a list, which ascend and end with the first 0. Raises NoAnswer."""
    last = 0
    for (nsid,) in struct.iter_unpack("<I", block[: 4 * (MOST + 1)]):
        if nsid == 0:
            return
        if not last < nsid < 0xFFFFFFFF:
            raise NoAnswer("the drive's list of namespaces makes no sense")
        last = nsid
        yield nsid
    raise NoAnswer(f"the drive has more than {MOST} namespaces")


def _controller(block: bytes) -> Controller:
    oacs, sanicap, namespaces, rpmb = (
        struct.unpack_from(kind, block, at)[0] for kind, at in (("<H", 256), ("<I", 328), ("<I", 516), ("<I", 312))
    )
    if block[111] > 1:  # CNTRLTYPE: 0 is not told, 1 an I/O controller; all others have no data of their own
        raise NoAnswer("this is no controller of a drive")
    return Controller(
        serial=real(block[4:24]),
        model=real(block[24:64]),
        sanicap=sanicap,
        fna=block[524],
        formats=bool(oacs & _FORMAT),
        manages_namespaces=bool(oacs & _MANAGEMENT),
        total_bytes=_bytes(block, 280),
        unallocated_bytes=_bytes(block, 296),
        namespaces=namespaces,
        # RPMBS: bits 2:0 how many, bits 23:16 units of 128 KiB of each, less one.
        rpmb_bytes=(rpmb & 0b111) * ((rpmb >> 16 & 0xFF) + 1) * _RPMB_UNIT,
        boot_partitions=bool(block[102] & 0b111),
    )


def _namespace(nsid: int, block: bytes, *, attached: bool) -> Namespace:
    (blocks,) = struct.unpack_from("<Q", block)
    flbas, highest = block[26], block[25]
    # Bits 6:5 mean something only where there are more than 16 formats (Base 2.0, figure 97).
    number = flbas & 0xF | (flbas >> 5 & 0b11) << 4 if highest > 0xF else flbas & 0xF
    exponent = block[128 + 4 * number + 2]
    if number > highest or not _SMALLEST_BLOCK <= exponent <= _LARGEST_BLOCK or not 0 < blocks << exponent < _LARGEST:
        raise NoAnswer(f"what the drive says of its namespace {nsid} makes no sense")
    return Namespace(
        nsid=nsid,
        blocks=blocks,
        block_bytes=1 << exponent,
        format=number,
        extended=bool(flbas & 0x10),
        protection=block[29] & 0xF,
        capacity_bytes=_bytes(block, 48),
        attached=attached,
        format_left=min(1.0, (block[32] & 0x7F) / 100) if block[32] & _TELLS_FORMAT else 0.0,
    )


def _bytes(block: bytes, at: int) -> int:
    """A capacity of 16 bytes. Raises NoAnswer."""
    found = int.from_bytes(block[at : at + 16], "little")
    if found >= _LARGEST:
        raise NoAnswer("the capacity that the drive tells makes no sense")
    return found


def _ask(port: NvmePort, cns: int, nsid: int = 0) -> bytes:
    result = _send(port, cns, nsid)
    if not result.succeeded:
        raise NoAnswer(f"the drive does not identify itself (CNS {cns:02X}h, status {result.status:#x})")
    return _whole(result)


def _send(port: NvmePort, cns: int, nsid: int = 0) -> NvmeResult:
    return port.admin(NvmeCommand(IDENTIFY, nsid, cdw10=cns), LENGTH, SECONDS)


def _whole(result: NvmeResult) -> bytes:
    if len(result.data) != LENGTH:
        raise NoAnswer("the drive's answer was cut off")
    return result.data
