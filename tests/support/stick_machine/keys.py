"""What is typed on a French keyboard, as QEMU's names of keys; these call a key by what an American one has there."""

from collections.abc import Iterator

_SWAPPED = {"a": "q", "q": "a", "z": "w", "w": "z", "m": "semicolon"}
# Without Shift: the row of digits, and what stands right of N.
_PLAIN = {
    "&": "1", "é": "2", '"': "3", "'": "4", "(": "5", "-": "6", "è": "7", "_": "8", "ç": "9", "à": "0", ")": "minus",
    "=": "equal", ",": "m", ";": "comma", ":": "dot", "!": "slash", " ": "spc", "\n": "ret", "\t": "tab",
}  # fmt: skip
_SHIFTED = {**{digit: digit for digit in "0123456789"}, "?": "m", ".": "comma", "/": "dot"}


def strokes(text: str) -> Iterator[tuple[str, ...]]:
    """For each character, the keys that are held down together. Raises KeyError for one that this keyboard lacks."""
    for char in text:
        lower = char.lower()
        if lower.isascii() and lower.isalpha():
            key = _SWAPPED.get(lower, lower)
            yield ("shift", key) if char != lower else (key,)
        elif char in _SHIFTED:
            yield "shift", _SHIFTED[char]
        else:
            yield (_PLAIN[char],)
