"""Every screen that a person may see, once for each thing that it can be about: what is shown, and the keys that lead
there. The pictures, the look for cut-off text and the walks at random all go by this table.

Its sentences are the program's own, so that their translations are looked at, too; what machines, drives and people
say is invented.
"""

from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import tui_cases as cases
from tui_machine import (
    ADDRESS,
    CHECKED,
    CONFIRM,
    DOCK,
    DRIVES,
    ENDED,
    ERASING,
    FINISHED,
    HOLD,
    IDLE,
    INVENTORY,
    MANY,
    SEEN,
    STICK,
    WITH_HIDDEN,
    WORKING,
)

from agent import questions
from agent.manual import registry
from agent.manual.base import Around
from agent.manual.layouts import PAD, layout
from agent.model.care import NetworkState, Radio, RadioNetwork, Said, Security, SettingsState, SupportState, WiredCard
from agent.model.manual import (
    AidState,
    AnyView,
    FrameView,
    KeyboardView,
    LevelView,
    ManualCheck,
    ManualReply,
    PortsView,
    ToneView,
    TouchpadView,
)
from agent.model.message import Message, say
from agent.model.messages import Answer
from agent.model.problem import Problem
from agent.model.report import Signature, SignedReport
from agent.model.state import AnyQuestion, DateQuestion, DeliveryState, IntakeState, Timetable
from agent.model.surroundings import Kept, StickSeen, WorkshopSeen
from agent.model.words import Delivery, Mode, Phase, Reached
from agent.tui.face import Detour
from agent.tui.over import Over
from agent.tui.way import Stop


@dataclass(frozen=True)
class Scene:
    """A state, and how to get from what it asks for to what is to be seen."""

    state: IntakeState
    detour: Detour | None = None
    about: str = ""
    over: Over | None = None
    afar: bool = False
    keys: tuple[str, ...] = ()
    """Pressed in the end, with the pauses of a person."""
    scan: str = ""
    """Scanned after that."""
    face: Mapping[str, object] = field(default_factory=dict)
    """What else the face knows."""
    picture: bool = True
    """False: it is looked at for cut-off text only, being much like another one."""


class _Put(Exception):
    """The question was put."""


def put(asking: Callable[[questions.Ask], Coroutine[None, None, object]], **changes: object) -> AnyQuestion:
    """The question that a function of agent.questions puts first."""
    got: list[AnyQuestion] = []

    async def ask(question: AnyQuestion) -> Answer:
        got.append(question)
        raise _Put

    with suppress(_Put):
        asking(ask).send(None)
    return got[0].model_copy(update={"id": "q1", **changes})


def asked(question: AnyQuestion, state: IntakeState = WORKING, **changes: object) -> IntakeState:
    return state.model_copy(update={"question": question, **changes})


def real(state: IntakeState) -> IntakeState:
    """Without a simulated drive, too."""
    inventory = state.inventory or INVENTORY
    drives = [drive.model_copy(update={"simulated": False}) for drive in inventory.drives]
    update = {"mode": Mode.REAL, "inventory": inventory.model_copy(update={"drives": drives})}
    return state.model_copy(update=update)


# ---- the way

_TAG = cases.TAG_QUESTION.model_copy(update={"text": questions.WHICH_TAG, "id": "q1"})
_WRONG_TAG = say("That is not the asset tag of this machine. Nothing was confirmed.")
_BAY = put(questions.bay_is_empty)
_LATE = CONFIRM.model_copy(update={"plans": CONFIRM.plans[3:4], "text": questions.LATE})
_NOTHING = CONFIRM.model_copy(update={"plans": [STICK]})
_IDENTITIES = [cases.identity(each) for each in DRIVES]
_FROZEN = put(lambda ask: questions.about_frozen(ask, _IDENTITIES[:2], None, None))
_AWAKE = put(
    lambda ask: questions.about_frozen(
        ask, _IDENTITIES, say("This computer cannot sleep."), say("Not every drive came back free in time.")
    )
)
_PSID = put(lambda ask: questions.psid(ask, _IDENTITIES[1]), id="psid")
_DATE = DateQuestion(
    id="q1",
    text=say("Which date and time is it? The computer's clock says {clock}.", clock="2001-01-01 00:07"),
    zone="Europe/Paris",
)
_NO_DATE = say("“{given}” cannot be: this stick was made on {built}.", given="31/12/1999 14:05", built="2026-11-02")
_PULLED = SEEN.model_copy(
    update={
        "stick": StickSeen(kept=Kept.PULLED, key="ordis-ed25519:AbCdEfGhIjKlMnOp"),
        "workshop": WorkshopSeen(
            url=ADDRESS, reached=Reached.NO, why=say("The name of the workshop cannot be found: {url}.", url=ADDRESS)
        ),
        "waiting": 12,
    }
)
_NO_JOURNAL = {
    "problem": say("Without a journal on the stick no erase is started."),
    "problem_hint": say("Plug in a healthy Ordis stick with free space, then start again."),
}
_UNSAVED = FINISHED.model_copy(update={"delivery": DeliveryState(status=Delivery.UNSAVED)})
_SIGNED = SignedReport(
    report={"schema": "ordis/report/1", "asset_tag": "PC-0042"}, signature=Signature(key="ordis-key", value="c2ln")
)
_WAITS = FINISHED.model_copy(update={"delivery": DeliveryState(status=Delivery.SPOOLED)})
_OFF = {"can_power_off": True}
_NASTY = cases.drive(0, model="日本 ✓ [red]x[/red] \u202e œuvre" + "M" * 30, serial="<script>…" + "9" * 40)
_HOSTILE = WORKING.model_copy(
    update={"inventory": INVENTORY.model_copy(update={"drives": [_NASTY]}), "asset_tag": "№ 42 €", "question": None}
)
"""As hostile as hardware and people can be."""

