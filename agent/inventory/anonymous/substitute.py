"""Putting stand-ins for values wherever they are written, in whatever form.

In text with any separators and capitals; with the bytes of each pair swapped, as ATA writes strings; with a zero byte
at each character (UTF-16); inside base64 and hexadecimal dumps; and as the bytes themselves that hexadecimal digits
stand for, also in the mixed order of UUIDs (RFC 4122 against DSP0134, 7.2.1) and backwards. Nothing changes its length.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from itertools import pairwise

from agent.inventory.anonymous.standins import Kind, strong

_SHORTEST_WORD = 4
"""Characters of a value that is searched as a word of its own, if it is too short to be searched everywhere."""
_WIDEST_GAP = 4
"""Places from one character of a value to the next: separators, and the zeros of UTF-16."""
_LEAST_BYTES = 6
"""Of a value that is searched as bytes."""
_BASE64 = re.compile(r"[A-Za-z0-9+/]{12,}={0,2}")
_DUMP = re.compile(r"(?:[0-9A-Fa-f]{2}[\s:,-]{0,4}){8,}")
_HEXADECIMAL = re.compile(r"[0-9a-f]+")
_MIXED_ORDER = (3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15)


class Substitute:
    """`standins`: bare value → bare stand-in; `kinds`: what each is."""

    def __init__(self, standins: Mapping[str, str], kinds: Mapping[str, Kind]) -> None:
        order = sorted(standins, key=len, reverse=True)
        self._anywhere = [(one, standins[one]) for one in order if strong(one) and kinds[one] is not Kind.NAME]
        weak = [one for one in order if not strong(one) or kinds[one] is Kind.NAME]
        self._as_word = [(one, standins[one]) for one in weak if len(one) >= _SHORTEST_WORD and not one.isdigit()]
        self._numbers = {int(one): int(new) for one, new in self._anywhere if one.isdecimal() and one[0] != "0"}
        self._bytes = [pair for one in self._anywhere for pair in _as_bytes(*one)]

    def text(self, text: str, depth: int = 2) -> str:
        text = self._plain(text, words=True)
        text = _swapped(self._plain(_swapped(text, 0)), 0)
        text = _swapped(self._plain(_swapped(text, 1)), 1)
        if depth:
            text = _BASE64.sub(lambda found: self._inside_base64(found[0], depth - 1), text)
            text = _DUMP.sub(lambda found: self._inside_dump(found[0], depth - 1), text)
        return text

    def data(self, data: bytes, depth: int = 2) -> bytes:
        try:
            data = self.text(data.decode(), depth).encode()
        except UnicodeDecodeError:
            data = self.text(data.decode("latin-1"), depth).encode("latin-1")
        for old, new in self._bytes:
            data = data.replace(old, new)
        return data

    def number(self, number: int) -> int:
        return self._numbers.get(number, number)

    def leaks(self, text: str) -> bool:
        """Whether a value that should be gone is in there after all, searched in a plainer way than it was replaced."""
        if not self._anywhere:
            return False
        forms = [_stripped(text), _stripped(_swapped(text, 0)), _stripped(_swapped(text, 1))]
        return any(value in form for form in forms for value, _ in self._anywhere)

    def _plain(self, text: str, words: bool = False) -> str:
        places = [at for at, char in enumerate(text) if char.isascii() and char.isalnum()]
        stripped = _stripped(text)
        chars = list(text)
        wanted = [(*pair, False) for pair in self._anywhere] + [(*pair, True) for pair in self._as_word if words]
        for value, standin, whole in wanted:
            start = stripped.find(value)
            while start >= 0:
                end = start + len(value)
                if _together(places[start:end]) and not (whole and _in_word(text, places[start], places[end - 1])):
                    for at, char in zip(places[start:end], standin, strict=True):
                        chars[at] = char.upper() if text[at].isupper() else char
                    stripped = stripped[:start] + "\0" * len(value) + stripped[end:]
                start = stripped.find(value, start + 1)
        return "".join(chars)

    def _inside_base64(self, run: str, depth: int) -> str:
        padding = "" if run.endswith("=") else "=" * (-len(run) % 4)
        try:
            inner = base64.b64decode(run + padding, validate=True)
        except (binascii.Error, ValueError):
            return run
        new = self.data(inner, depth)
        return run if new == inner else base64.b64encode(new).decode()[: len(run)]

    def _inside_dump(self, run: str, depth: int) -> str:
        places = [at for at, char in enumerate(run) if char.isalnum()]
        for first in (0, 1):
            digits = places[first : first + (len(places) - first) // 2 * 2]
            inner = bytes.fromhex("".join(run[at] for at in digits))
            new = self.data(inner, depth)
            if new != inner:
                chars = list(run)
                for at, char in zip(digits, new.hex(), strict=True):
                    chars[at] = char.upper() if run[at].isupper() or run.isupper() else char
                run = "".join(chars)
        return run


def _stripped(text: str) -> str:
    return "".join(char for char in text if char.isascii() and char.isalnum()).lower()


def _together(places: list[int]) -> bool:
    return all(after - before <= _WIDEST_GAP for before, after in pairwise(places))


def _in_word(text: str, first: int, last: int) -> bool:
    return text[max(first - 1, 0) : first].isalnum() or text[last + 1 : last + 2].isalnum()


def _swapped(text: str, first: int) -> str:
    """The two characters of each pair exchanged, beginning with the first or the second character."""
    end = first + (len(text) - first) // 2 * 2
    pairs = "".join(map("".join, zip(text[first + 1 : end : 2], text[first:end:2], strict=True)))
    return text[:first] + pairs + text[end:]


def _as_bytes(value: str, standin: str) -> list[tuple[bytes, bytes]]:
    if len(value) % 2 or len(value) < _LEAST_BYTES * 2 or not _HEXADECIMAL.fullmatch(value + standin):
        return []
    old, new = bytes.fromhex(value), bytes.fromhex(standin)
    orders: list[Callable[[bytes], bytes]] = [bytes, lambda data: data[::-1]]
    if len(old) == len(_MIXED_ORDER):
        orders.append(lambda data: bytes(data[at] for at in _MIXED_ORDER))
    return [(order(old), order(new)) for order in orders]
