"""F3: cable, Wi-Fi, workshop, and the reports that wait. What is shown is asked of the service again and again."""

from collections.abc import Iterable
from typing import ClassVar

from pydantic import SecretStr
from textual.app import ComposeResult
from textual.containers import Vertical

from agent.model.care import NetworkState, Radio, RadioNetwork, Said, Security
from agent.model.message import Message, say
from agent.model.messages import AnyCareCommand, DeliverNow, JoinWifi, SeeNetwork
from agent.model.words import Mode
from agent.settings import NO_PASSPHRASE, is_passphrase
from agent.tui.charset import fit
from agent.tui.face import Face
from agent.tui.lines.layout import plain, wrapped
from agent.tui.lines.network import (
    cable_lines,
    network_row,
    reports_lines,
    said_lines,
    wifi_lines,
    workshop_lines,
)
from agent.tui.screens.base import ARROWS, ENTER, ESCAPE, Send
from agent.tui.screens.over import OverScreen
from agent.tui.theme import STRONG
from agent.tui.widgets.choice import Choice
from agent.tui.widgets.field import Field, FieldLine
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.scroller import Scroller
from agent.tui.widgets.sheet import Sheet

LOOK_SECONDS = 3.0
_ROWS = 30
_LONGEST = 32
"""Bytes of a network's name."""


