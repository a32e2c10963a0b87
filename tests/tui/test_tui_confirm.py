"""The confirmation of an erase: by typing only, never by a scan, never by Enter, arrows and Tab alone."""

import pytest
import tui_cases as cases
from textual import events
from tui_cases import press, screen_text, settled, showing, type_keys

from agent.model.messages import Answer, QuestionEvent
from agent.model.sanitization import Plan, PlanStep
from agent.model.words import Contents, Level, Method, Technique, Verify

TRAINING = cases.WORKING.mode
ASKED = cases.WORKING.model_copy(update={"question": cases.CONFIRM})
NOTHING = Answer(mode=TRAINING, question_id="q2")


async def test_the_list_says_who_how_and_why_not() -> None:
    async with showing(ASKED, "en") as screen:
        shown = screen_text(screen.app)
        await press(screen.pilot, "pagedown")
    assert "1. WDC WD5000LPVX-22V0TT0, 500 GB, serial WD-WXH1A54C7K2P" in shown
    assert "about 1 h 40" in shown
    assert "4. [red]x[/red], 500 GB, serial <script>" in shown
    assert "[XX] Cannot be erased: This is the stick that Ordis runs from." in shown
    assert "> No, erase nothing <" in shown


@pytest.mark.parametrize("key", ["enter", "escape"])
async def test_no_is_where_the_focus_starts(key: str) -> None:
    async with showing(ASKED) as screen:
        await press(screen.pilot, key)
    assert screen.link.sent == [NOTHING]


async def test_the_tag_confirms_the_list() -> None:
    async with showing(ASKED, "en") as screen:
        await press(screen.pilot, "up")
        await type_keys(screen.pilot, "pc-0042\n")
        assert "> Erase: drive 1, 2, 3 <" in screen_text(screen.app)
        assert screen.link.sent == []
        await type_keys(screen.pilot, "\n")
    assert screen.link.sent == [Answer(mode=TRAINING, question_id="q2", text="pc-0042")]


async def test_ends_of_serials_confirm_single_drives() -> None:
    async with showing(ASKED, "en") as screen:
        await press(screen.pilot, "down")  # past the Erase that cannot be chosen yet, to the first drive
        await type_keys(screen.pilot, "7K2P\n\n\n")
        await type_keys(screen.pilot, "ipt>\n")
        assert "Erase: drive 1, 4" in screen_text(screen.app)
        await type_keys(screen.pilot, "\n\n")
    assert screen.link.sent == [
        Answer(mode=TRAINING, question_id="q2", serial_ends={"/dev/sda": "7K2P", "/dev/sdd": "ipt>"})
    ]


async def test_too_short_an_end_names_nothing() -> None:
    async with showing(ASKED, "en") as screen:
        await press(screen.pilot, "down", "down")
        await type_keys(screen.pilot, "K2P")
        assert "nothing is named yet" in screen_text(screen.app)


async def test_a_wrong_answer_is_asked_again_and_the_text_kept() -> None:
    async with showing(ASKED, "en") as screen:
        await press(screen.pilot, "up")
        await type_keys(screen.pilot, "PC-0042\n\n")
        problem = cases.say("That is not the asset tag of this machine. Nothing was confirmed.")
        again = cases.CONFIRM.model_copy(update={"problem": problem})
        screen.link.push(QuestionEvent(mode=TRAINING, question=again))
        await settled(screen.pilot)
        assert "! That is not the asset tag" in screen_text(screen.app)
        assert "[PC-0042 " in screen_text(screen.app)


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_a_wrong_serial_is_told_at_once_and_cannot_be_sent(language: str) -> None:
    wrong = {
        "fr": "! « 7K2Q » n'est pas la fin du numéro de série du disque 1, qui est WD-WXH1A54C7K2P.",
        "en": '! "7K2Q" is not how the serial number of drive 1 ends, which is WD-WXH1A54C7K2P.',
    }[language]
    async with showing(ASKED, language) as screen:
        await press(screen.pilot, "down")
        await type_keys(screen.pilot, "7K2Q")
        shown = " ".join(screen_text(screen.app).replace("\xa0", " ").split())
        assert wrong in shown, shown
        await press(screen.pilot, "enter", "enter", "tab", "enter")
        await press(screen.pilot, "up", "enter", "tab", "tab", "tab", "tab", "enter")
        assert all(answer == NOTHING for answer in screen.link.sent)


async def test_what_was_wrong_can_be_corrected() -> None:
    async with showing(ASKED, "en") as screen:
        await press(screen.pilot, "down")
        await type_keys(screen.pilot, "7K2Q")
        assert "nothing is named yet" in screen_text(screen.app)
        await press(screen.pilot, "backspace")
        await type_keys(screen.pilot, "P")
        assert "is not how the serial number" not in screen_text(screen.app)
        assert "Erase: drive 1" in screen_text(screen.app)


async def test_a_new_list_starts_empty() -> None:
    async with showing(ASKED, "en") as screen:
        await press(screen.pilot, "up")
        await type_keys(screen.pilot, "PC-0042")
        other = cases.CONFIRM.model_copy(update={"id": "q9", "plans": cases.CONFIRM.plans[:1]})
        screen.link.push(QuestionEvent(mode=TRAINING, question=other))
        await settled(screen.pilot)
        assert "PC-0042 " not in screen_text(screen.app).partition("type the tag PC-0042: [")[2]
        assert "> No, erase nothing <" in screen_text(screen.app)


