"""F4: what a workshop sets once for a stick. Nothing is changed before "Save"."""

from collections.abc import Iterable
from typing import ClassVar

from pydantic import SecretStr
from textual.app import ComposeResult
from textual.containers import Vertical

from agent.model.care import SETTINGS, Said, SettingsState, WifiKept
from agent.model.message import Message, say
from agent.model.messages import SaveSettings, SeeSettings
from agent.model.words import Mode
from agent.settings import NO_PASSPHRASE, is_passphrase
from agent.tui.charset import fit
from agent.tui.face import Face
from agent.tui.lines.layout import Lines, marked, plain, wrapped
from agent.tui.lines.network import said_lines
from agent.tui.screens.base import ARROWS, ENTER, ESCAPE, Send
from agent.tui.screens.over import OverScreen
from agent.tui.theme import BUSY, DOUBT, STRONG
from agent.tui.widgets.choice import Choice
from agent.tui.widgets.field import Field, FieldLine
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.scroller import Scroller
from agent.tui.widgets.sheet import Sheet

LABELS: dict[str, Message] = {
    "language": say("Language:"),
    "keyboard": say("This stick's keyboard:"),
    "default_profile": say("Usual profile:"),
    "asset_tag_pattern": say("What a tag looks like (regular expression):"),
    "scanner_layout": say("Barcode scanners type as a keyboard that is:"),
    "time_zone": say("Time zone:"),
    "workshop.url": say("Address of the workshop:"),
    "workshop.ca_file": say("Certificate of the workshop (file):"),
    "workshop.discover": say("Look for the workshop in the network:"),
    "wifi_country": say("Country, for Wi-Fi (FR):"),
    "organisation.name": say("Association:"),
    "organisation.address": say("Its address:"),
    "organisation.registration": say("Its registration number:"),
    "organisation.signatory": say("Who signs certificates:"),
}
_USUAL = say("as usual")
_CHOICES: dict[str, dict[str, Message]] = {
    "language": {"": _USUAL, "fr": Message("français"), "en": Message("English")},
    "keyboard": {
        "": say("as chosen in the boot menu"),
        "fr": say("French (AZERTY)"),
        "be": say("Belgian (AZERTY)"),
        "ch": say("Swiss, French (QWERTZ)"),
        "us": say("American (QWERTY)"),
        "uk": say("British (QWERTY)"),
        "ca": say("Canadian, French (QWERTY)"),
        "de": say("German (QWERTZ)"),
    },
    "scanner_layout": {"": _USUAL, "us": say("American (QWERTY)"), "fr": say("French (AZERTY)")},
    "workshop.discover": {
        "": _USUAL,
        "no": say("no"),
        "https": say("yes, one that proves who it is"),
        "http": say("yes, any one (only where nobody else is in the network)"),
    },
}
"""What is chosen by Enter, one after the other; all else is typed."""
_ROWS = 16
_LONGEST = 500


def _id(key: str) -> str:
    return "set-" + key.replace(".", "-")