class NetworkScreen(OverScreen):
    """The rows of networks keep their places while they are looked at: the one under the cursor stays what it is."""

    AUTO_FOCUS: ClassVar[str | None] = "#again"

    def __init__(self, face: Face) -> None:
        super().__init__(face)
        self._order: list[str] = []
        self._wanted: RadioNetwork | None = None
        self._hidden = False
        self._rows = [Choice(f"net-{number}") for number in range(_ROWS)]
        self._wrong: Said | None = None
        self._attempt: int | None = None
        """The number of the one that goes on."""

    def content(self) -> ComposeResult:
        with Scroller(id="network", can_focus=False):
            yield Sheet(id="cable")
            yield Sheet(id="wifi")
            with Vertical(id="around"):
                yield from self._rows
                yield Choice("again", id="again")
                yield Choice("hidden", id="hidden")
            with Vertical(id="join"):
                yield Sheet(id="which")
                yield FieldLine("name", field_id="name")
                yield FieldLine("password", field_id="password", secret=True)
                yield Sheet(id="wrong")
                yield Choice("show", id="show")
                yield Choice("back", id="back")
            yield Sheet(id="workshop")
            yield Sheet(id="reports")
            yield Choice("deliver", id="deliver")

    def on_mount(self) -> None:
        super().on_mount()
        self._send(SeeNetwork(mode=self.face.mode, again=True))
        self.set_interval(LOOK_SECONDS, lambda: self._send(SeeNetwork(mode=self.face.mode)))

    def _send(self, command: AnyCareCommand) -> None:
        self.post_message(Send(command))

    # ---- showing

    @property
    def _network(self) -> NetworkState | None:
        return self.face.network

    def fill(self) -> None:
        super().fill()
        tell, width, network = self.face.tell, self.boxed_columns, self._network
        self._follow_joining()
        self.put("#cable", cable_lines(network, width, tell))
        self.put("#wifi", wifi_lines(network, width, tell))
        self.query_one("#around").display = not self._joins
        self.query_one("#join").display = self._joins
        self._fill_rows()
        self._fill_form()
        ready = network is not None and network.radio is Radio.READY
        self.query_one("#again", Choice).call_it(tell(say("Search again") if ready else say("Look again")))
        hidden = self.query_one("#hidden", Choice)
        hidden.display = ready
        hidden.call_it(tell(say("A network that is not in the list")))
        state = self.face.state
        self.put("#workshop", workshop_lines(state.surroundings.workshop, width, tell))
        self.put("#reports", reports_lines(network, state, width, tell))
        deliver = self.query_one("#deliver", Choice)
        deliver.display = bool(state.surroundings.waiting)
        deliver.call_it(tell(say("Send the reports now")))

    @property
    def _joins(self) -> bool:
        return self._wanted is not None or self._hidden

    def _fill_rows(self) -> None:
        found = {each.key: each for each in (self._network.networks if self._network else [])}
        self._order = [key for key in self._order if key in found] + [key for key in found if key not in self._order]
        for number, row in enumerate(self._rows):
            row.display = number < len(self._order)
            if row.display:
                row.call_it(network_row(found[self._order[number]], self.face.tell))

    def _fill_form(self) -> None:
        tell, width = self.face.tell, self.boxed_columns
        title = tell(say("A network that is not in the list"))
        if self._wanted is not None:  # its name as it is: as a value of a sentence it would be looked up as a word
            title = tell(say("Network:")) + " " + fit(self._wanted.name)
        lines = wrapped(title, width, style=STRONG)
        if self.face.mode is Mode.TRAINING:
            lines += wrapped(tell(say("Training: this network does not exist, and nothing is changed.")), width)
        self.put("#which", lines)
        name, password = (self.query_one(f"#{each}", Field) for each in ("name", "password"))
        for line, field, label in zip(self.query(FieldLine), (name, password), (_NAME, _PASSWORD), strict=True):
            line.display = field is not name or self._hidden
            line.put(tell(label))
        self.put("#wrong", [*said_lines(self._wrong, width, tell), plain("")])
        show = say("Show the password") if password.password else say("Hide the password")
        self.query_one("#show", Choice).call_it(tell(show))
        self.query_one("#back", Choice).call_it(tell(say("Back to the list")))

    def hints(self) -> Iterable[KeyHint]:
        if self._joins:
            return ((ESCAPE, say("Back to the list")), (ENTER, say("Join")))
        return (*super().hints(), (ARROWS, say("Choose")), (ENTER, say("Confirm")))

    # ---- doing

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        match message.choice.name or "":
            case "again":
                self._send(SeeNetwork(mode=self.face.mode, again=True))
            case "deliver":
                self._send(DeliverNow(mode=self.face.mode))
            case "hidden":
                self._open(None)
            case "show":
                password = self.query_one("#password", Field)
                password.password = not password.password
                self.update_view()
            case "back":
                self._leave_form()
            case row:
                self._choose(self._order[int(row.removeprefix("net-"))])

    def _choose(self, key: str) -> None:
        network = next((each for each in (self._network.networks if self._network else []) if each.key == key), None)
        if network is None or network.joined or network.security is Security.OTHER:
            return
        if network.security is Security.OPEN:
            self._join(network.key, None)
        else:
            self._open(network)

    def _open(self, network: RadioNetwork | None) -> None:
        self._wanted, self._hidden, self._wrong = network, network is None, None
        for field in self.query("#join Field").results(Field):
            field.clear()
        self.query_one("#password", Field).password = True
        self.update_view()
        self.query_one("#name" if network is None else "#password", Field).focus()

    def _leave_form(self) -> None:
        self._wanted, self._hidden, self._wrong, self._attempt = None, False, None, None
        for field in self.query("#join Field").results(Field):
            field.clear()
        self.update_view()
        self.query_one("#again", Choice).focus()

    def on_input_submitted(self, message: Field.Submitted) -> None:
        if message.input.id == "name":
            self.query_one("#password", Field).focus()
            return
        typed = self.query_one("#password", Field).value
        key = self._wanted.key if self._wanted else self.query_one("#name", Field).value.strip().encode().hex()
        self._wrong = self._refusal(key, typed)
        if self._wrong is None:
            self._join(key, SecretStr(typed) if typed else None)
        self.update_view()

    def _refusal(self, key: str, typed: str) -> Said | None:
        """What is seen to be wrong before anything is tried."""
        if not 1 <= len(key) // 2 <= _LONGEST:
            return Said(reason=say("Type the name of the network, of at most 32 letters."))
        if is_passphrase(typed) or (self._hidden and not typed):
            return None
        return Said(reason=say("This cannot be the password of a Wi-Fi network."), hint=NO_PASSPHRASE)

    def _join(self, key: str, password: SecretStr | None) -> None:
        self._attempt = (self._network.attempt if self._network else 0) + 1
        self._send(
            JoinWifi(mode=self.face.mode, network=key, password=password, hidden=self._hidden, attempt=self._attempt)
        )

    def _follow_joining(self) -> None:
        """Once the network was joined the form goes away, and the password with it; otherwise it stays to be mended."""
        network = self._network
        if network is not None and network.attempt == self._attempt and network.joining is None:
            self._attempt = None
            if self._joins and network.wifi_said is not None and network.wifi_said.good:
                self.call_after_refresh(self._leave_form)

    def action_close(self) -> None:
        if self._joins:
            self._leave_form()
        else:
            super().action_close()


_NAME: Message = say("Name of the network:")
_PASSWORD: Message = say("Password:")
