"""Where the keys of a keyboard stand, how wide they are, and what is short enough to stand on each.

Widths are in keys: a letter's is 1. ISO 9995-1 keyboards have a key beside the left Shift and an Enter of two rows;
American ones (ANSI INCITS 154) have neither.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from agent.manual.layouts import ISO_KEY, has_pad, layout

MAIN_KEYS, BESIDE_KEYS, PAD_KEYS = 15.0, 3.0, 4.0
_APART = 0.5
WIDTH = MAIN_KEYS + _APART + BESIDE_KEYS
"""Of the main block and what stands beside it."""

_Row = list[tuple[int | None, float]]
"""Codes with their widths, from the left; None: nothing is there."""

_ENTER, _BACKSLASH = 28, 43


def _ones(*codes: int | None) -> _Row:
    return [(code, 1.0) for code in codes]


_FUNCTION: _Row = [(1, 1.5), *((code, 1.125) for code in (*range(59, 69), 87, 88))]
_DIGITS: _Row = [*_ones(41, *range(2, 14)), (14, 2.0)]
_LETTERS = {
    True: [[(15, 1.5), *_ones(*range(16, 28)), (_ENTER, 1.5)],
           [(58, 1.75), *_ones(*range(30, 41), _BACKSLASH), (_ENTER, 1.25)],
           [(42, 1.25), *_ones(ISO_KEY, *range(44, 54)), (54, 2.75)]],
    False: [[(15, 1.5), *_ones(*range(16, 28)), (_BACKSLASH, 1.5)],
            [(58, 1.75), *_ones(*range(30, 41)), (_ENTER, 2.25)],
            [(42, 2.25), *_ones(*range(44, 54)), (54, 2.75)]],
}  # fmt: skip
"""Below the digits, with the ISO key and without."""
_SPACE: _Row = [(29, 1.25), (125, 1.25), (56, 1.25), (57, 6.25), (100, 1.25), (None, 1.25), (127, 1.25), (97, 1.25)]
_BESIDE: list[_Row] = [_ones(99, 70, 119), _ones(110, 102, 104), _ones(111, 107, 109), [], _ones(None, 103),
                       _ones(105, 108, 106)]  # fmt: skip
_PAD: list[_Row] = [_ones(69, 98, 55, 74), _ones(71, 72, 73, 78), _ones(75, 76, 77, 78), _ones(79, 80, 81, 96),
                    [(82, 2.0), *_ones(83, 96)]]  # fmt: skip

_SHORT = {
    103: "↑", 105: "←", 108: "↓", 106: "→", 14: "←", 104: "Pg↑", 109: "Pg↓", 119: "Pau", 69: "Num", 96: "Ent",
    29: "Ctrl", 97: "Ctrl", 125: "Win", 56: "Alt", 127: "Menu",
    98: "/", 55: "*", 74: "-", 78: "+", 71: "7", 72: "8", 73: "9", 75: "4", 76: "5", 77: "6", 79: "1", 80: "2", 81: "3",
    82: "0", 83: ".",
}  # fmt: skip
_SHORT_IN = {
    "azerty": {28: "Entr", 58: "Verr", 42: "Maj", 54: "Maj", 111: "Sup", 110: "Ins", 102: "Déb", 107: "Fin", 99: "Imp",
               70: "Arr"},
    "qwerty": {58: "Caps", 42: "Shft", 54: "Shift", 86: "\\", 100: "AltG", 111: "Del", 102: "Hom", 99: "Prt",
               70: "Scr"},
}  # fmt: skip


@dataclass(frozen=True)
class Cap:
    """One key as it is drawn: from which column on, and how many of them; the last one is for its sign."""

    code: int
    left: int
    columns: int
    legend: str


def main_rows(name: str, felt: frozenset[int], unit: int) -> list[list[Cap]]:
    """The main block and what stands beside it, from the top; `unit` is the columns of a letter's key."""
    iso = ISO_KEY in layout(name).required or ISO_KEY in felt
    rows = [_FUNCTION, _DIGITS, *_LETTERS[iso], _SPACE]
    beside = MAIN_KEYS + _APART
    return [
        [*_caps(name, row, 0, unit), *_caps(name, other, beside, unit)]
        for row, other in zip(rows, _BESIDE, strict=True)
    ]


def pad_rows(name: str, felt: frozenset[int], unit: int) -> list[list[Cap]]:
    """The numeric block at the right edge; empty where none has shown itself."""
    left = WIDTH - PAD_KEYS
    return [list(_caps(name, row, left, unit)) for row in _PAD] if has_pad(felt) else []


def _caps(name: str, row: _Row, left: float, unit: int) -> Iterator[Cap]:
    for code, width in row:
        begin, end = round(left * unit), round((left + width) * unit)
        if code is not None:
            yield Cap(code, begin, end - begin, _legend(name, code)[: end - begin - 1])
        left += width


def _legend(name: str, code: int) -> str:
    known = layout(name)
    return _SHORT_IN[known.name].get(code) or _SHORT.get(code) or known.legends[code]