async def test_what_cannot_be_stopped_is_said_before_the_yes() -> None:
    async with showing(ASKED, "en") as screen:
        assert "cannot be stopped" not in screen_text(screen.app)
        own = PlanStep(
            technique=Technique.ATA_SANITIZE, method=Method.BLOCK, level=Level.PURGE, verify=Verify.SAMPLED,
            seconds_expected=60,
        )  # fmt: skip
        other = cases.CONFIRM.model_copy(update={"id": "q9", "plans": [cases.plan(cases.drive(0), steps=[own])]})
        screen.link.push(QuestionEvent(mode=TRAINING, question=other))
        await settled(screen.pilot)
        assert "cannot be stopped: never switch off" in screen_text(screen.app)


# ---- what may not confirm


async def test_a_scan_confirms_nothing_and_leaves_nothing() -> None:
    async with showing(ASKED, "en") as screen:
        for _place in ("no", "the first serial", "the second serial"):
            await type_keys(screen.pilot, "PC-0042\n", gap=0.008)
            shown = screen_text(screen.app)
            assert "came from a scanner or was pasted" in shown
            assert "nothing is named yet" in shown
            assert screen.link.sent == []
            await press(screen.pilot, "down")


async def test_a_scan_of_four_keys_confirms_nothing() -> None:
    async with showing(ASKED, "en") as screen:
        await press(screen.pilot, "down", "down")
        await type_keys(screen.pilot, "7K2P", gap=0.01)
        assert "nothing is named yet" in screen_text(screen.app)


async def test_after_a_scan_typing_still_works() -> None:
    async with showing(ASKED, "en") as screen:
        await press(screen.pilot, "up")
        await type_keys(screen.pilot, "PC-0042\n", gap=0.008)
        await type_keys(screen.pilot, "PC-0042\n\n")
        assert "came from a scanner" not in screen_text(screen.app)
    assert screen.link.sent == [Answer(mode=TRAINING, question_id="q2", text="PC-0042")]


async def test_pasted_text_confirms_nothing() -> None:
    async with showing(ASKED, "en") as screen:
        await press(screen.pilot, "up")
        screen.app.post_message(events.Paste("PC-0042"))
        await settled(screen.pilot)
        assert "was pasted" in screen_text(screen.app)
        assert "nothing is named yet" in screen_text(screen.app)


# ---- lists of other kinds


async def test_where_nothing_can_be_erased_there_is_nothing_to_type() -> None:
    stick = Plan(drive=cases.identity(cases.STICK), obstacles=[cases.say("This is the stick.")])
    question = cases.CONFIRM.model_copy(update={"plans": [stick]})
    async with showing(ASKED.model_copy(update={"question": question}), "en") as screen:
        shown = screen_text(screen.app)
        assert "Erase:" not in shown
        assert "type the tag" not in shown
        await press(screen.pilot, "tab", "enter", "escape")
    assert screen.link.sent
    assert all(answer == NOTHING for answer in screen.link.sent)


async def test_without_a_tag_only_serials_confirm() -> None:
    question = cases.CONFIRM.model_copy(update={"asset_tag": None})
    async with showing(ASKED.model_copy(update={"question": question}), "en") as screen:
        assert "type the tag" not in screen_text(screen.app)


async def test_twenty_drives_can_all_be_reached() -> None:
    plans = [cases.plan(cases.drive(0, path=f"/dev/sd{n}", serial=f"SERIAL-{n:04}")) for n in range(20)]
    question = cases.CONFIRM.model_copy(update={"plans": plans})
    async with showing(ASKED.model_copy(update={"question": question}), "en") as screen:
        assert "more below" in screen_text(screen.app)
        await press(screen.pilot, "up", "up")  # past the tag, to the last drive
        await type_keys(screen.pilot, "0019")
        shown = screen_text(screen.app)
        assert "20. WDC" in shown
        assert "Erase: drive 20" in shown


async def test_a_drive_without_a_serial_is_named_by_the_tag_in_its_own_field() -> None:
    nameless = cases.plan(cases.drive(0, serial=None), single_confirmation=True)
    question = cases.CONFIRM.model_copy(update={"plans": [nameless]})
    async with showing(ASKED.model_copy(update={"question": question}), "en") as screen:
        assert "Without a serial number: type the tag PC-0042: [" in screen_text(screen.app)
        await press(screen.pilot, "down")
        await type_keys(screen.pilot, "PC-0042\n\n")
    assert screen.link.sent == [Answer(mode=TRAINING, question_id="q2", serial_ends={"/dev/sda": "PC-0042"})]


async def test_what_is_on_each_drive_is_said_in_one_word() -> None:
    words = {0: Contents.WINDOWS, 1: Contents.ENCRYPTED, 2: None}
    drives = [cases.drive(number, contents=word) for number, word in words.items()]
    swapped = cases.drive(2, serial="ANOTHER", contents=Contents.EMPTY)  # in the place of the one that is asked about
    inventory = cases.INVENTORY.model_copy(update={"drives": [*drives[:2], swapped]})
    state = cases.WORKING.model_copy(update={"inventory": inventory, "question": cases.CONFIRM})
    async with showing(state, "fr", (80, 60)) as screen:
        shown = screen_text(screen.app)
    assert shown.index("WDC WD5000LPVX") < shown.index("Dessus : Windows") < shown.index("Samsung SSD")
    assert shown.index("Samsung SSD") < shown.index("Dessus : chiffré") < shown.index("KINGSTON")
    assert shown.count("Dessus :") == 2
