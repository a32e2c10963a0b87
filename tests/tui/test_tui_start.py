"""The start screen: what is round the machine, what is typed, and what is proposed."""

from datetime import UTC, datetime

import pytest
import tui_cases as cases
from tui_cases import press, screen_rows, screen_text, settled, showing, type_keys

from agent.model.inventory import Inventory, Unreadable
from agent.model.message import say
from agent.model.messages import IntakeRequest, InventoryEvent, ProblemEvent, ProfilesEvent, Start, SurroundingsEvent
from agent.model.state import IntakeState
from agent.model.surroundings import ClockSeen, Kept, Proposal, StickSeen, Surroundings, WorkshopSeen
from agent.model.words import Mode, Reached
from agent.tui.face import Detour
from agent.tui.screens.base import Go

TRAINING = cases.IDLE.mode
WHEN = datetime(2026, 11, 29, 23, 15, tzinfo=UTC)
SEEN = Surroundings(
    stick=StickSeen(kept=Kept.STICK, key="ordis-ed25519:AbCdEfGhIjKlMnOp"),
    workshop=WorkshopSeen(url="https://atelier.example", reached=Reached.YES, enrolled=True),
    clock=ClockSeen(source="network", local=WHEN),
    waiting=0,
    proposal=Proposal(profile="quick", because=say("Proposed for this kind of computer ({kind}).", kind="laptop")),
    tag_pattern=r"PC-\d{4}",
)


def idle(**changes: object) -> IntakeState:
    return cases.IDLE.model_copy(update={"surroundings": SEEN.model_copy(update=changes)})


def started(**request: object) -> list[Start]:
    return [Start(mode=TRAINING, request=IntakeRequest.model_validate(request))]


async def test_what_was_typed_goes_with_the_profile() -> None:
    async with showing(idle(proposal=None)) as screen:
        await type_keys(screen.pilot, "PC-0042\nMairie 7\nJB\n")
        assert "> Standard : tests complets <" in screen_text(screen.app)
        assert screen.link.sent == []
        await press(screen.pilot, "down", "enter", "enter")  # the second Enter is one too many and does nothing
    assert screen.link.sent == started(profile="quick", asset_tag="PC-0042", lot="Mairie 7", volunteer="JB")


async def test_nothing_needs_to_be_typed() -> None:
    async with showing(idle(proposal=None)) as screen:
        await press(screen.pilot, "enter", "enter", "enter")
        assert screen.link.sent == []
        await press(screen.pilot, "enter")
    assert screen.link.sent == started(profile="standard")


async def test_back_and_forth_between_the_fields() -> None:
    async with showing(idle(proposal=None)) as screen:
        await type_keys(screen.pilot, "PC-0001\nLot A")
        await press(screen.pilot, "up", "backspace", "2", "down", "end", "B", "tab", "tab", "enter")
    assert screen.link.sent == started(profile="standard", asset_tag="PC-0002", lot="Lot AB")


async def test_a_tag_that_is_none_is_said_at_once_and_starts_nothing() -> None:
    async with showing(idle(), "en") as screen:
        await type_keys(screen.pilot, "PC-42\n")
        assert '"PC-42" is not an asset tag of this workshop' in " ".join(screen_text(screen.app).split())
        await press(screen.pilot, "tab", "tab", "tab", "enter")
        assert screen.link.sent == []
        assert screen.app.focused is not None
        assert screen.app.focused.id == "tag"
        await type_keys(screen.pilot, "17")
        assert "is not an asset tag" not in screen_text(screen.app)
        await press(screen.pilot, "enter", "enter", "enter", "enter")
    assert screen.link.sent == started(profile="quick", asset_tag="PC-4217")


