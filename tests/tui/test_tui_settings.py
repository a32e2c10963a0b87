"""F4: what is shown of ordis.toml, what is sent, and that nothing typed is lost or saved unasked."""

import pytest
import tui_cases as cases
from pydantic import SecretStr
from tui_cases import press, screen_rows, screen_text, settled, showing

from agent.model.care import SETTINGS, Said, SettingsState, WifiKept
from agent.model.message import say
from agent.model.messages import Command, SaveSettings, SeeSettings, SettingsEvent
from agent.model.words import Mode
from agent.tui.charset import ALLOWED
from agent.tui.screens.settings import LABELS, SettingsScreen
from agent.tui.widgets.choice import Choice
from agent.tui.widgets.field import Field

REAL = cases.WORKING.model_copy(update={"mode": Mode.REAL})
STANDS = SettingsState(
    file="/run/ordis/stick/ordis.toml",
    fields={"language": "fr", "workshop.url": "https://atelier.example", "organisation.name": "[b]日本[/b]"},
    wifi=["hold", "Mairie"],
)
SEE = SeeSettings(mode=Mode.REAL)


def told(**changes: object) -> SettingsEvent:
    return SettingsEvent(mode=Mode.REAL, settings=STANDS.model_copy(update=changes))


async def opened(screen: object, event: SettingsEvent | None = None) -> SettingsScreen:
    await press(screen.pilot, "f4")  # type: ignore[attr-defined]
    screen.link.push(event or told())  # type: ignore[attr-defined]
    await settled(screen.pilot)  # type: ignore[attr-defined]
    shown = screen.app.screen  # type: ignore[attr-defined]
    assert isinstance(shown, SettingsScreen)
    return shown


async def on(screen: object, name: str, *keys: str) -> None:
    """The keys with the focus on what is called so."""
    app = screen.app  # type: ignore[attr-defined]
    [widget] = [each for each in (*app.screen.query(Choice), *app.screen.query(Field)) if each.name == name]
    widget.focus()
    await settled(screen.pilot)  # type: ignore[attr-defined]
    await press(screen.pilot, *keys)  # type: ignore[attr-defined]


def test_every_setting_has_a_name() -> None:
    assert set(LABELS) == set(SETTINGS)


async def test_what_stands_there_with_dots_for_passwords() -> None:
    async with showing(REAL, "en", (80, 50)) as screen:
        await opened(screen)
        rows = screen_rows(screen.app)
    shown = "\n".join(rows)
    for text in ("/run/ordis/stick/ordis.toml", "Language: français", "[https://atelier.example ", "[[b]??[/b]",
                 "hold (password: ******", "Save"):  # fmt: skip
        assert text in shown, text
    assert ALLOWED.issuperset("".join(rows))
    assert screen.link.sent == [SEE]


def sent(screen: object) -> list[Command]:
    return [each for each in screen.link.sent if each != SEE]  # type: ignore[attr-defined]


async def test_only_what_was_changed_is_sent_and_an_answer_fills_the_fields_anew() -> None:
    async with showing(REAL, "en", (80, 50)) as screen:
        await opened(screen)
        await on(screen, "language", "enter")
        await on(screen, "workshop.url", "end", "/", "x")
        await on(screen, "wifi-1", "enter")
        await on(screen, "ssid", *"Neu")
        await on(screen, "password", *"geheim 12")
        assert "geheim" not in screen_text(screen.app)
        assert "will be taken away" in screen_text(screen.app)
        await on(screen, "save", "enter", "enter")  # the second one comes while it is being saved
        changes = {"language": "en", "workshop.url": "https://atelier.example/x"}
        new = WifiKept(name="Neu", password=SecretStr("geheim 12"))
        assert sent(screen) == [SaveSettings(mode=Mode.REAL, changes=changes, add=new, forget=["Mairie"], attempt=1)]
        assert "Saving..." in screen_text(screen.app)
        note = say("The intake that runs keeps what it began with.")
        good = Said(good=True, reason=say("Saved."), notes=[note])
        fields = {**STANDS.fields, **changes}
        screen.link.push(told(fields=fields, wifi=["hold", "Neu"], attempt=1, said=good))
        await settled(screen.pilot)
        shown = screen_text(screen.app)
        for text in ("[ok] Saved.", "keeps what it began with", "Neu (password", "[https://atelier.example/x "):
            assert text in shown
        await press(screen.pilot, "escape")  # nothing is unsaved any more
        assert "[>>] Processeur" in screen_text(screen.app)


