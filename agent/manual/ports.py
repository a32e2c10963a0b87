"""Each socket, by plugging something in. USB sockets are counted as the kernel sees them come to life."""

from collections.abc import Sequence

from agent.manual.base import (
    PERSON,
    Around,
    Next,
    by_word,
    felt,
    result,
)
from agent.model.check import CheckResult, Figure
from agent.model.inventory import Inventory
from agent.model.manual import Aid, Choice, ManualCheck, ManualReply, PortsView
from agent.model.message import Message, say
from agent.model.words import Outcome

ID = "ports"
TITLE = say("Sockets")
LOADS = PERSON

USB = ("usb_a", "usb_c", "thunderbolt")

_CHECK = ManualCheck(
    id=ID,
    title=TITLE,
    instruction=say(
        "Start, then plug something small (not the Ordis stick) into one USB socket after the other, and see the "
        "count rise. Look into the other sockets: nothing bent, nothing loose."
    ),
    aid=Aid.PORTS,
    actions=[Choice(key="e", value="start", label=say("Start counting"))],
    answers=[
        Choice(key="b", value="passed", label=say("All sockets work and are sound")),
        Choice(key="u", value="some", label=say("Some are dead, loose or bent: write down which")),
        Choice(key="p", value="failed", label=say("None works")),
    ],
    seconds=40,
)
_VERDICTS = {
    "passed": (Outcome.PASSED, say("The sockets work and are sound.")),
    "some": (Outcome.DEGRADED, say("Some sockets are dead, loose or bent.")),
    "failed": (Outcome.FAILED, say("No socket works.")),
}
_NONE_FELT = say("No socket was felt. Plug something into each USB socket, and wait for the count.")


def applies(inventory: Inventory) -> bool:  # noqa: ARG001
    return True


def proceed(replies: Sequence[ManualReply], around: Around) -> Next:
    """How many sockets a case has is told badly by many machines, so the person's word decides; but where something
    listened for them and not one was felt, nobody can say that all work."""
    view = felt(around.aid, PortsView)
    if not replies or replies[-1].value not in _VERDICTS or view is None:
        return by_word(_CHECK, replies, _VERDICTS)
    return judge(replies, view, around.inventory)


def judge(replies: Sequence[ManualReply], view: PortsView, inventory: Inventory) -> CheckResult | Message:
    """The last answer beside the sockets that were felt."""
    if replies[-1].value == "passed" and not view.seen:
        return _NONE_FELT
    expected = sum(port.count for port in inventory.ports if port.kind in USB)
    felt_figure = Figure(name="usb_sockets_felt", value=len(view.seen), threshold=expected or None)
    return result(_CHECK, replies, *_VERDICTS[replies[-1].value], [felt_figure])
