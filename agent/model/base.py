"""What every model shares: frozen, no unknown keys, and text that is already harmless."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from agent.model.text import clean

LATE = ConfigDict(defer_build=True)
"""Validators are built when they are first needed: at the start most are not, and building them all was a quarter of
the time that our modules took to load."""


class Model(BaseModel):
    """Frozen and closed; numbers must be finite, since canonical JSON (RFC 8785) knows no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, **LATE)


def _line(value: object) -> object:
    return clean(value) if isinstance(value, (str, bytes)) else value


def _whole_second(value: datetime) -> datetime:
    return value.replace(microsecond=0)


Text = Annotated[str, BeforeValidator(_line)]
"""One printable line, at most text.LIMIT characters, whatever was given."""

# RFC 8785 numbers are IEEE doubles: integers beyond 2**53 - 1 would change silently.
MAX_INTEGER = 2**53 - 1
Count = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
Bytes = Count
Seconds = Annotated[float, Field(ge=0)]
Percent = Annotated[float, Field(ge=0, le=100)]
Utc = Annotated[AwareDatetime, AfterValidator(_whole_second)]