WAY = {
    "start-unheard": Scene(IDLE, face={"heard": False}),
    "start": Scene(IDLE),
    "start-trouble": Scene(
        IDLE.model_copy(update={"surroundings": _PULLED, "inventory": WITH_HIDDEN, "profile_remarks": [
            say("The workshop's profile {name} is not used.", name="mairie")]}),
    ),
    "start-wrong-tag": Scene(IDLE, keys=(*"PC-42", "enter")),
    "start-scanned": Scene(IDLE, keys=("tab", "tab"), scan="PC-0042\n", picture=False),
    "asset-tag": Scene(asked(_TAG)),
    "asset-tag-wrong": Scene(asked(_TAG), scan="4006381333931\n"),
    "asset-tag-dock": Scene(
        asked(_TAG.model_copy(update={"text": say("Which number is on the label of this drive: {drive}?",
                                                  drive=DRIVES[1].model or "")}), DOCK), picture=False),
    "checklist-begun": Scene(WORKING.model_copy(update={"phase": Phase.INVENTORY, "steps": [], "timetable": None})),
    "checklist": Scene(WORKING),
    "checklist-closer": Scene(WORKING, keys=("home",)),
    "checklist-erasing": Scene(ERASING),
    "checklist-many": Scene(MANY, keys=("end",), picture=False),
    "checklist-hidden": Scene(WORKING.model_copy(update={"inventory": WITH_HIDDEN}), picture=False),
    "checklist-dock": Scene(DOCK),
    "checklist-question": Scene(asked(_BAY), Detour.STEPS, picture=False),
    "checklist-finished": Scene(FINISHED, Detour.STEPS, picture=False),
    "confirm": Scene(asked(CONFIRM)),
    "confirm-end": Scene(asked(CONFIRM), keys=("pagedown",), picture=False),
    "confirm-named": Scene(asked(CONFIRM), keys=("down", *"7K2P")),
    "confirm-tag-named": Scene(asked(CONFIRM), keys=("up", *"PC-0042", "enter"), picture=False),
    "confirm-scanned": Scene(asked(CONFIRM), keys=("up",), scan="PC-0042\n"),
    "confirm-wrong": Scene(asked(CONFIRM.model_copy(update={"problem": _WRONG_TAG})), picture=False),
    "confirm-without-serial": Scene(asked(_LATE)),
    "confirm-nothing": Scene(asked(_NOTHING)),
    "empty-bay": Scene(asked(_BAY)),
    "frozen": Scene(asked(_FROZEN)),
    "frozen-again": Scene(asked(_AWAKE)),
    "psid": Scene(asked(_PSID)),
    "psid-wrong": Scene(asked(_PSID), keys=(*"44TZ", "enter")),
    "psid-whole": Scene(asked(_PSID), scan="44TZKAN71MQUF4TMJ96973BJZT9U32G8\n", picture=False),
    "date": Scene(asked(_DATE)),
    "date-wrong": Scene(asked(_DATE.model_copy(update={"problem": _NO_DATE})), picture=False),
    "change": Scene(ERASING, Detour.CHANGE),
    "change-many": Scene(MANY, Detour.CHANGE, picture=False),
    "change-skip": Scene(WORKING, Detour.CHANGE_ONE, "skip check:memory"),
    "change-stop-erase": Scene(ERASING, Detour.CHANGE_ONE, "stop erase:/dev/sda"),
    "change-repeat-erase": Scene(ERASING, Detour.CHANGE_ONE, "repeat erase:/dev/sdc", picture=False),
    "change-skip-erase": Scene(WORKING, Detour.CHANGE_ONE, "skip erase:/dev/sda", picture=False),
    "change-repeat": Scene(WORKING, Detour.CHANGE_ONE, "repeat check:battery", picture=False),
    "change-report": Scene(FINISHED, Detour.CHANGE_ONE, "repeat check:battery", picture=False),
    "change-delivery": Scene(FINISHED, Detour.CHANGE_ONE, "repeat delivery", picture=False),
    "change-dock": Scene(DOCK, Detour.CHANGE_ONE, "stop dock", picture=False),
    "result": Scene(FINISHED, face=_OFF),
    "result-real": Scene(real(FINISHED), face=_OFF),
    "result-hold": Scene(HOLD, face=_OFF),
    "result-unsaved": Scene(_UNSAVED.model_copy(update={"unsaved": 1}), picture=False),
    "result-ungraded": Scene(FINISHED.model_copy(update={"grade": None, "sanitizations": []}), picture=False),
    "result-dock": Scene(DOCK.model_copy(update={"phase": Phase.FINISHED, "steps": ENDED, "sanitizations": [
        HOLD.sanitizations[0].model_copy(update={"drive": cases.identity(DRIVES[1])})]})),
    "details": Scene(FINISHED, Detour.DETAILS),
    "details-unsaved": Scene(_UNSAVED, Detour.DETAILS, keys=("end",), face={"signed": _SIGNED}, picture=False),
    "qr": Scene(FINISHED, Detour.QR),
    "qr-later": Scene(_WAITS, Detour.QR, picture=False),
    "qr-none": Scene(_UNSAVED, Detour.QR, picture=False),
    "problem": Scene(ERASING.model_copy(update={**_NO_JOURNAL, "sanitizations": HOLD.sanitizations})),
    "problem-refused": Scene(IDLE.model_copy(update={"problem": say("There is no profile {name}.", name="mairie"),
        "problem_hint": say("Expected: one of {names}, or the path of a file.", names="quick, standard")}),
        picture=False),
    "power-off": Scene(_UNSAVED.model_copy(update={"unsaved": 1}), Detour.POWER_OFF, face=_OFF),
    "power-off-several": Scene(FINISHED.model_copy(update={"unsaved": 2}), Detour.POWER_OFF, picture=False),
    "hostile-checklist": Scene(_HOSTILE, picture=False),
    "hostile-confirm": Scene(
        asked(CONFIRM.model_copy(update={"plans": [cases.plan(_NASTY)]}), _HOSTILE), picture=False),
    "hostile-details": Scene(_HOSTILE.model_copy(update={"phase": Phase.FINISHED}), Detour.DETAILS, picture=False),
    "hostile-afar": Scene(_HOSTILE, afar=True, picture=False),
    "hostile-broken": Scene(_HOSTILE, face={"broken": Problem(say("{why}", why="→ 日本"), say("{x}", x="œ…"))},
                            picture=False),
    "broken": Scene(WORKING, face={"broken": Problem(say("The service has ended."))}),
    "afar-your-turn": Scene(asked(_TAG, asset_tag=None), afar=True),
    "afar-working": Scene(ERASING.model_copy(update={"steps": ENDED[:9] + ERASING.steps[10:11], "timetable":
        Timetable(seconds_left=2570, longest_chain_seconds=2570)}), afar=True),
    "afar-done": Scene(real(FINISHED), afar=True),
    "afar-problem": Scene(HOLD, afar=True),
}  # fmt: skip