async def test_what_is_wrong_is_said_and_what_was_typed_stays() -> None:
    async with showing(REAL, "en", (80, 50)) as screen:
        await opened(screen)
        await on(screen, "workshop.url", "end", *" x")
        await on(screen, "save", "enter")
        wrong = Said(reason=say("In ordis.toml, workshop.url cannot be so."), hint=say("Expected: an address."))
        screen.link.push(told(attempt=1, said=wrong))
        await settled(screen.pilot)
        shown = screen_text(screen.app)
        for text in ("[ !] In ordis.toml, workshop.url cannot be so.", "Expected: an address.", "atelier.example x "):
            assert text in shown
        await press(screen.pilot, "f1", "escape", "f2", "f2")
        assert "atelier.example x " in screen_text(screen.app)


async def test_escape_asks_once_before_it_leaves_what_was_typed() -> None:
    async with showing(REAL, "en", (80, 50)) as screen:
        await opened(screen)
        await on(screen, "organisation.address", *"Nantes")
        await press(screen.pilot, "escape")
        assert "not saved yet" in screen_text(screen.app)
        await press(screen.pilot, "!")
        assert "not saved yet" not in screen_text(screen.app)
        await press(screen.pilot, "escape", "escape")
        assert "[>>] Processeur" in screen_text(screen.app)
    assert sent(screen) == []


@pytest.mark.parametrize(
    ("name", "password", "text"),
    [("", "geheim12", "Type the name"), ("é" * 17, "", "Type the name"), ("a", "short", "Expected: 8 to 63")],
)
async def test_a_network_that_cannot_be_is_not_sent(name: str, password: str, text: str) -> None:
    async with showing(REAL, "en", (80, 50)) as screen:
        await opened(screen)
        await on(screen, "ssid", *name)
        await on(screen, "password", *password)
        await on(screen, "save", "enter")
        assert text in screen_text(screen.app)
    assert sent(screen) == []


async def test_enter_alone_changes_nothing() -> None:
    async with showing(REAL, "en", (80, 50)) as screen:
        await opened(screen)
        await on(screen, "save", "enter")
        assert "nothing to save" in screen_text(screen.app)
        await on(screen, "back", "enter")
        assert "[>>] Processeur" in screen_text(screen.app)
        await press(screen.pilot, "f4", "enter")  # the focus begins on what does nothing
        assert "[>>] Processeur" in screen_text(screen.app)
    assert sent(screen) == []


async def test_where_it_cannot_be_changed_it_is_said_and_nothing_can_be_saved() -> None:
    hinders = Said(reason=say("It is not written correctly."), hint=say("Mend it."))
    async with showing(REAL, "en", (80, 50)) as screen:
        await opened(screen, told(fields={}, wifi=[], hinders=hinders))
        shown = screen_text(screen.app)
        assert "It is not written correctly." in shown
        assert "Mend it." in shown
        assert "Save" not in shown


async def test_a_language_that_was_saved_is_spoken_at_once() -> None:
    async with showing(REAL, "fr", (80, 50)) as screen:
        await opened(screen)
        good = Said(good=True, reason=say("Saved. The new settings are used from now on."))
        screen.link.push(told(fields={**STANDS.fields, "language": "en"}, said=good))
        await settled(screen.pilot)
        assert "The new settings are used from now on." in screen_text(screen.app)


async def test_training_says_that_nothing_is_written() -> None:
    async with showing(cases.WORKING, "en", (80, 50)) as screen:
        await press(screen.pilot, "f4")
        screen.link.push(SettingsEvent(mode=cases.WORKING.mode, settings=STANDS))
        await settled(screen.pilot)
        assert "Training: what you change is checked, and nothing is written." in screen_text(screen.app)
