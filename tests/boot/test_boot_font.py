"""The console's font: our characters in the places of others, nothing else changed."""

import gzip
import struct

import font
import pytest

from agent.tui.charset import ALLOWED, BLOCKS, SIGNS


def made(width: int, height: int) -> font.Font:
    """A font of 256 glyphs with all that the screen shows and all that is given up; each glyph is its own number."""
    chars = sorted(ALLOWED - set(font.DRAWN) | set(font.GIVEN_UP))
    means = [[char] for char in chars] + [[] for _ in range(256 - len(chars))]
    size = (width + 7) // 8 * height
    return font.Font(width, height, [bytes([place]) * size for place in range(256)], means)


def psf1(one: font.Font) -> bytes:
    table = b"".join(struct.pack(f"<{len(c)}H", *map(ord, c)) + b"\xff\xff" for c in ("".join(m) for m in one.means))
    return gzip.compress(b"\x36\x04\x02" + bytes([one.height]) + b"".join(one.glyphs) + table)


@pytest.mark.parametrize(("width", "height"), [(8, 16), (12, 24), (16, 32)])
def test_every_character_of_the_screen_keeps_its_glyph(width: int, height: int) -> None:
    before, after = made(width, height), font.ours(made(width, height))
    assert len(after.glyphs) == 256
    assert all(len(glyph) == len(before.glyphs[0]) for glyph in after.glyphs)
    for char in ALLOWED - set(font.ALSO) - set(font.DRAWN):
        assert after.glyphs[after.place_of(char)] == before.glyphs[before.place_of(char)], char
    for char, like in font.ALSO.items():
        assert after.place_of(char) == after.place_of(like)


def test_blocks_and_signs_of_the_screen_are_drawn_or_in_the_font_that_ours_is_made_from() -> None:
    assert set(BLOCKS + SIGNS) - set(font.DRAWN) <= set("█←↑→↓")  # Lat15 has these


def test_what_is_drawn() -> None:
    after = font.ours(made(8, 16))
    glyph = {char: after.glyphs[after.place_of(char)] for char in font.DRAWN}
    assert glyph["▀"] == b"\xff" * 8 + b"\0" * 8
    assert glyph["▄"] == b"\0" * 8 + b"\xff" * 8
    assert glyph["▌"] == b"\xf0" * 16
    filled = [sum(row.bit_count() for row in glyph[char]) for char in "▁▂▃▄▅▆▇"]
    assert filled == [16, 32, 48, 64, 80, 96, 112]
    assert all(any(glyph[char]) for char in "✓✗–")
    assert len(font.DRAWN) <= len(font.GIVEN_UP)


@pytest.mark.parametrize(("width", "height"), [(8, 16), (12, 24), (16, 32)])
def test_what_is_packed_is_read_back(width: int, height: int) -> None:
    one = font.ours(made(width, height))
    again = font.read(gzip.compress(font.packed(one)))
    assert again == one


def test_the_older_format() -> None:
    one = made(8, 16)
    assert font.read(psf1(one)) == one
    with pytest.raises(ValueError, match="PC Screen Font"):
        font.read(gzip.compress(b"something else"))
