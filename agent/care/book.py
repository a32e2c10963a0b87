"""ordis.toml as a person sees and changes it: judged as at the start, kept beside its former self, used at once."""

import asyncio
import contextlib
import logging
import stat
import tomllib
from pathlib import Path

from agent import profile as profiles
from agent import settings as settings_file
from agent import toml
from agent.care.desk import Desk, Tell
from agent.care.edit import changed
from agent.host.files import read_bounded, write_safely
from agent.model.care import SETTINGS, Said, SettingsState
from agent.model.message import Message, say
from agent.model.messages import SaveSettings, SettingsEvent
from agent.model.problem import Problem
from agent.model.words import Mode, Phase
from agent.settings import Settings, SettingsError
from agent.stick import keyboard, wifi
from agent.stick.ready import Places
from agent.stick.writable import CannotWrite, writable

log = logging.getLogger("ordis.care")

BACKUP = ".bak"
"""Behind the file's name: what it was before the last change."""


class Book:
    """One for the service."""

    def __init__(self, desk: Desk, places: Places | None = None) -> None:
        self._desk = desk
        self._places = places or Places()
        self._state = SettingsState()
        self._saving = asyncio.Lock()

    def _note(self, tell: Tell, **facts: object) -> None:
        self._state = self._state.model_copy(update=facts)
        tell(SettingsEvent(mode=self._desk.place().mode, settings=self._state))

    async def see(self, tell: Tell) -> None:
        """Tell what stands there."""
        self._note(tell, **await asyncio.to_thread(self._read), said=None)

    def _file(self) -> Path:
        """Where the settings are, or would be."""
        found = settings_file.where(self._desk.config)
        if found is not None:
            return found
        return next((place for place in settings_file.PLACES if place.parent.is_dir()), settings_file.PLACES[-1])

    def _read(self) -> dict[str, object]:
        file = self._file()
        facts: dict[str, object] = {"file": str(file), "fields": {}, "wifi": [], "hinders": None}
        try:
            values = tomllib.loads(_text(file)) if file.exists() else {}
        except SettingsError as wrong:
            return {**facts, "hinders": Said.of(wrong)}
        except ValueError as wrong:
            why = say("{file} is not written correctly: {problem}.", file=str(file), problem=str(wrong))
            return {**facts, "hinders": Said(reason=why, hint=say("Mend it with an editor on another computer."))}
        except OSError as error:
            return {**facts, "hinders": Said.of(_not_written(file, error))}
        networks = values.get("wifi", [])
        listed = networks if isinstance(networks, list) else [networks]
        names = [str(each["ssid"]) for each in listed if isinstance(each, dict) and "ssid" in each]
        return {**facts, "fields": {key: _value(values, key) for key in SETTINGS}, "wifi": names}

    async def save(self, command: SaveSettings, tell: Tell) -> None:
        """Write what was changed. One at a time; whoever comes second builds on what the first one wrote."""
        async with self._saving:
            try:
                settings, said = await asyncio.to_thread(self._save, command)
                if settings is not None:
                    self._desk.use(settings)
            except Problem as problem:
                said = Said.of(problem)
            except OSError as error:
                said = Said.of(_not_written(self._file(), error))
            read = await asyncio.to_thread(self._read)
            self._note(tell, **read, said=said, attempt=command.attempt)

    def _save(self, command: SaveSettings) -> tuple[Settings | None, Said]:
        """Raises Problem, OSError."""
        file, mode = self._file(), self._desk.place().mode
        old = read_bounded(file, toml.LIMIT) if file.exists() else None
        text = _text(file) if old is not None else ""
        new = changed(text, command.changes, command.add, command.forget).encode()
        settings = toml.parse(new, file, Settings, SettingsError)
        if "default_profile" in command.changes:
            profiles.choose(settings.default_profile, profiles.folders(settings, mode))
        if mode is Mode.TRAINING:
            return None, Said(good=True, reason=say("Training: all is as it should be. Nothing was written."))
        with writable(self._desk.place().source, file.parent, self._places):
            file.parent.mkdir(parents=True, exist_ok=True)
            if old is not None:
                write_safely(file.with_name(file.name + BACKUP), old, mode=_mode(file))
            write_safely(file, new, mode=_mode(file))
        log.info("the settings were changed: %s", ", ".join(sorted(command.changes)) or "networks")
        return settings, self._saved(command, settings, file)

    def _saved(self, command: SaveSettings, settings: Settings, file: Path) -> Said:
        notes: list[Message] = []
        if self._desk.state().phase not in (Phase.IDLE, Phase.FINISHED):
            notes.append(say("The intake that runs keeps what it began with."))
        ca_file = settings.workshop.ca_file
        if "workshop.ca_file" in command.changes and ca_file is not None and not ca_file.is_file():
            notes.append(say("The certificate file is not there yet: copy it to {file}.", file=str(ca_file)))
        on_stick = file.parent == self._places.boot
        if on_stick and "language" in command.changes:
            notes.append(say("At the next start, the language chosen in the boot menu goes first."))
        if "keyboard" in command.changes:
            notes += self._keyboard(settings, on_stick=on_stick)
        if on_stick:
            notes += self._hand_on(settings, country="wifi_country" in command.changes)
        return Said(good=True, reason=say("Saved. The new settings are used from now on."), notes=notes)

    def _keyboard(self, settings: Settings, *, on_stick: bool) -> list[Message]:
        """From this moment on, so that who has chosen wrongly sees it at once."""
        if not on_stick:
            return [say("The keyboard of this computer's own system stays as it is; an Ordis stick uses this one.")]
        try:
            keyboard.use(self._desk.place().source, settings.keyboard, self._places.keymap)
        except keyboard.KeyboardFailed as problem:
            return [problem.reason, *([problem.hint] if problem.hint else [])]
        return [
            say("The keys type in the new layout from now on. At the next start, another one chosen in the boot menu "
                "goes first.")
        ]  # fmt: skip

    def _hand_on(self, settings: Settings, *, country: bool) -> list[Message]:
        """The Wi-Fi networks, as at the start. What did not work."""
        try:
            wifi.hand_on(settings.wifi, self._places.wifi)
            wifi.take_notice()
            if country and settings.wifi_country:
                wifi.use_country(settings.wifi_country)
        except wifi.WifiFailed as problem:
            return [problem.reason]
        return []


def _text(file: Path) -> str:
    """Raises SettingsError."""
    return toml.text(toml.read(file, SettingsError), file, SettingsError)


def _value(values: dict[str, object], key: str) -> str:
    section, _, name = key.rpartition(".")
    found = values.get(section, {}) if section else values
    value = found.get(name, "") if isinstance(found, dict) else ""
    return value if isinstance(value, str) else str(value).lower()


def _mode(file: Path) -> int:
    with contextlib.suppress(OSError):
        return stat.S_IMODE(file.stat().st_mode)
    return 0o600  # passwords may stand in it


def _not_written(file: Path, error: OSError) -> CannotWrite:
    return CannotWrite(
        say("{file} cannot be written: {error}.", file=str(file), error=error.strerror or str(error)),
        say("Nothing was changed. Look whether the stick is plugged in, full or write-protected."),
    )
