"""What one intake knows of its machine at every moment, and how the faces hear of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from agent.checklist import Checklist
from agent.journal import Journal
from agent.model.inventory import Drive, Inventory
from agent.model.message import Message
from agent.model.messages import AnyEvent, IntakeRequest, InventoryEvent, PhaseEvent
from agent.model.profile import Profile
from agent.model.sanitization import Plan, SanitizationRequest
from agent.model.words import Phase
from agent.sanitize.plan import plan
from agent.workplace import Workplace


@dataclass
class Dossier:
    """Create one per intake; the parts of the flow write into it."""

    place: Workplace
    profile: Profile
    request: IntakeRequest
    emit: Callable[[AnyEvent], None]
    checklist: Checklist = field(init=False)
    journal: Journal | None = None
    tag: str | None = None
    inventory: Inventory = field(default_factory=Inventory)
    plans: list[Plan] = field(default_factory=list)
    """How each drive of the inventory would be erased, in the same order."""
    bay_empty: bool = False
    remarks: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.checklist = Checklist(self.place.mode, self.emit)
        self.tag = self.request.asset_tag

    @property
    def wanted(self) -> SanitizationRequest:
        """What is asked for of every drive that is to be erased."""
        return self.request.sanitization or self.profile.sanitization.request()

    def note(self, kind: str, **fields: object) -> None:
        """Journal what is good to know later. Only what an erase waits for may fail (see Erasing)."""
        if self.journal is not None:
            self.journal.note(kind, **fields)

    def phase(self, phase: Phase) -> None:
        self.emit(PhaseEvent(mode=self.place.mode, phase=phase, asset_tag=self.tag, profile=self.profile.name))

    def learn(self, **update: object) -> None:
        """Change fields of the inventory."""
        self.inventory = self.inventory.model_copy(update=update)

    def tell_inventory(self) -> None:
        self.emit(InventoryEvent(mode=self.place.mode, inventory=self.inventory, plans=self.plans))

    def planned(self, drive: Drive) -> Plan:
        return plan(drive, self.wanted)

    def place_of(self, drive_plan: Plan) -> int:
        """Drives and plans stand in the same order; a path may have belonged to two drives, one after the other."""
        return next(number for number, each in enumerate(self.plans) if each is drive_plan)

    def drive(self, drive_plan: Plan) -> Drive:
        """The drive of a plan as the inventory has it now."""
        return self.inventory.drives[self.place_of(drive_plan)]

    def who(self, drive_plan: Plan) -> str:
        """What the results of checks call the drive: by its path where another one repeats its serial, as docks do."""
        drive = self.drive(drive_plan)
        alone = sum(other.serial == drive.serial for other in self.inventory.drives) == 1
        return drive.serial if drive.serial and alone else drive.path

    def names(self) -> list[str]:
        """Of the only drive, what the results of checks may call it; that which they do first."""
        [drive_plan] = self.plans
        return list(dict.fromkeys([self.who(drive_plan), self.drive(drive_plan).path]))
