"""Text as a terminal shows it: harmless, measured in cells, and divided into lines without losing a letter.

A cell is the place of one Latin letter; letters of East Asian width W or F (Unicode, annex 11) take two. What has
no sure width of its own (combining marks, lone Hangul vowels and finals) is put into the letter before it or left out.
"""

import re
import unicodedata

from agent.model.text import clean

_LONGEST = 2000
"""Characters of one value: far more than any sentence with 500-character values has."""
_TIED = re.compile(r"(?<=\d) (?=(?:[kMGTP]i?)?[oB]\b|min\b|s\b|h\b|[GM]Hz|[GM]bit|Wh\b|%|°)| (?=[:;!?»×·])|(?<=[«×]) ")
"""Spaces at which no line may end: between a number and its unit, and before French punctuation."""
_TIE = "\xa0"
# The console's font has Latin-9 and little more; catalogues and drives may well say these.
PLAINER = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‐": "-", "‑": "-", "…": "...", "→": "->"}
)
_UNSURE = re.compile("[\u1160-\u11ff\u3164\ud7b0-\ud7fb\uffa0]")
"""Hangul vowels and finals, which join the letter before them, and fillers, which show nothing."""


def plain(text: str) -> str:
    """The text as one printable line of letters whose width is sure; no control or escape character is left."""
    folded = unicodedata.normalize("NFC", clean(text, _LONGEST).translate(PLAINER))
    if folded.isascii():
        return folded
    return "".join(char for char in _UNSURE.sub("", folded) if unicodedata.category(char)[0] != "M")


def cells(text: str) -> int:
    """How many cells a text takes that `plain` has made."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def padded(text: str, width: int) -> str:
    """The text with spaces behind it, `width` cells wide; a longer one stays as it is."""
    return text + " " * (width - cells(text))


def tied(text: str) -> str:
    """The text with no-break spaces where no line may end."""
    return _TIED.sub(_TIE, text)


def unbroken(text: str) -> str:
    """The text for `wrapped`, which will not divide it where it has spaces."""
    return text.replace(" ", _TIE)


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells (at least 2); a word that is longer goes on in the next line."""
    lines: list[str] = []
    line = ""
    for word in tied(text).split(" "):
        longer = f"{line} {word}" if line else word
        if cells(longer) <= width:
            line = longer
            continue
        lines += [line] if line else []
        *full, line = _divided(word, width)
        lines += full
    return [part.replace(_TIE, " ") for part in [*lines, line]]


def _divided(word: str, width: int) -> list[str]:
    pieces = [""]
    room = width
    for char in word:
        wide = cells(char)
        if wide > room:
            pieces.append("")
            room = width
        pieces[-1] += char
        room -= wide
    return pieces