class SettingsScreen(OverScreen):
    """What is typed stays, whatever happens meanwhile, until it is saved or left."""

    AUTO_FOCUS: ClassVar[str | None] = "#back"

    def __init__(self, face: Face) -> None:
        super().__init__(face)
        self._shown: SettingsState | None = None
        self._chosen: dict[str, str] = {}
        self._forget: set[str] = set()
        self._attempt: int | None = None
        self._wrong: Said | None = None
        self._warned = False
        self._choices = {name: Choice(name) for name in (*_CHOICES, *(f"wifi-{number}" for number in range(_ROWS)))}

    def content(self) -> ComposeResult:
        yield Sheet(id="text")
        with Scroller(id="settings", can_focus=False):
            for key in SETTINGS:
                if key in _CHOICES:
                    yield self._choices[key]
                else:
                    yield FieldLine(key, field_id=_id(key))
            yield Sheet(id="wifi")
            for number in range(_ROWS):
                yield self._choices[f"wifi-{number}"]
            yield Sheet(id="new")
            yield FieldLine("ssid", field_id="ssid")
            yield FieldLine("password", field_id="password", secret=True)
        yield Sheet(id="said")
        with Vertical(id="doing"):
            yield Choice("back", id="back")
            yield Choice("save", id="save")

    def on_mount(self) -> None:
        for key in SETTINGS:
            if key not in _CHOICES:
                self.query_one(f"#{_id(key)}", Field).max_length = _LONGEST
        super().on_mount()
        self.post_message(Send(SeeSettings(mode=self.face.mode)))

    # ---- showing

    def fill(self) -> None:
        super().fill()
        tell, width, state = self.face.tell, self.boxed_columns, self.face.settings
        self._take_in(state)
        self.put("#text", self._head(state))
        for line in self.query(FieldLine):
            line.put(tell(_LABELS[line.key]))
        for key, values in _CHOICES.items():
            value = self._chosen.get(key, "")
            shown = tell(values[value]) if value in values else fit(value)
            self._choices[key].call_it(f"{tell(LABELS[key])} {shown}")
        names = state.wifi if state else []
        title = say("Wi-Fi networks on the stick (whoever holds it can read their passwords):")
        self.put("#wifi", [plain(""), *wrapped(tell(title), width, style=STRONG)])
        for number in range(_ROWS):
            row = self._choices[f"wifi-{number}"]
            row.display = number < len(names)
            if row.display:
                row.call_it(self._network(names[number]))
        self.put("#new", wrapped(tell(say("One more network:")), width))
        self.query_one("#back", Choice).call_it(tell(say("Back: change nothing")))
        save = self.query_one("#save", Choice)
        save.display = state is not None and state.hinders is None
        save.call_it(tell(say("Save")))
        self.put("#said", self._said(state))

    def _head(self, state: SettingsState | None) -> Lines:
        tell, width = self.face.tell, self.columns
        if state is None:
            return [plain(tell(say("Reading the settings...")), BUSY)]
        if state.hinders is not None:
            return said_lines(state.hinders, width, tell)
        lines = wrapped(tell(say("These settings stand in {file}. Empty: as usual.", file=state.file or "")), width)
        if self.face.mode is Mode.TRAINING:
            lines += wrapped(tell(say("Training: what you change is checked, and nothing is written.")), width)
        return lines

    def _network(self, name: str) -> str:
        # The name as it is: never looked up in the catalogues.
        what = say("password: ****** - Enter: take it away")
        if name in self._forget:
            what = say("will be taken away - Enter: keep it")
        return f"{fit(name)} ({self.face.tell(what)})"

    def _said(self, state: SettingsState | None) -> Lines:
        tell, width = self.face.tell, self.columns
        if self._attempt is not None:
            return [plain(tell(say("Saving...")), BUSY)]
        if self._warned:
            warning = say("This is not saved yet: Esc again leaves it as it was.")
            return marked("[ !]", DOUBT, tell(warning), width)
        return said_lines(self._wrong or (state.said if state else None), width, tell)

    def _take_in(self, state: SettingsState | None) -> None:
        """What stands in the file goes into the fields when it is first seen, and once it was saved."""
        if state is None or state.file is None:
            return
        answered = self._attempt is not None and state.attempt == self._attempt
        saved = answered and state.said is not None and state.said.good and self.face.mode is Mode.REAL
        if answered:
            self._attempt = None
        if self._shown is not None and not saved:
            return
        self._shown = state
        self._forget.clear()
        for key in SETTINGS:
            value = state.fields.get(key, "")
            if key in _CHOICES:
                self._chosen[key] = value
            else:
                self.query_one(f"#{_id(key)}", Field).value = fit(value)
        for name in ("ssid", "password"):
            self.query_one(f"#{name}", Field).clear()

    def hints(self) -> Iterable[KeyHint]:
        return ((ESCAPE, say("Back")), (ARROWS, say("Choose")), (ENTER, say("Change")))

    # ---- changing

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        name = message.choice.name or ""
        if name == "back":
            super().action_close()
            return
        if name == "save":
            self._save()
        elif name in _CHOICES:
            values = list(_CHOICES[name])
            now = self._chosen.get(name, "")
            self._chosen[name] = values[(values.index(now) + 1) % len(values)] if now in values else ""
        elif self.face.settings is not None:
            self._forget ^= {self.face.settings.wifi[int(name.removeprefix("wifi-"))]}
        self._warned = False
        self.update_view()

    def on_input_changed(self, _message: Field.Changed) -> None:
        if self._warned or self._wrong is not None:
            self._warned, self._wrong = False, None
            self.update_view()

    def on_input_submitted(self, _message: Field.Submitted) -> None:
        self.focus_next()

    def _changes(self) -> dict[str, str]:
        before = self._shown.fields if self._shown else {}
        now = {key: self._chosen.get(key, "") if key in _CHOICES else self._typed(_id(key)) for key in SETTINGS}
        # What the console cannot show looks otherwise in its field: that is no change.
        return {key: value for key, value in now.items() if value not in ((old := before.get(key, "")), fit(old))}

    def _typed(self, name: str) -> str:
        return self.query_one(f"#{name}", Field).value.strip()

    def _new(self) -> WifiKept | None:
        """Raises ValueError with what is wrong."""
        name, password = self._typed("ssid"), self.query_one("#password", Field).value
        if not name and not password:
            return None
        if not 1 <= len(name.encode()) <= 32:
            raise ValueError(say("Type the name of the network, of at most 32 letters."))
        if password and not is_passphrase(password):
            raise ValueError(NO_PASSPHRASE)
        return WifiKept(name=name, password=SecretStr(password) if password else None)

    @property
    def _touched(self) -> bool:
        return bool(self._changes() or self._forget or self._typed("ssid") or self._typed("password"))

    def _save(self) -> None:
        if self._attempt is not None or self._shown is None:
            return
        try:
            new = self._new()
        except ValueError as error:
            self._wrong = Said(reason=error.args[0])
            return
        if not self._touched:
            self._wrong = Said(good=True, reason=say("Nothing was changed, so there is nothing to save."))
            return
        self._wrong = None
        self._attempt = (self.face.settings.attempt if self.face.settings else 0) + 1
        command = SaveSettings(
            mode=self.face.mode, changes=self._changes(), add=new, forget=sorted(self._forget), attempt=self._attempt
        )
        self.post_message(Send(command))

    def action_close(self) -> None:
        if self._touched and not self._warned:
            self._warned = True
            self.update_view()
        else:
            super().action_close()


_LABELS = {**LABELS, "ssid": say("Name of the network:"), "password": say("Password:")}
