"""What a barcode scanner means by the keys that it presses: the codes of linux/input-event-codes.h, which stand for
places on a keyboard, read in the layout that the scanner was set to.

The console reads the same keys in a layout of its own, usually another one. Layouts: those of kbd's us.map and
fr-latin1.map.
"""

from collections.abc import Mapping

from agent.host import evdev

LAYOUTS = ("us", "fr")
ENDS = frozenset({15, 28, 96})
"""Tab, Enter, and the Enter of the number block: what a scanner adds to what it has read."""

_SHIFTS, _ALTGR, _CAPS = frozenset({42, 54}), 100, 58
_ROWS = (range(2, 14), range(16, 28), range(30, 41), range(44, 54), (41, 43, 86))
_PRINTED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "us": (
        ("1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "`\\<"),
        ("!@#$%^&*()_+", "QWERTYUIOP{}", 'ASDFGHJKL:"', "ZXCVBNM<>?", "~|>"),
        (),
    ),
    "fr": (
        ("&é\"'(-è_çà)=", "azertyuiop^$", "qsdfghjklmù", "wxcvbn,;:!", "²*<"),
        ("1234567890°+", "AZERTYUIOP¨£", "QSDFGHJKLM%", "WXCVBN?./§", "~µ>"),
        (" ~#{[|`\\^@]}",),
    ),
}
"""Alone, with Shift, with AltGr; in the order of _ROWS."""
_NUMBERS = {
    **dict(zip(range(71, 84), "789-456+1230.", strict=True)), 55: "*", 98: "/", 57: " ",
}  # fmt: skip
"""The number block, and what is the same everywhere."""


def _level(rows: tuple[str, ...]) -> dict[int, str]:
    return {code: char for codes, chars in zip(_ROWS, rows, strict=False)
            for code, char in zip(codes, chars, strict=True)} | _NUMBERS  # fmt: skip


_LEVELS = {name: tuple(map(_level, levels)) for name, levels in _PRINTED.items()}


class Decoder:
    """Told of every event of one device; says which character was pressed. Raises KeyError for an unknown layout."""

    def __init__(self, layout: str) -> None:
        self._alone, self._shifted, self._with_altgr = _LEVELS[layout]
        self._held: set[int] = set()
        self._caps = False

    def hear(self, event: evdev.Event) -> str:
        """The character, `\\n` for what ends a scan, or nothing."""
        if (event.type, event.code) == (evdev.SYN, evdev.SYN_DROPPED):  # nobody knows what is held now
            self._held.clear()
            self._caps = False
        if event.type != evdev.KEY:
            return ""
        if event.value == 0:
            self._held.discard(event.code)
            return ""
        self._held.add(event.code)
        if event.code == _CAPS and event.value == 1:
            self._caps = not self._caps
        if event.code in ENDS:
            return "\n"
        return self._char(event.code)

    def _char(self, code: int) -> str:
        if _ALTGR in self._held:
            return self._with_altgr.get(code, "")
        alone = self._alone.get(code, "")
        shift = bool(_SHIFTS & self._held) != (self._caps and alone.isalpha())
        return self._shifted.get(code, "") if shift else alone
