"""Every screen in both languages: nothing that the font lacks, nothing cut off, and the same picture as before."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import tui_pictures
from textual.strip import Strip
from tui_cases import press, settled
from tui_cut import unreadable
from tui_pictures import FOLDER, RENEW, differences, picture
from tui_scenes import HELPS, MANUAL, OF_STOP, OVERS, SCENES, WAY, Scene
from tui_stage import Stage, stage

from agent.manual import registry
from agent.model.message import Message, say
from agent.model.words import Mode
from agent.tui.lines.layout import paragraph, plain
from agent.tui.over import Over
from agent.tui.way import Stop
from agent.tui.widgets.choice import Choice
from agent.tui.widgets.colours import Colours
from agent.tui.widgets.sheet import Sheet

LANGUAGES = ("fr", "en")
WIDE, CONSOLE, SERIAL = (120, 40), (80, 25), (80, 24)
UNSAVED = 2
"""Reports that are not saved: a third line on top is the worst that can be."""
_WAY = list(WAY)
PARTS = {
    "start": _WAY[: len(_WAY) // 2],
    "end": _WAY[len(_WAY) // 2 :],
    "manual": list(MANUAL),
    "over": [*OVERS, *HELPS],
}


def named(name: str, language: str, size: tuple[int, int]) -> str:
    return f"{name}/{language}-{size[0]}x{size[1]}"


def mistaken(shown: Stage, top: list[Strip]) -> Iterator[str]:
    """In training the word stands above, whatever lies before or over the screen; otherwise it is never there."""
    if any(each.display for each in shown.app.screen.query(Colours)):
        return
    word = {"fr": "ENTRAÎNEMENT", "en": "TRAINING"}[shown.app.face.language]
    if any(word in strip.text for strip in top) is not (shown.app.face.mode is Mode.TRAINING):
        yield f"{word} is not where it should be"


def scrolled(shown: Stage) -> Iterator[str]:
    """Where somebody tries a part with both hands, nothing has to be scrolled."""
    for part in shown.app.screen.query("#manual"):
        if part.max_scroll_y > 0:
            yield f"{part.max_scroll_y} rows of the check have to be scrolled to"


async def looked_at(shown: Stage, name: str, scene: Scene) -> list[str]:
    """What is wrong with it, at each size and in each language."""
    wrong: list[str] = []
    await shown.play(scene, SERIAL, 0 if name in MANUAL else UNSAVED)
    for size in (SERIAL, CONSOLE, WIDE) if scene.picture else (SERIAL, WIDE):
        if size != SERIAL:
            await shown.resize(size, unsaved=scene.state.unsaved)
        for language in sorted(LANGUAGES, key=lambda each: each != shown.app.face.language):
            await shown.speak(language)
            full = named(name, language, size)
            strips = shown.strips()
            found = [*unreadable(shown.app, strips), *mistaken(shown, strips[:3]), *scrolled(shown)]
            wrong += [f"{full}: {each}" for each in found]
            if scene.picture and size != SERIAL:
                wrong += differences(full, picture(strips))
    return wrong


@pytest.mark.parametrize("part", PARTS)
async def test_every_screen(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong: list[str] = []
    async with stage(monkeypatch) as shown:
        for name in PARTS[part]:
            wrong += await looked_at(shown, name, SCENES[name])
    assert not wrong, "\n".join(wrong)


async def test_a_terminal_that_becomes_smaller_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage(monkeypatch) as shown:
        for name in ("afar-problem", "start-trouble", "manual-keyboard-felt"):
            await shown.play(SCENES[name], WIDE)
            await shown.resize(SERIAL)
            assert not unreadable(shown.app, shown.strips()), name


def test_no_screen_is_left_out() -> None:
    assert set(OF_STOP) == set(Stop)
    assert {scene.over for scene in SCENES.values()} == {None, *Over}
    assert {f"manual-{name}" for name in registry.BY_ID} <= {name.removesuffix("-broken") for name in MANUAL}
    assert any(scene.afar for scene in SCENES.values())


# ---- what is looked for is found


def too_long(shown: Stage) -> None:
    shown.app.screen.query_one("#yes", Choice).call_it("Oui, " * 20)


def too_high(shown: Stage) -> None:
    shown.app.screen.query_one("#text", Sheet).put(paragraph([plain("Ligne")] * 30))


def not_wrapped(shown: Stage) -> None:
    shown.app.screen.query_one("#text", Sheet).put(plain("mot " * 30))


def strange(shown: Stage) -> None:
    shown.app.screen.query_one("#yes", Choice).call_it("☃")


def too_many_keys(shown: Stage) -> None:
    hints = [(Message(f"F{number}"), say("Support file")) for number in range(11, 20)]
    shown.app.screen.hints = lambda: hints  # type: ignore[method-assign, attr-defined]
    shown.app.screen.update_view()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [(too_long, "columns beyond the edge"), (too_high, "rows that nobody can get to"), (not_wrapped, "#text needs"),
     (strange, "the font lacks ['☃']"), (too_many_keys, "the line of keys does not say")],
)  # fmt: skip
async def test_what_nobody_can_read_is_found(
    spoil: Callable[[Stage], None], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage(monkeypatch, SERIAL) as shown:
        await shown.play(SCENES["empty-bay"])
        assert not unreadable(shown.app, shown.strips())
        spoil(shown)
        await settled(shown.pilot)
        assert said in "\n".join(unreadable(shown.app, shown.strips()))


async def test_a_picture_that_differs_names_its_row(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tui_pictures, "FOLDER", tmp_path)
    monkeypatch.setattr(tui_pictures, "RENEW", False)
    async with stage(monkeypatch) as shown:
        await shown.play(SCENES["empty-bay"])
        kept = picture(shown.strips())
        assert differences("bay", kept) == ["bay: there is no picture of it yet"]
        (tmp_path / "bay.svg").write_text(kept)
        assert differences("bay", kept) == []
        await press(shown.pilot, "down")
        [no, yes] = differences("bay", picture(shown.strips()))
    assert "> Non, ou je n'ai pas regardé <" in no.splitlines()[1]
    assert yes.startswith("bay, row ")
    assert "> Oui" in yes.splitlines()[2]


def test_no_picture_is_left_of_what_is_not_there_any_more() -> None:
    """RENEW_SNAPSHOTS removes it."""
    wanted = {
        FOLDER / f"{named(name, language, size)}.svg"
        for name, scene in SCENES.items()
        for language in LANGUAGES
        for size in (WIDE, CONSOLE)
        if scene.picture
    }
    for stale in set(FOLDER.rglob("*.svg")) - wanted if RENEW else ():
        stale.unlink()
    assert not set(FOLDER.rglob("*.svg")) - wanted
