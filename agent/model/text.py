"""Making text from hardware, files and the network harmless before anything else sees it."""

import re
import unicodedata

LIMIT = 200
"""Characters kept of one field; SMBIOS strings are at most 255 bytes, real ones far shorter."""

_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[@-_])|[\x80-\x9f]")
_SPACE = re.compile(r"\s+")


def clean(value: object, limit: int = LIMIT) -> str:
    """Return `value` as one printable line of at most `limit` characters.

    Terminal escape sequences, control, format and unassigned characters vanish; white space is folded.
    Bytes are read as UTF-8, the wrong ones replaced. Never raises.
    """
    text = value.decode("utf-8", "replace") if isinstance(value, (bytes, bytearray)) else str(value)
    text = _ESCAPE.sub("", text[: limit * 8])
    text = _SPACE.sub(" ", text)
    kept = (char for char in text if char == " " or unicodedata.category(char)[0] not in "CZ")
    return "".join(kept).strip()[:limit]
