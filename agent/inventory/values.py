"""Telling values from what only looks like one: placeholders in firmware tables, and numbers in strangers' JSON.

No pydantic: the drive's worker reads identities with this.
"""

import re
from collections.abc import Mapping

from agent.model.text import clean

_PLACEHOLDERS = re.compile(
    r"to be (filled|set)( by .*)?|.*\bto be filled by o\.?e\.?m.*|\$?\(?default([ _](string|sku))?\)?\d*|"
    r"not (specified|available|applicable|settable|present|defined|provided|used|known|set|filled|programmed|assigned|"
    r"initiali[sz]ed|entered|recorded|supported)|[\[(]?none[\])]?|null|n[/.\\]?a|unknown?|undefined|invalid|unset|"
    r"dummy( .*)?|((empty|null|oem|o\.e\.m\.|sample|test)[ _])?(default[ _])?string|"
    r"no (serial|asset|sku)( number| tag)?|serial( number)? not .*|empty|reserved( for .*)?|standard|family|"
    r"(system|base ?board|board|chassis|product|(mother|main) ?board)[ _-]?"
    r"(product[ _-]?)?(name|version|manufacturer|vendor|serial([ _-]?(number|no\.?))?|sku( ?number|#)?|family|model)|"
    r"manufacturer\d*|([a-z]+\d*_?)?(sernum|serialnum(ber)?|part ?num(ber)?|manufacturer|assettag(num)?)\d*|"
    r"mfg ?\d+|abcd|(oem[ _])?serial([ _]?number|#)?|[a-z]{0,3}[-_]?0?123456789\w*|no asset information|"
    r"asset[ _-]?(tag|\d+)?|o\.?e\.?m\.?|type1(product|family|sku| ?[.-]).*|<.*>|\[?empty\]?|sku( number)?|"
    r"[a-z]?\d?t\.?b\.?d|type\d - .*|x\.x|0x0+|0xf+|bad ?index|fill(ed)? by o\.?e\.?m|"
    r"((evaluation|engineering) )?sample|"
    # What people write over a value before they hand a report on.
    r"(censored|redacted|removed|anonymi[sz]ed|hidden)( by .*)?|[\[(](censored|redacted|removed|hidden)[\])]"
)
_SEQUENCES = ("0123456789" * 3, "0123456789abcdef" * 2, "9876543210" * 2)
_SHORTEST_SEQUENCE = 6
_LARGEST = 2**53 - 1
"""The largest whole number that canonical JSON (RFC 8785) keeps exactly."""


def real(value: object) -> str | None:
    """The value as one clean line, or None where it is absent or a placeholder.

    Placeholders are what firmware makers leave ("To be filled by O.E.M.", "Default string"), one character
    over and over ("00000000", "--", "...."), and counting ("0123456789").
    """
    text = clean(value) if isinstance(value, (str, bytes)) else ""
    bare = text.lower().strip(" .-_:*")
    if not bare or _PLACEHOLDERS.fullmatch(bare) or _PLACEHOLDERS.fullmatch(text.lower()):
        return None
    signs = set(re.sub(r"[\s._:-]", "", bare))
    if len(signs) <= 1 and len(bare) > 1:
        return None
    if len(bare) >= _SHORTEST_SEQUENCE and any(bare in sequence for sequence in _SEQUENCES):
        return None
    return text


def fuller(known: str | None, told: str | None) -> str | None:
    """The longer of two forms of one name: what was cut off is taken from `told`, nothing is changed by it."""
    if known is None:
        return told
    return told if told and told.startswith(known) else known


def count(value: object, most: int = _LARGEST) -> int | None:
    """A whole number from 0 to `most`; None for everything else (booleans, fractions, text, infinity)."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        return None
    return value


def number(text: str | None) -> int | None:
    """The digits at the start of a text ("1600 MT/s"); None without any."""
    found = re.match(r"\s*(\d{1,15})", text or "", re.ASCII)
    return int(found[1]) if found else None


def dig(document: object, *keys: str) -> object:
    """The value under nested keys of a JSON document; None where the way ends early."""
    for key in keys:
        if not isinstance(document, Mapping):
            return None
        document = document.get(key)
    return document
