"""What an intake works on: this computer, with its real drives or with simulated ones."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from agent.host import suspend
from agent.host.clock import Clock, SystemClock
from agent.host.heat import drive_celsius
from agent.host.kernel_log import KernelLog
from agent.host.root_in_ram import folder_in_ram
from agent.host.source import Live, Source
from agent.inventory import drives
from agent.inventory.batteries.charger import on_battery
from agent.model.care import Net
from agent.model.inventory import Drive
from agent.model.message import Message, say
from agent.model.problem import Problem
from agent.model.surroundings import Kept, StickSeen
from agent.model.words import Mode
from agent.settings import Settings
from agent.signer import Signer
from agent.stick.seen import seen


class CannotPrepare(Problem):
    """The workplace cannot be made ready; nothing was started."""


def _simulated_net() -> Net:
    from agent.training.wireless import SimulatedNet  # noqa: PLC0415 - real work never loads the simulation

    return SimulatedNet()


@dataclass(frozen=True)
class Workplace:
    """Everything that differs between real and training mode; the flow itself does not know."""

    mode: Mode
    settings: Settings
    source: Source
    find_drives: Callable[[Source], list[Drive]]
    prepare: Callable[[], None]
    """Called before each intake."""
    play: Callable[["Workplace", str], "Workplace"] = lambda place, _profile: place
    """The place under the profile of this name: training plays a trouble under some."""
    unplug: Callable[[], None] = lambda: None
    """Called before the dock opens: training takes its drives out."""
    plug: Callable[[], None] = lambda: None
    """Called once it is open: training plugs them in, as a volunteer would."""
    no_sleep: Callable[[], Message | None] = lambda: say("The computer does not sleep here.")
    """Why the computer may not sleep to free frozen drives; None where it may."""
    sleep: Callable[[], Message | None] = lambda: say("The computer does not sleep here.")
    """Sleep for some seconds. Why that failed; None where the drives were without power."""
    on_battery: Callable[[], bool] = lambda: False
    """Whether the charger of a laptop is out; then no erase begins. Training never waits for one."""
    keeps: Callable[[], bool] = lambda: True
    """Whether what is written to the state folder outlasts a power cut now; in training nothing hangs on it."""
    celsius: Callable[[str], int | None] = lambda _: None
    """How hot the drive at this path is, where that is told. May block as long as the drive does."""
    kernel_log: Callable[[], KernelLog] = KernelLog
    """Opens the kernel's log."""
    checks: str = "agent.checks"
    """The program that carries out a check."""
    aids: str = "agent.manual"
    """The program that feels what a person does. Both leave the senses of a trainee's own computer alone."""
    stick: Callable[[], StickSeen] = lambda: StickSeen(kept=Kept.DISK)
    """The stick as it is now."""
    net: Callable[[], Net] = _simulated_net
    """The door to the network's settings, made when it is first asked for."""
    signer: Signer = field(init=False)
    clock: Clock = field(default_factory=lambda: SystemClock(Live()))

    def machines_drives(self, source: Source) -> list[Drive]:
        """The drives that the machine itself has: a stick of ours in an outside socket is no part of it."""
        return [drive for drive in self.find_drives(source) if not (drive.ordis_stick and drive.external)]

    def with_settings(self, settings: Settings) -> "Workplace":
        """The same place under new settings. What is kept stays where it is, and so do the keys that were read."""
        settings = settings.model_copy(update={"state_dir": self.settings.state_dir})
        return self.changed(settings=settings)

    def changed(self, **changes: object) -> "Workplace":
        """The same place with something else in it; the keys that were read stay."""
        new = replace(self, **changes)  # type: ignore[arg-type]
        object.__setattr__(new, "signer", self.signer)
        return new

    def __post_init__(self) -> None:
        object.__setattr__(self, "signer", Signer(self.settings, self.mode, self.keeps))


def _real_net() -> Net:
    from agent.stick.wireless import Wireless  # noqa: PLC0415 - loaded for those who ask

    return Wireless(Live())


def workplace(mode: Mode, settings: Settings) -> Workplace:
    """The workplace of a mode on this computer."""
    if mode is Mode.REAL:
        here = Live()
        return Workplace(
            mode, settings, here, drives.find, lambda: None,
            no_sleep=lambda: suspend.hinders(here), sleep=suspend.sleep,
            keeps=lambda: not folder_in_ram(here, str(settings.folder(mode))),
            stick=lambda: seen(here, settings.folder(mode)), on_battery=lambda: on_battery(here),
            clock=SystemClock(here, settable=True),
            net=_real_net,
            celsius=lambda path: drive_celsius(here, path),
        )  # fmt: skip
    from agent.training import bench, exercises, sleep  # noqa: PLC0415 - real work never loads the simulation
    from agent.training.description import Description  # noqa: PLC0415

    folder = settings.folder(mode) / "drives"

    def prepare(drives: Mapping[str, Description] = bench.BENCH) -> None:
        try:
            bench.make_bench(folder, bench=drives)
        except OSError as error:
            raise CannotPrepare(
                say("The training drives cannot be made: {error}.", error=error.strerror or str(error)),
                say("They need 1.3 GB below {folder}; see state_dir in ordis.toml.", folder=str(folder)),
            ) from error

    def play(place: Workplace, profile: str) -> Workplace:
        if (played := exercises.exercise(profile)) is None:
            return place
        changed = place.with_settings(played.settings(place.settings))
        return changed.changed(source=played.source(place.source), prepare=lambda: prepare(played.drives))

    return Workplace(
        mode, settings, Live(), lambda _: bench.list_drives(folder), prepare,
        play=play, unplug=lambda: bench.remove_bench(folder), plug=prepare,
        no_sleep=lambda: None, sleep=lambda: sleep.sleep(folder),
        celsius=bench.celsius, checks="agent.training.checks", aids="agent.training.aids",
    )  # fmt: skip