# ---- manual checks

_VIEWS: dict[str, AnyView] = {
    "keyboard": KeyboardView(
        layout="azerty", letter="A", seen=[16, 17, 18, 57], down=[30], stuck=[48], seconds_left=15
    ),
    "touchpad": TouchpadView(
        moved=["left"], clicked=["right"], down=["left"], buttons=["left", "right"], trace=[0, 49, 98, 959], at=147
    ),
    "ports": PortsView(seen=["1-1", "1-4"], sockets=["1-1", "1-2", "1-4"]),
    "speakers": ToneView(playing="left", played=["right"]),
    "microphone": LevelView(percent=50, highest_percent=75, lowest_percent=20),
    "webcam": FrameView(columns=40, greys=[0, 255] * 20 + [255, 255, 0, 0] * 10),
}
_ALL_KEYS = sorted(layout("azerty").required - {30, 57})
_AROUND = Around(INVENTORY, AidState(question_id="q1", problem=say("The device has gone.")))
"""Nothing can be felt: so the person's word alone leads through all the questions."""


def every_question() -> Iterator[ManualCheck]:
    """All that can be asked of a notebook with everything, whatever is answered, each once."""
    for module in registry.MODULES:
        ways: list[list[ManualReply]] = [[]]
        steps: set[str] = set()
        for replies in ways:
            following = module.proceed(replies, _AROUND)
            if isinstance(following, ManualCheck) and following.step not in steps:
                steps.add(following.step)
                yield following
                ways += [[*replies, ManualReply(value=choice.value)] for choice in following.answers]


