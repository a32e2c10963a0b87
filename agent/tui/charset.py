"""What the console's font can show: Latin-1, the light box-drawing set, and a few signs. Text goes through `fit`."""

import unicodedata

from agent.report.cells import PLAINER

BOX = "─│┌┐└┘├┤┬┴┼"
BLOCKS = "█▀▄▌▐▁▂▃▅▆▇"
SIGNS = "✓✗←↑→↓"
# 0xAD, the soft hyphen, is left out: it has a code but no width of its own.
_LATIN = frozenset(chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0xAD), *range(0xAE, 0x100)))
ALLOWED = _LATIN | set(BOX + BLOCKS + SIGNS)
"""The characters that our font for the Linux console has (boot/make/font.py: what Lat15 has, and what is drawn)."""

_SAID_OTHERWISE = PLAINER | str.maketrans(
    {
        "‚": ",", "„": '"', "‹": "<", "›": ">", "−": "-", "•": "·",
        "œ": "oe", "Œ": "Oe", "€": "EUR", "™": "(TM)", "≤": "<=", "≥": ">=",
        "\u202f": "\xa0", "\u2009": "\xa0", "\t": " ", "\n": " ", "\xad": "-",
    }
)  # fmt: skip


def fit(text: str) -> str:
    """The same text in characters that the console can show, one column each; `?` for what has no likeness."""
    text = text.translate(_SAID_OTHERWISE)
    if ALLOWED.issuperset(text):
        return text
    return "".join(char if char in ALLOWED else _likeness(char) for char in unicodedata.normalize("NFC", text))


def _likeness(char: str) -> str:
    """A letter without its marks, a full-width one as an ordinary one."""
    if unicodedata.combining(char):
        return ""
    kept = "".join(part for part in unicodedata.normalize("NFKD", char) if part in ALLOWED)
    return kept or "?"
