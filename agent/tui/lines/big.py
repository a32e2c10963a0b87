"""Letters large enough to be read across a workshop, drawn with the half blocks of the console's font.

A point of a letter is one column wide and half a row high, which is about square on every console.
"""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

_BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}

# Seven rows of points each, from the top; a row of n points is a number of n binary digits, written as #.
_SHAPES = {
    "A": ".##. #..# #..# #### #..# #..# #..#", "B": "###. #..# #..# ###. #..# #..# ###.",
    "C": ".### #... #... #... #... #... .###", "D": "###. #..# #..# #..# #..# #..# ###.",
    "E": "#### #... #... ###. #... #... ####", "F": "#### #... #... ###. #... #... #...",
    "G": ".### #... #... #.## #..# #..# .###", "H": "#..# #..# #..# #### #..# #..# #..#",
    "I": "### .#. .#. .#. .#. .#. ###", "J": "..## ...# ...# ...# ...# #..# .##.",
    "K": "#..# #.#. ##.. #... ##.. #.#. #..#", "L": "#... #... #... #... #... #... ####",
    "M": "#...# ##.## #.#.# #.#.# #...# #...# #...#", "N": "#..# ##.# ##.# #.## #.## #..# #..#",
    "O": ".##. #..# #..# #..# #..# #..# .##.", "P": "###. #..# #..# ###. #... #... #...",
    "Q": ".##. #..# #..# #..# #..# #.## .###", "R": "###. #..# #..# ###. ##.. #.#. #..#",
    "S": ".### #... #... .##. ...# ...# ###.", "T": "##### ..#.. ..#.. ..#.. ..#.. ..#.. ..#..",
    "U": "#..# #..# #..# #..# #..# #..# .##.", "V": "#...# #...# #...# #...# .#.#. .#.#. ..#..",
    "W": "#...# #...# #...# #.#.# #.#.# ##.## #...#", "X": "#...# #...# .#.#. ..#.. .#.#. #...# #...#",
    "Y": "#...# #...# .#.#. ..#.. ..#.. ..#.. ..#..", "Z": "#### ...# ..#. .#.. #... #... ####",
    "0": ".##. #..# #.## #### ##.# #..# .##.", "1": ".#. ##. .#. .#. .#. .#. ###",
    "2": ".##. #..# ...# ..#. .#.. #... ####", "3": "###. ...# ...# .##. ...# ...# ###.",
    "4": "..## .#.# #..# #### ...# ...# ...#", "5": "#### #... ###. ...# ...# #..# .##.",
    "6": ".##. #... #... ###. #..# #..# .##.", "7": "#### ...# ..#. ..#. .#.. .#.. .#..",
    "8": ".##. #..# #..# .##. #..# #..# .##.", "9": ".##. #..# #..# .### ...# ...# .##.",
    "-": "... ... ... ### ... ... ...", "_": ".... .... .... .... .... .... ####",
    ".": ". . . . . # #", "/": "...# ...# ..#. ..#. .#.. #... #...",
    ":": ". # # . # # .", "'": "# # . . . . .", " ": ".. .. .. .. .. .. ..",
}  # fmt: skip
# Above a letter, with a row of air below.
_MARKS = {
    "\u0300": ".#.. ..#. ....",
    "\u0301": "..#. .#.. ....",
    "\u0302": ".##. #..# ....",
    "\u0308": "#..# .... ....",
}
_CEDILLA = "\u0327"


def drawable(text: str) -> bool:
    """Whether there is a letter for each character; small ones are drawn as capitals."""
    try:
        return bool(_letters(_parts(text)))
    except KeyError:
        return False


class Scale(NamedTuple):
    """How large a point is drawn: columns wide, half rows high."""

    wide: int
    high: int


SCALES = (Scale(4, 4), Scale(3, 3), Scale(2, 2), Scale(1, 2), Scale(1, 1))
"""From the largest. The smallest letters are three and a half rows high: on a laptop's panel of 25 rows 2.4 cm, and
letters are read from two hundred times their height."""


def columns(text: str, scale: Scale) -> int:
    """How wide the text gets."""
    return max(map(len, _points(text, scale)))


def rows(text: str, scale: Scale) -> int:
    """How many rows of the terminal it takes."""
    return (len(_points(text, scale)) + 1) // 2


def big(text: str, scale: Scale) -> list[str]:
    """The text as rows of blocks. Raises KeyError for what has no letter."""
    points = _points(text, scale)
    if len(points) % 2:
        points = [*points, "." * len(points[0])]
    return [
        "".join(_BLOCKS[high == "#", low == "#"] for high, low in zip(top, bottom, strict=True))
        for top, bottom in zip(points[::2], points[1::2], strict=True)
    ]


def _parts(text: str) -> str:
    return unicodedata.normalize("NFD", text.upper())


@lru_cache(256)
def _points(text: str, scale: Scale) -> list[str]:
    """Rows of points, with an empty column or two between two letters: they stand closer when they are larger."""
    letters = _letters(_parts(text))
    height = max(map(len, letters))
    letters = [["." * len(letter[0])] * (height - len(letter)) + letter for letter in letters]
    between = "." * max(1, scale.wide - 1)
    return [
        between.join("".join(point * scale.wide for point in letter[row]) for letter in letters)
        for row in range(height)
        for _ in range(scale.high)
    ]


def _letters(parts: str) -> list[list[str]]:
    letters: list[list[str]] = []
    for char in parts:
        if char in _MARKS and letters:
            above = [row[: len(letters[-1][0])].ljust(len(letters[-1][0]), ".") for row in _MARKS[char].split()]
            letters[-1] = above + letters[-1]
        elif char in _SHAPES:
            letters.append(_SHAPES[char].split())
        elif char != _CEDILLA:  # what that changes is not seen from afar
            raise KeyError(char)
    return letters