def manual(check: ManualCheck, aid: AidState | None = None, problem: Message | None = None, **scene: object) -> Scene:
    question = questions.manual(check, problem, may_go_back=True).model_copy(update={"id": "q1"})
    checks = [*CHECKED, CHECKED[0].model_copy(update={"id": "sound"})]
    state = WORKING.model_copy(update={"question": question, "aid": aid, "checks": checks})
    return Scene(state, **scene)  # type: ignore[arg-type]


def felt(name: str, view: AnyView, *, running: bool = True, **scene: object) -> Scene:
    return manual(_FIRST[name], AidState(question_id="q1", view=view, running=running), **scene)  # type: ignore[arg-type]


_CHECKS = list(every_question())
_FIRST = {check.id: check for check in reversed(_CHECKS)}
_KEYS_LEFT = say("These keys were not felt: {keys}. Start again and press them.", keys="Q Espace")

MANUAL = {
    **{f"manual-{check.id}{'-' * bool(check.step)}{check.step}": manual(check) for check in _CHECKS},
    **{f"manual-{name}-felt": felt(name, view) for name, view in _VIEWS.items()},
    "manual-keyboard-qwerty": felt("keyboard", KeyboardView(layout="qwerty", seen=[16, 17, 71, 72], seconds_left=9)),
    "manual-keyboard-ended": felt(
        "keyboard", KeyboardView(layout="azerty", seen=_ALL_KEYS), running=False, problem=_KEYS_LEFT
    ),
    "manual-keyboard-pad": felt("keyboard", KeyboardView(layout="azerty", seen=sorted(PAD), seconds_left=15)),
    "manual-keyboard-other": felt("keyboard", KeyboardView(layout="other", seen=[71]), picture=False),
    "manual-starting": manual(_FIRST["speakers"], AidState(question_id="q1", starting=True), picture=False),
    "manual-gone": manual(_FIRST["touchpad"], AidState(question_id="q1", problem=say("The device has gone."))),
    "manual-colours-white": manual(_FIRST["display"], keys=("c", "enter")),
    "manual-colours-red": manual(_FIRST["display"], keys=("c", "enter", "right", "right"), picture=False),
}


# ---- what lies over

_NETWORKS = [
    RadioNetwork(key=b"Atelier".hex(), name="Atelier", signal_percent=82, security=Security.PASSWORD, joined=True),
    RadioNetwork(key=b"Mairie".hex(), name="Mairie", signal_percent=40, security=Security.PASSWORD),
    RadioNetwork(key=b"Cafe".hex(), name="Café", signal_percent=12, security=Security.OPEN),
    RadioNetwork(key="00ff", name="eduroam", signal_percent=3, security=Security.OTHER),
]
_HEARD = NetworkState(
    wired=[WiredCard(name="enp0s25", plugged=True, speed_mbps=1000, addresses=["192.168.1.20"])],
    radio=Radio.READY,
    networks=_NETWORKS,
)
_REFUSED = Said(
    reason=say("The Wi-Fi network could not be joined."), hint=say("Use a network cable; the support file (F9) tells "
                                                                     "those who can help.")
)  # fmt: skip
_STANDS = SettingsState(
    file="/run/ordis/stick/ordis.toml",
    fields={"language": "fr", "workshop.url": ADDRESS, "organisation.name": "Tous aux ordis !"},
    wifi=["Atelier", "Mairie"],
)
_MENDED = Said(
    reason=say("{file} is not written correctly: {problem}.", file="ordis.toml", problem="line 3"),
    hint=say("Mend it with an editor on another computer."),
)
_SAVED = Said(
    good=True,
    reason=say("Saved: {file} ({size:bytes}).", file="/run/ordis/stick/support/ordis-2026-11-29.zip", size=123456),
    hint=say("Plug the stick into another computer: the file is in the folder “support”. Send it to whoever "
             "looks after the sticks."),
)  # fmt: skip
_SPOOLED = Said(
    reason=say("Reports sent: {sent}; still waiting: {left}.", sent=1, left=2),
    why=say("The workshop refuses the report because of its size."),
    hint=say("Ask whoever runs the workshop server to admit reports of 8 MiB, also at its proxy."),
)
_DEAF = _HEARD.model_copy(update={"wired": [WiredCard(name="enp0s25", plugged=False)], "radio": Radio.LOCKED,
                                  "networks": [], "delivery_said": _SPOOLED})  # fmt: skip


