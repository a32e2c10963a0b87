"""A training workplace with small, quick drives in a folder of the test's own."""

from pathlib import Path

from agent.host.source import Live
from agent.model.message import Message
from agent.model.messages import Answer, AnyEvent
from agent.model.profile import Checks, Profile, ProfileSource
from agent.model.state import AnyQuestion, IntakeState
from agent.model.words import Mode, Origin, SelfTest, Surface
from agent.profile import Chosen
from agent.settings import Settings
from agent.training import bench, description
from agent.training.description import Description, Kind
from agent.workplace import Workplace

MIB = 1 << 20


def only(*kept: str) -> Checks:
    """The settings of a profile in which every check is off but these."""
    off: dict[str, object] = {"enabled": False, "test": SelfTest.OFF, "extent": Surface.OFF}
    settings = {name: each for name, each in Checks() if name not in kept}
    return Checks.model_validate(
        {
            name: {switch: off[switch] for switch in off if switch in type(each).model_fields}
            for name, each in settings.items()
        }
    )


QUIET = Profile(name="quiet", title_fr="Sans charge", title_en="No load", checks=only("drive_health", "battery"))
"""No check but those that the inventory answers."""
CHOSEN = Chosen(QUIET, ProfileSource(origin=Origin.FILE, sha256="0" * 64))


def a_drive(number: int, **facts: object) -> Description:
    about = {
        "kind": Kind.ATA_SSD, "model": f"Simulated {number}", "serial": f"SIM-TEST-{number:04}", "firmware": "1",
        "size_bytes": 8 * MIB,
    }  # fmt: skip
    return Description(**{**about, **facts})  # type: ignore[arg-type]


def place(folder: Path, *drives: Description, **settings: object) -> Workplace:
    """A workplace whose drives are made at the start of the intake."""
    made = folder / "drives"

    def prepare() -> None:
        made.mkdir(exist_ok=True)
        for index, about in enumerate(drives):
            image = made / f"drive{index}.img"
            with image.open("wb") as file:
                file.write(b"donor's secret! " * (about.media_bytes // 16))
            description.save(about, image.with_suffix(".json"))

    chosen = Settings(state_dir=folder / "state", **settings)  # type: ignore[arg-type]
    chosen.folder(Mode.TRAINING).mkdir(parents=True, exist_ok=True)
    return Workplace(Mode.TRAINING, chosen, Live(), lambda _: bench.list_drives(made), prepare)


def plug_in(folder: Path, name: str, about: Description) -> None:
    (folder / f"{name}.img").write_bytes(b"donor's secret! " * (about.media_bytes // 16))
    description.save(about, folder / f"{name}.json")


class Listener:
    """Hears the events of an intake and answers its questions by a script."""

    def __init__(self, *answers: dict[str, object]) -> None:
        self.state = IntakeState(mode=Mode.TRAINING)
        self.events: list[AnyEvent] = []
        self.questions: list[AnyQuestion] = []
        self._answers = list(answers)

    def emit(self, event: AnyEvent) -> None:
        self.events.append(event)
        self.state = event.apply(self.state)

    async def ask(self, question: AnyQuestion) -> Answer:
        self.questions.append(question)
        return Answer(mode=Mode.TRAINING, question_id=question.id, **self._answers.pop(0))  # type: ignore[arg-type]

    @property
    def problem(self) -> Message | None:
        return self.state.problem
