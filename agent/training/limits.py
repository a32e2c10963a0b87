"""Checks of single values of a description; each raises ValueError with the field and what was expected."""

MAX_COUNT = (1 << 48) - 1
"""The largest raw value of a SMART attribute (six bytes), and more bytes than any test moves."""
MAX_SIZE = 1 << 44
"""16 TiB: the largest file of ext4 with 4 KiB blocks."""


def whole(name: str, value: object, low: int = 0, high: int = MAX_COUNT, *, step: int = 1) -> None:
    """A whole number from `low` to `high`, a multiple of `step`."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high or value % step:
        unit = f"multiple of {step}" if step > 1 else "whole number"
        raise ValueError(f"{name}: a {unit} from {low} to {high} expected")


def text(name: str, value: object, limit: int) -> None:
    """Printable ASCII, as the standards want it of model and serial."""
    if not isinstance(value, str) or len(value) > limit or any(not " " <= char <= "~" for char in value):
        raise ValueError(f"{name}: at most {limit} printable ASCII characters expected")


def flag(name: str, value: object) -> None:
    if value is not True and value is not False:
        raise ValueError(f"{name}: true or false expected")
