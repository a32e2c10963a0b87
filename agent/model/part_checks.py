"""Settings of the checks of single parts; the shipped profiles explain each."""

from typing import Annotated

from pydantic import Field

from agent.model.base import Model, Percent

Decibels = Annotated[float, Field(ge=0, le=100)]
GreyLevel = Annotated[float, Field(ge=0, le=255)]


class NetworkCheck(Model):
    enabled: bool = True
    seconds: Annotated[int, Field(ge=0, le=300)] = 20
    """How long a cable, its speed and an address are waited for."""


class WifiCheck(Model):
    enabled: bool = True
    looks: Annotated[int, Field(ge=1, le=20)] = 3
    """How often the radio listens before it counts as deaf."""
    weak_dbm: Annotated[float, Field(ge=-120, le=0)] = -75
    """The strongest network must be at least as strong."""


class CameraCheck(Model):
    enabled: bool = True
    dark_level: GreyLevel = 32
    """A picture whose brightest part is at most this (0 black, 255 white) is black."""
    least_spread: GreyLevel = 2
    """How much the parts of a picture must differ (standard deviation of their grey levels)."""


class SoundCheck(Model):
    enabled: bool = True
    volume_percent: Percent = 70
    heard_db: Decibels = 15
    """How far the tone must stand above the noise beside it, and above the same place in silence."""
    faint_db: Decibels = 6
    """From here on it is heard, but faintly."""
