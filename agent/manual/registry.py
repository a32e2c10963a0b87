"""Which manual checks a machine gets, in the order in which they are asked: those first that decide most."""

from collections.abc import Mapping

from agent.manual import (
    charger,
    completeness,
    cosmetic,
    display,
    firmware_lock,
    hinges,
    keyboard,
    microphone,
    ports,
    speakers,
    touchpad,
    webcam,
)
from agent.manual.base import Module
from agent.model.inventory import Inventory
from agent.model.profile import Profile

MODULES: tuple[Module, ...] = (
    display, keyboard, touchpad, speakers, microphone, webcam, ports, charger, firmware_lock, hinges, completeness,
    cosmetic,
)  # fmt: skip
"""Hinges and completeness before the looks, which are not asked again what these have told."""

BY_ID: Mapping[str, Module] = {module.ID: module for module in MODULES}


def wanted(profile: Profile, inventory: Inventory) -> list[Module]:
    """What the profile wants and the machine has."""
    settings = profile.checks.manual
    if not settings.enabled:
        return []
    return [module for module in MODULES if getattr(settings, module.ID) and module.applies(inventory)]
