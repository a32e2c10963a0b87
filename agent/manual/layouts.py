"""Keyboards as a person sees them: the places of the keys, and what is printed on each.

The codes are those of linux/input-event-codes.h and stand for places, whatever is printed there: code 16 is Q on a
QWERTY keyboard and A on an AZERTY one. Legends are not translated: they are what the keyboard's own language says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ESCAPE = 1

_PRINTED = {
    "qwerty": (
        "` 1 2 3 4 5 6 7 8 9 0 - = Backspace",
        "Tab Q W E R T Y U I O P [ ] Enter",
        "CapsLock A S D F G H J K L ; ' \\",
        "LeftShift \\| Z X C V B N M , . / RightShift",
        "LeftCtrl Windows LeftAlt Space RightAlt RightCtrl",
        "Up Left Down Right Delete",
    ),
    "azerty": (
        "² & é \" ' ( - è _ ç à ) = Retour",
        "Tab A Z E R T Y U I O P ^ $ Entrée",
        "VerrMaj Q S D F G H J K L M ù *",
        "MajGauche < W X C V B N , ; : ! MajDroite",
        "CtrlGauche Windows Alt Espace AltGr CtrlDroite",
        "Haut Gauche Bas Droite Suppr",
    ),
}
_PLACES = (
    (41, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14),
    (15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28),
    (58, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 43),
    (42, 86, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54),
    (29, 125, 56, 57, 100, 97),
    (103, 105, 108, 106, 111),
)
_FUNCTION = {ESCAPE: "Esc", **{59 + n: f"F{n + 1}" for n in range(10)}, 87: "F11", 88: "F12"}
_MORE = {
    99: "PrtSc", 70: "ScrLk", 119: "Pause", 110: "Ins", 102: "Home", 107: "End", 104: "PgUp", 109: "PgDn", 127: "Menu",
}  # fmt: skip
_NUMBERS = {
    69: "NumLk", 98: "Num/", 55: "Num*", 74: "Num-", 71: "Num7", 72: "Num8", 73: "Num9", 78: "Num+", 75: "Num4",
    76: "Num5", 77: "Num6", 79: "Num1", 80: "Num2", 81: "Num3", 96: "NumEnter", 82: "Num0", 83: "Num.",
}  # fmt: skip
PAD = frozenset(_NUMBERS)
_NUM_LOCK = 69
"""Many keyboards without a numeric block have it, with Fn."""
_PAD_IS_THERE = 9
"""Keys of the numeric block that were felt, from which on all of them must be: an old laptop that gives a few of them
in the place of letters has none."""
ISO_KEY = 86
"""Between the left Shift and Z (AZERTY: W); keyboards without it have a wide Shift."""
_NOT_EVERYWHERE = {"qwerty": {ISO_KEY, 125, 97}, "azerty": {125, 97}}
"""Of the main block: the key beside the left Shift (ISO only, as AZERTY's all are), Windows, right Ctrl."""


@dataclass(frozen=True)
class Layout:
    """`rows` are the codes as they stand on a keyboard from the top; the last rows are what many laptops lack."""

    name: str
    rows: tuple[tuple[int, ...], ...]
    legends: Mapping[int, str]
    required: frozenset[int]
    """What every keyboard of this layout has; the others may be missing. The keys of the top row send other codes on
    many laptops unless Fn is held."""

    @property
    def keys(self) -> frozenset[int]:
        return frozenset(self.legends)

    def wanted(self, felt: Iterable[int]) -> frozenset[int]:
        """What this very keyboard must have, once these codes were felt: the numeric block wholly or not at all."""
        return self.required | PAD if len(PAD.intersection(felt)) >= _PAD_IS_THERE else self.required

    def named(self, codes: Iterable[int]) -> str:
        """The legends of these keys, in the order in which they stand on the keyboard; codes of no key are left out.
        No comma between them: it is a key, too."""
        wanted = set(codes)
        return " ".join(self.legends[code] for row in self.rows for code in row if code in wanted)


def _layout(name: str) -> Layout:
    printed = [row.split(" ") for row in _PRINTED[name]]
    main = {code: text for row, texts in zip(_PLACES, printed, strict=True)
            for code, text in zip(row, texts, strict=True)}  # fmt: skip
    return Layout(
        name=name,
        rows=(tuple(_FUNCTION), *_PLACES, tuple(_MORE), tuple(_NUMBERS)),
        legends={**_FUNCTION, **main, **_MORE, **_NUMBERS},
        required=frozenset({ESCAPE, *main} - _NOT_EVERYWHERE[name]),
    )


LAYOUTS: Mapping[str, Layout] = {name: _layout(name) for name in _PRINTED}


def layout(name: str) -> Layout:
    """The layout of this name; QWERTY for any other, whose letters then stand elsewhere (see `is_known`)."""
    return LAYOUTS.get(name, LAYOUTS["qwerty"])


def is_known(name: str) -> bool:
    """Whether the legends of this layout are those that are printed on its keys."""
    return name in LAYOUTS


def has_pad(felt: Iterable[int]) -> bool:
    """Whether a numeric block has shown itself."""
    return bool((PAD - {_NUM_LOCK}).intersection(felt))