async def test_a_scanner_fills_in_tag_and_lot_and_nothing_else() -> None:
    async with showing(idle(), "en") as screen:
        await type_keys(screen.pilot, "PC-0042\n", gap=0.005)
        await type_keys(screen.pilot, "LOT-2026-17\n", gap=0.005)
        await type_keys(screen.pilot, "PC-9999\n", gap=0.005)
        assert "That came from a scanner" in screen_text(screen.app)
        assert screen.app.focused.id == "volunteer"
        await press(screen.pilot, "tab")
        await type_keys(screen.pilot, "PC-8888\n", gap=0.005)  # on a profile: its Enter starts nothing
        assert screen.link.sent == []
        await press(screen.pilot, "enter")
    assert screen.link.sent == started(profile="quick", asset_tag="PC-0042", lot="LOT-2026-17")


async def test_the_proposed_profile_stands_first_and_others_can_be_chosen() -> None:
    async with showing(idle()) as screen:
        shown = screen_text(screen.app)
        assert "Proposé pour ce genre d'ordinateur (portable)." in shown
        assert shown.index("Rapide : premier tri (proposé)") < shown.index("Standard : tests complets")
        await press(screen.pilot, "enter", "enter", "enter", "down", "enter")
    assert screen.link.sent == started(profile="standard")


async def test_what_was_typed_outlives_other_screens_profiles_and_a_language() -> None:
    async with showing(idle(), "en") as screen:
        await type_keys(screen.pilot, "PC-0042\nLot")
        screen.link.push(ProfilesEvent(mode=TRAINING))
        screen.link.push(SurroundingsEvent(mode=TRAINING, surroundings=SEEN.model_copy(update={"proposal": None})))
        await settled(screen.pilot)
        assert "(proposed)" not in screen_text(screen.app)
        screen.app.post_message(Go(Detour.STEPS))
        await settled(screen.pilot)
        screen.app.post_message(Go(None))
        await settled(screen.pilot)
        await press(screen.pilot, "f2")
        await type_keys(screen.pilot, " 9")  # where it was left
        assert "[Lot 9 " in screen_text(screen.app)
        screen.link.push(ProblemEvent(mode=TRAINING, problem=say("No."), refused=True))
        await settled(screen.pilot)
        await press(screen.pilot, "down", "down", "enter")
        await settled(screen.pilot)
        shown = screen_text(screen.app)
        assert "[PC-0042 " in shown
        assert "[Lot 9 " in shown


async def test_profiles_that_change_before_the_next_screen_is_there_break_nothing() -> None:
    async with showing(idle()) as screen:
        screen.app.face.profiles = screen.app.face.profiles[:1]
        await press(screen.pilot, "down", "up")
        assert "Standard : tests complets" in screen_text(screen.app)


async def test_lot_and_initials_of_the_intake_before_are_there() -> None:
    before = cases.FINISHED.model_copy(update={"lot": "Mairie 7", "volunteer": "JB", "surroundings": SEEN})
    async with showing(before) as screen:
        screen.app.post_message(Go(Detour.START))
        await settled(screen.pilot)
        assert "Lot (comme le précédent)" in screen_text(screen.app)
        assert "Initiales (comme avant)" in screen_text(screen.app)
        await press(screen.pilot, "enter", "enter", "enter", "enter")
    assert screen.link.sent == started(profile="quick", asset_tag="PC-0042", lot="Mairie 7", volunteer="JB")


async def test_what_an_earlier_start_of_the_stick_left_is_suggested_and_can_be_changed() -> None:
    kept = idle(proposal=None).model_copy(update={"lot": "Mairie 7", "volunteer": "JB"})
    async with showing(kept) as screen:
        await press(screen.pilot, "down", "end", "8")
        shown = screen_text(screen.app)
        assert "Lot du donateur" in shown
        assert "comme le précédent" not in shown
        assert "Initiales (comme avant)" in shown
        await press(screen.pilot, "enter", "enter", "enter")
    assert screen.link.sent == started(profile="standard", lot="Mairie 78", volunteer="JB")