def network(heard: NetworkState | None, *keys: str, **scene: object) -> Scene:
    return Scene(WORKING, over=Over.NETWORK, keys=keys, face={"network": heard}, **scene)  # type: ignore[arg-type]


def settings(told: SettingsState | None, *keys: str, state: IntakeState = WORKING, **scene: object) -> Scene:
    return Scene(state, over=Over.SETTINGS, keys=keys, face={"settings": told}, **scene)  # type: ignore[arg-type]


_TO_MAIRIE = ("up", "up", "up", "enter")
OVERS = {
    "network": network(_HEARD),
    "network-asking": network(None, picture=False),
    "network-password": network(_HEARD, *_TO_MAIRIE, *"geheim"),
    "network-no-password": network(_HEARD, *_TO_MAIRIE, *"short", "enter", picture=False),
    "network-hidden": network(_HEARD, "down", "enter", *"Nid"),
    "network-joining": network(_HEARD.model_copy(update={"joining": b"Mairie".hex()}), picture=False),
    "network-refused": network(_HEARD.model_copy(update={"wifi_said": _REFUSED}), picture=False),
    "network-deaf": network(_DEAF),
    "settings": settings(_STANDS),
    "settings-real": settings(_STANDS, state=real(WORKING), picture=False),
    "settings-asking": settings(None, picture=False),
    "settings-end": settings(_STANDS, "up", "up", "up", *"pass"),
    "settings-unsaved": settings(_STANDS, "up", "up", "up", *"pass", "escape", picture=False),
    "settings-wrong": settings(_STANDS, "up", "up", "up", *"pass", "down", "down", "enter", picture=False),
    "settings-hindered": settings(SettingsState(hinders=_MENDED, file="ordis.toml")),
    "support": Scene(WORKING, over=Over.SUPPORT),
    "support-saving": Scene(WORKING, over=Over.SUPPORT, face={"support": SupportState(saving=True)}, picture=False),
    "support-saved": Scene(WORKING, over=Over.SUPPORT, face={"support": SupportState(said=_SAVED)}),
    "plots": Scene(WORKING.model_copy(update={"checks": CHECKED}), over=Over.PLOTS),
    "plots-none": Scene(IDLE, over=Over.PLOTS, picture=False),
}
OF_STOP = {
    stop: {**WAY, **MANUAL}[name]
    for stop, name in {
        Stop.START: "start", Stop.CHECKLIST: "checklist", Stop.BROKEN: "broken", Stop.ASSET_TAG: "asset-tag",
        Stop.CONFIRM_ERASE: "confirm", Stop.DATE: "date", Stop.EMPTY_BAY: "empty-bay", Stop.FROZEN_DRIVES: "frozen",
        Stop.MANUAL: "manual-hinges", Stop.PSID: "psid", Stop.CHANGE: "change", Stop.CHANGE_ONE: "change-skip",
        Stop.RESULT: "result", Stop.PROBLEM: "problem", Stop.DETAILS: "details", Stop.QR: "qr",
        Stop.POWER_OFF: "power-off",
    }.items()
}  # fmt: skip
"""One scene of each stop."""


def _help(below: Scene, **scene: object) -> Scene:
    return Scene(below.state, below.detour, below.about, Over.HELP, face=below.face, **scene)  # type: ignore[arg-type]


HELPS = {
    "help-checklist": _help(OF_STOP[Stop.CHECKLIST]),
    "help-confirm": _help(OF_STOP[Stop.CONFIRM_ERASE]),
    "help-result": _help(OF_STOP[Stop.RESULT], picture=False),
    "help-settings": Scene(WORKING, over=Over.SETTINGS, keys=("f1",), face=OVERS["settings"].face, picture=False),
}
"""The text of each help has a test of its own."""
SCENES: dict[str, Scene] = {**WAY, **MANUAL, **OVERS, **HELPS}
