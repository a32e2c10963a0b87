"""What F1 says of each screen: what it is for, and what its words mean. A test sees to it that none is left out.

The keys are told by the screens themselves; here are only those that work everywhere.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from agent.model.message import Message, say
from agent.tui.face import Tell
from agent.tui.lines.layout import Lines, plain, wrapped
from agent.tui.over import Over
from agent.tui.theme import KEY, STRONG
from agent.tui.way import Stop

_KEY_COLUMNS = 10

Word = tuple[Message, Message]


class Explained(NamedTuple):
    title: Message
    text: tuple[Message, ...]
    words: tuple[Word, ...] = ()


EVERYWHERE = (
    (Message("F1"), say("Explains the screen in front of you; again, or Esc: back.")),
    (Message("F2"), say("French or English; what you have typed stays.")),
    (Message("F3"), say("Network: cable, Wi-Fi, and whether the workshop can be reached.")),
    (Message("F4"), say("Settings of the stick.")),
    (Message("F6"), say("Curves: temperature and clock under load, the drive's reads, the battery.")),
    (Message("F7"), say("The list of steps, while a question hides it.")),
    (Message("F9"), say("Support file: saves what helps to find out what went wrong.")),
    (Message("F10"), say("Leaves the screen. The work goes on.")),
    (say("PgUp PgDn"), say("Scroll where there is more than fits.")),
)

_TAG = (say("Tag"), say("the number that your workshop sticks onto the machine, often with a barcode."))
_SERIAL = (say("Serial number"), say("the number that the maker gave to this one piece; it stands on its label."))
_ERASE = (say("Erase"), say("overwrite everything on a drive and read it back: nothing of it can be found again."))
_REPORT = (say("Report"), say("all that was found out about the machine, signed, so that nobody can change it later."))
_PROFILE = (say("Profile"), say("how thoroughly the machine is tested and its drives are erased."))
_STICK = (say("Stick"), say("the USB stick that this computer was started from. Its reports are kept on it."))
_WORKSHOP = (say("Workshop"), say("the computer that receives the reports of all machines."))
_STEP = (say("Step"), say("one thing that is done: a test, an erase, a question."))

HELP: Mapping[Stop | Over, Explained] = {
    Stop.START: Explained(
        say("The start"),
        (
            say("Above stands what this machine is, as far as it is known, and whether stick and workshop are there. "
                "Type what you know, choose a profile and press Enter: the tests begin by themselves."),
            say("No drive is erased before you have typed which one. You may start without fear."),
        ),
        (_PROFILE, _ERASE),
    ),
    Stop.CHECKLIST: Explained(
        say("The list of steps"),
        (
            say("Each line is a step. They run by themselves; you need to do nothing until a question comes."),
            say("The sign in front says how it stands: [ok] good, [ !] not as it should be, [XX] failed, [??] could "
                "not be done, [>>] running, [--] left out; empty: it waits."),
            say("The arrows choose a step, which is shown closer."),
            say("Below stands when all will be done. You may go to the next machine meanwhile."),
        ),
        (_STEP, _REPORT),
    ),
    Stop.BROKEN: Explained(
        say("The service is not heard"),
        (
            say("Two programs work here: the service does the work, and this screen shows it. The screen has lost the "
                "service."),
            say("The work goes on, or is taken up again by itself. Do not switch off; choose “Try again”."),
        ),
    ),
    Stop.ASSET_TAG: Explained(
        say("The tag of the machine"),
        (
            say("Scan the label with the barcode scanner, or type what stands on it, then press Enter."),
            say("The report is filed under this number: look twice."),
        ),
        (_TAG,),
    ),
    Stop.CONFIRM_ERASE: Explained(
        say("Which drives are erased"),
        (
            say("The only screen on which an erase can be started. Nothing happens as long as you type nothing."),
            say("To erase all drives of the list, type the tag of the machine. To erase one, type the last characters "
                "of its serial number. Then choose “Erase”."),
            say("What is erased is gone for good. When in doubt, choose “No” and ask somebody."),
            say("What a barcode scanner types is not taken here."),
        ),
        (_TAG, _SERIAL, _ERASE),
    ),
    Stop.DATE: Explained(
        say("The date"),
        (
            say("The computer's clock is wrong, often since its little battery is empty. The report needs a date."),
            say("Type the date and time, or leave it open: the report then says that the date is not confirmed. With a "
                "network, the clock is set by itself."),
        ),
    ),
    Stop.EMPTY_BAY: Explained(
        say("No drive was seen"),
        (
            say("The computer shows no drive. Either there is none in it, or it is hidden, or broken."),
            say("Answer “yes” only if you have opened the machine and seen with your own eyes that the place for the "
                "drive is empty: a hidden drive may hold somebody's data."),
        ),
    ),
    Stop.FROZEN_DRIVES: Explained(
        say("Locked by the computer"),
        (
            say("The computer has told these drives to take no order to erase themselves. A short sleep, or unplugging "
                "the drive, takes that away."),
            say("It is no danger to go on: the drives are then erased in the slower way."),
        ),
    ),
    Stop.MANUAL: Explained(
        say("A question for your eyes, ears and hands"),
        (
            say("Do what stands above, then choose the answer that fits. The letter in front of an answer leads to it, "
                "Enter takes it. Where nothing is to be tried, the letter alone answers; with v you can go back."),
            say("If you do not know, leave it out: what nobody looked at is not counted as good, and that is honest."),
        ),
    ),
    Stop.PSID: Explained(
        say("A drive locked by its former owner"),
        (
            say("Only the long number on the drive's own label opens it. It stands there after the word PSID."),
            say("If it cannot be read, leave the drive locked: it is not erased then, and has to be taken out."),
        ),
        ((say("PSID"), say("32 letters and digits with which the drive's owner can erase and unlock it.")),),
    ),
    Stop.CHANGE: Explained(
        say("Changing a step"),
        (say("Choose a step to skip, stop or repeat it. The others go on. The report says that it was changed."),),
        (_STEP,),
    ),
    Stop.CHANGE_ONE: Explained(
        say("Is that really meant?"),
        (say("Nothing is changed before you choose “Yes”."),),
        (_STEP,),
    ),
    Stop.RESULT: Explained(
        say("The result"),
        (
            say("The large letter is the grade: A is best. Below stands why, what became of each drive, and where the "
                "report is."),
            say("“parts”: of use for its parts only. “recycle”: not worth repairing. “hold”: somebody has to do "
                "something first, which is written there."),
            say("Then switch the machine off, or start the next one."),
        ),
        (_REPORT, _ERASE),
    ),
    Stop.PROBLEM: Explained(
        say("It could not go on"),
        (
            say("It says what happened, what that means for the machine, and what to do next."),
            say("If you do not get further: F9 saves a file for those who can help."),
        ),
        (_REPORT,),
    ),
    Stop.DETAILS: Explained(
        say("All details"),
        (say("Everything that was found out, for those who want to know. Nothing has to be done here."),),
        (_SERIAL, _REPORT),
    ),
    Stop.QR: Explained(
        say("The page of the report"),
        (
            say("A telephone's camera reads this pattern and opens the page of this report at the workshop. It is "
                "there as soon as the report is sent."),
        ),
        (_REPORT,),
    ),
    Stop.POWER_OFF: Explained(
        say("Switching off"),
        (
            say("A report is only in the memory of this computer. Switched off, it is lost, and with it the proof that "
                "the drives are erased."),
            say("Better: plug in the stick, or look with F3 whether the workshop can be reached."),
        ),
        (_REPORT, _STICK),
    ),
    Over.PLOTS: Explained(
        say("The curves"),
        (
            say("What the tests measured, from their beginning on the left to their end on the right."),
            say("A temperature that rises and stays is good; a clock that falls while it is hot says that the machine "
                "throttles: clean its fan. Single high points on a drive are places that are slow to read."),
        ),
    ),
    Over.HELP: Explained(
        say("Help"),
        (say("Esc leads back to where you were."),),
    ),
    Over.NETWORK: Explained(
        say("Network"),
        (
            say("Reports go to the workshop through the network. Without one they stay on the stick, and nothing is "
                "lost."),
            say("With a network cable there is mostly nothing to do. For Wi-Fi choose your network, type its password, "
                "and press Enter."),
            say("Below stands whether the workshop answers and, if it does not, what to do."),
        ),
        (
            _WORKSHOP,
            (say("Sign-in page"), say("networks of hotels and town halls want you to accept something in a web browser "
                                      "first. This computer cannot; use another network.")),
        ),
    ),
    Over.SETTINGS: Explained(
        say("Settings"),
        (
            say("What your workshop sets once for a stick. It stands in the file ordis.toml on the stick, which a "
                "Windows computer shows too."),
            say("Nothing is changed before you choose “Save”. What is wrong is said, and then nothing is written."),
        ),
        (
            _WORKSHOP,
            _PROFILE,
            (say("Certificate"), say("a file that proves that it is really your workshop that answers.")),
        ),
    ),
    Over.SUPPORT: Explained(
        say("Support file"),
        (
            say("When something went wrong, this file tells those who can help what happened."),
            say("It never holds a key of the stick, a password or the name of a Wi-Fi network. Without serial numbers "
                "nobody can tell which machine it was."),
        ),
        (_STICK, _SERIAL),
    ),
}  # fmt: skip


def help_lines(explained: Explained, keys: Iterable[tuple[Message, Message]], width: int, tell: Tell) -> Lines:
    """The whole page; `keys` are those of the screen that is explained."""
    lines = [plain(tell(explained.title), STRONG)]
    for sentence in explained.text:
        lines += wrapped(tell(sentence), width)
    lines += [plain(""), plain(tell(say("Keys")), STRONG)]
    for key, what in (*keys, *EVERYWHERE):
        name = plain(f" {tell(key)} ", KEY)
        first, *more = wrapped(tell(what), width - _KEY_COLUMNS) or [plain("")]
        gap = " " * max(1, _KEY_COLUMNS - name.cell_length)
        lines += [name + plain(gap) + first, *(plain(" " * _KEY_COLUMNS) + row for row in more)]
    if explained.words:
        lines += [plain(""), plain(tell(say("Words")), STRONG)]
    for word, meaning in explained.words:
        lines += wrapped(tell(say("{word}: {meaning}", word=tell(word), meaning=tell(meaning))), width)
    return lines