ROUND = [
    ("stick", StickSeen(kept=Kept.STICK, key="ordis-ed25519:AbCdEfGhIj", in_memory=True), "[ok]", "elle garde les"),
    ("stick", StickSeen(kept=Kept.STICK, key="ordis-ed25519:AbCdEfGhIj"), "[ok]", "Signature AbCdEfGh."),
    ("stick", StickSeen(kept=Kept.STICK, in_memory=True), "[ok]", "tourne en mémoire"),
    ("stick", StickSeen(kept=Kept.DISK), "[--]", "sur cet ordinateur"),
    ("stick", StickSeen(kept=Kept.PULLED), "[XX]", "Clé : retirée"),
    ("stick", StickSeen(kept=Kept.DAMAGED, why=say("{why}", why="→ broken")), "[XX]", "-> broken"),
    ("stick", StickSeen(kept=Kept.NONE), "[ !]", "Clé : aucune"),
    ("workshop", WorkshopSeen(why=say("No workshop was found in this network.")), "[--]", "Atelier : aucun"),
    ("workshop", WorkshopSeen(url="https://a", reached=Reached.YES), "[ok]", "il répond."),
    ("workshop", WorkshopSeen(url="https://a", reached=Reached.NO, why=say("{why}", why="Refused")), "[ !]", "Refused"),
    ("workshop", WorkshopSeen(url="https://a", reached=Reached.PORTAL), "[ !]", "ce réseau veut d'abord"),
    ("clock", ClockSeen(source="machine_clock", local=WHEN), "[ok]", "29/11/2026, 23:15 (horloge"),
    ("clock", ClockSeen(source="volunteer", local=WHEN), "[ok]", "(entrée à la main)"),
    ("clock", ClockSeen(source="unconfirmed", local=WHEN), "[XX]", "c'est impossible"),
    ("waiting", 1, "[ !]", "1 rapport attend"),
    ("waiting", 12, "[ !]", "12 rapports attendent"),
]


@pytest.mark.parametrize(("about", "seen", "sign", "words"), ROUND)
async def test_what_is_round_the_machine_has_a_sign_and_words(about: str, seen: object, sign: str, words: str) -> None:
    async with showing(cases.IDLE) as screen:
        assert words not in screen_text(screen.app)
        screen.link.push(SurroundingsEvent(mode=TRAINING, surroundings=Surroundings.model_validate({about: seen})))
        for _ in range(20):
            await settled(screen.pilot)
            rows = [row.replace("\xa0", " ") for row in screen_rows(screen.app)]
            if any(sign in row for row in rows):
                break
        first = next(number for number, row in enumerate(rows) if sign in row)
        assert words in rows[first] + rows[first + 1]


async def test_a_workshop_that_does_not_know_the_stick_says_so_but_never_in_training() -> None:
    workshop = WorkshopSeen(url="https://a", reached=Reached.YES, enrolled=False)
    for mode in Mode:
        state = idle(workshop=workshop).model_copy(update={"mode": mode})
        async with showing(state) as screen:
            unknown = "ne connaît pas la signature AbCdEfGh" in screen_text(screen.app)
            assert unknown is (mode is Mode.REAL)


async def test_drives_that_are_still_looked_for() -> None:
    """A slow computer that starts: no word of missing drives, and none left behind once they are listed."""
    known = cases.IDLE.inventory or Inventory()
    late = Unreadable(part="drives", reason=say("It did not answer within {seconds:duration}.", seconds=1))
    early = known.model_copy(update={"drives": [], "unreadable": [late]})
    async with showing(cases.IDLE.model_copy(update={"inventory": early})) as screen:
        assert "On cherche les disques..." in screen_text(screen.app)
        screen.link.push(InventoryEvent(mode=TRAINING, inventory=cases.INVENTORY, plans=[]))
        await settled(screen.pilot)
        assert "On cherche les disques..." not in screen_text(screen.app)
