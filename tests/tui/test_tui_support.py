"""F9: one file for those who can help, by F9 and Enter."""

import tui_cases as cases
from tui_cases import press, screen_rows, screen_text, settled, showing

from agent.model.care import Said, SupportState
from agent.model.message import say
from agent.model.messages import SaveSupport, SupportEvent
from agent.tui.charset import ALLOWED

TRAINING = cases.IDLE.mode


def told(**state: object) -> SupportEvent:
    return SupportEvent(mode=TRAINING, support=SupportState.model_validate(state))


async def test_it_is_asked_for_once_and_said_where_it_is() -> None:
    good = Said(
        good=True, reason=say("Saved: {file} ({size:bytes}).", file="/a/" + "b" * 90, size=12345), hint=say("Send.")
    )
    bad = Said(reason=say("There is no room."), hint=say("Delete old files."))
    for language in ("fr", "en"):
        async with showing(cases.WORKING, language) as screen:
            await press(screen.pilot, "f9", "enter")
            screen.link.push(told(saving=True))
            await settled(screen.pilot)
            await press(screen.pilot, "enter", "enter")  # while it is being saved
            assert screen.link.sent == [SaveSupport(mode=TRAINING, anonymous=True)]
            for said in (good, bad):
                screen.link.push(told(said=said))
                await settled(screen.pilot)
                rows = screen_rows(screen.app)
                assert ALLOWED.issuperset("".join(rows))
                assert ("[ok]" if said.good else "[ !]") in "".join(rows)
            assert "Delete old files." in screen_text(screen.app)


async def test_the_whole_file_and_the_way_back() -> None:
    async with showing(cases.WORKING, "en") as screen:
        await press(screen.pilot, "f9", "down", "enter")
        assert screen.link.sent == [SaveSupport(mode=TRAINING, anonymous=False)]
        await press(screen.pilot, "down", "enter")
        assert "[>>] Processeur" in screen_text(screen.app)
