"""Displays' descriptions of our own making, byte by byte."""

HEADER = bytes.fromhex("00ffffffffffff00")
BLOCK = 128


def summed(block: bytes | bytearray) -> bytes:
    """The block, filled up to its length, with the checksum that makes it whole."""
    body = bytes(block[: BLOCK - 1]).ljust(BLOCK - 1, b"\0")
    return body + bytes([-sum(body) % 256])


def timing(width: int, height: int, mm: tuple[int, int] = (0, 0), *, interlaced: bool = False) -> bytes:
    """A detailed timing of 18 bytes, at about 60 Hz. Of an interlaced one, `height` is a field's."""
    wide, high = mm
    across, down = 160, 40  # what passes beside and below the picture
    clock = min((width + across) * (height + down) * 60 // 10_000, 0xFFFF)
    parts = [
        *clock.to_bytes(2, "little"),
        *(width & 0xFF, across, width >> 8 << 4),
        *(height & 0xFF, down, height >> 8 << 4),
        *(48, 32, 3 << 4 | 5, 0),
        *(wide & 0xFF, high & 0xFF, wide >> 8 << 4 | high >> 8),
        *(0, 0, 0x9A if interlaced else 0x1A),
    ]
    return bytes(parts)


def text(tag: int, content: str | bytes) -> bytes:
    """A display descriptor: 0xFC the name, 0xFE free text, 0xFF the serial number."""
    raw = content.encode("latin-1") if isinstance(content, str) else content
    return bytes([0, 0, 0, tag, 0]) + (raw + b"\n").ljust(13)[:13]


def base(
    *parts: bytes, maker: str = "DEL", product: int = 0x1742, number: int = 0, week: int = 10, year: int = 2016,
    revision: int = 4, cm: tuple[int, int] = (48, 27), first_is_native: bool = True, established: bytes = b"\0\0\0",
    standard: bytes = b"\1\1" * 8,
) -> bytearray:  # fmt: skip
    """A first block with up to four descriptors, without its checksum."""
    block = bytearray(BLOCK)
    block[:8] = HEADER
    letters = 0
    for letter in maker:
        letters = letters << 5 | (ord(letter) - 64)
    block[8:10] = letters.to_bytes(2, "big")
    block[10:12] = product.to_bytes(2, "little")
    block[12:16] = number.to_bytes(4, "little")
    block[16], block[17], block[18], block[19] = week, year - 1990, 1, revision
    block[20], block[21], block[22] = 0x80, *cm
    block[24] = 0x02 if first_is_native else 0
    block[35:38], block[38:54] = established, standard
    for number, part in enumerate(parts):
        block[54 + 18 * number : 72 + 18 * number] = part
    return block


def monitor(*parts: bytes, extensions: tuple[bytes, ...] = (), **facts: object) -> bytes:
    """A whole description; without parts, that of a 21.6-inch monitor of 1920 x 1080 pixels."""
    block = base(*(parts or (timing(1920, 1080, (478, 269)),)), **facts)  # type: ignore[arg-type]
    block[126] = len(extensions)
    return summed(block) + b"".join(extensions)


def cta(*timings: bytes, blocks: bytes = b"", revision: int = 3) -> bytes:
    """A CTA-861 extension block with data blocks and detailed timings."""
    return summed(bytes([2, revision, 4 + len(blocks), 0]) + blocks + b"".join(timings))


def display_id(*blocks: bytes) -> bytes:
    """A DisplayID 1.2 section in an extension block."""
    body = b"".join(blocks)
    section = bytes([0x12, len(body), 0, 0]) + body
    return summed(b"\x70" + section + bytes([-sum(section) % 256]))


def data_block(tag: int, payload: bytes) -> bytes:
    """A DisplayID data block of revision 0."""
    return bytes([tag, 0, len(payload)]) + payload


def type_one(width: int, height: int, *, preferred: bool = False) -> bytes:
    """A DisplayID detailed timing I: 20 bytes."""
    part = bytearray(20)
    part[3] = 0x80 if preferred else 0
    part[4:6], part[12:14] = (width - 1).to_bytes(2, "little"), (height - 1).to_bytes(2, "little")
    return bytes(part)
