"""The inventory as a page that a person likes to read, in a terminal."""

from agent.model.inventory import Inventory
from agent.model.message import say
from agent.report.naming import called
from agent.report.page import absent, around, drives, machine, working
from agent.report.page.sheet import Sheet
from agent.report.page.tongue import Tongue

_PARTS = (
    machine.machine,
    working.processors,
    working.memory,
    drives.drives,
    around.battery,
    around.screens,
    around.network,
    around.others,
    absent.absent,
    absent.unread,
)


def page(inventory: Inventory, language: str, *, colour: bool, width: int) -> list[str]:
    """Lines of at most `width` columns (at least sheet.NARROWEST), without line ends.

    `colour` adds escape sequences; what a colour says stands there in words or by a sign as well. The last lines name
    the sections with something to be seen to: a long page leaves only its end on the screen.
    """
    tongue = Tongue(language)
    sheet = Sheet(colour=colour, width=width)
    sections = [section for part in _PARTS if (section := part(inventory, tongue)).rows]
    name = called(inventory.machine.vendor, inventory.machine.model) or tongue(say("unknown machine"))
    lines = [*sheet.title(name), *sheet.sections(sections)]
    if marked := [section.title for section in sections if section.marked]:
        text = say("Lines marked “!” need somebody to look at them: {sections}", sections=", ".join(marked))
        lines += sheet.notice(tongue(text))
    return lines
