"""The profiles that the workshop serves, as this stick keeps them: the last good one of each.

A workshop says how thoroughly its machines are tested and what a grade asks for. It has no say in what is safe: which
drives may be erased, who confirms it, and what proves an erase stand in the program, whatever a profile says.
"""

import hashlib
import logging
import time
from pathlib import Path

from agent import profile as profiles
from agent.delivery.errors import DeliveryError
from agent.delivery.profiles import fetch, served
from agent.delivery.where import find_workshop
from agent.host.files import make_folder, read_bounded, sync_folder, write_safely
from agent.model.message import Message, say
from agent.model.profile import PROFILE_LIMIT, Listed
from agent.model.words import Mode
from agent.settings import Settings

log = logging.getLogger("ordis.served")

SECONDS = 20.0
"""For everything that a workshop has to say of profiles, once."""


class Served:
    """One for the service. Blocks: call `refresh` in a thread."""

    def __init__(self, settings: Settings, mode: Mode) -> None:
        self._settings = settings
        self._folder = settings.served_profiles(mode)

    def refresh(self) -> list[Message] | None:
        """Ask the workshop, and keep what is new and good. What is to be said of what is not; None where the workshop
        did not answer, and then everything stays as it was. Never raises."""
        workshop = self._settings.workshop
        try:
            url = find_workshop(self._settings).url
            if url is None or (workshop.url is None and not url.startswith("https://")):
                return None  # whoever is in the network could say that they are the workshop, and what a grade asks for
            until = time.monotonic() + SECONDS
            return self._keep(served(url, workshop.ca_file, SECONDS), url, until)
        except DeliveryError as error:
            log.info("no profiles from the workshop: %s", error)
        except OSError as error:  # a stick that is full, read-only or gone
            log.warning("the workshop's profiles cannot be kept: %s", error)
        return None

    def _keep(self, listed: list[Listed], url: str, until: float) -> list[Message]:
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        make_folder(self._folder)
        remarks: list[Message] = []
        for one in listed:
            try:
                self._keep_one(one, url, until)
            except (DeliveryError, profiles.ProfileError) as problem:
                log.warning("the workshop's profile %s: %s", one.name, problem)
                remarks += self._said(one.name, problem.reason)
        self._forget({one.name for one in listed})
        return remarks

    def _keep_one(self, one: Listed, url: str, until: float) -> None:
        """Raises DeliveryError, ProfileError for what cannot be used, OSError where it cannot be kept."""
        file = self._folder / f"{one.name}.toml"
        if profiles.taken(one.name, self._settings.profile_dir):
            file.unlink(missing_ok=True)
            raise profiles.ProfileError(
                say("The stick has one of this name, which counts."),
                say("To use the workshop's, take the stick's own file away or give it another name."),
            )
        if _digest(file) == one.sha256:
            return
        left = until - time.monotonic()
        if left <= 0:
            raise DeliveryError(
                say("The workshop did not answer in time."), say("It is asked again by itself."), retry=True
            )
        data = fetch(one, url, self._settings.workshop.ca_file, left)
        profiles.parse(data, file)
        write_safely(file, data)

    def _said(self, name: str, why: Message) -> list[Message]:
        if (self._folder / f"{name}.toml").exists():
            return [
                say("The workshop's new profile {name} is not used, and the one from before stays.", name=name),
                why,
            ]
        return [say("The workshop's profile {name} is not used.", name=name), why]

    def _forget(self, names: set[str]) -> None:
        """What the workshop serves no more."""
        gone = [file for file in self._folder.glob("*.toml") if file.stem not in names]
        for file in gone:
            file.unlink(missing_ok=True)
        if gone:
            sync_folder(self._folder)


def _digest(file: Path) -> str | None:
    try:
        return hashlib.sha256(read_bounded(file, PROFILE_LIMIT)).hexdigest()
    except OSError:
        return None
