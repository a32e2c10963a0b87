"""A medium that loses what was not made durable, and a power cut before any step that changes it.

Only what the system promises counts: a file's content after fsync of the file, a name after fsync of its folder.
"""

import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

STEPS = ("open", "write", "fsync", "replace", "mkdir")


class PowerCut(BaseException):
    """Nothing after this runs, no cleaning up either."""


@dataclass
class Medium:
    """Runs `work` until its step number `cut`, then takes away what was not durable.

    With `keep_names`, renames survive though their folder was not synced, which a file system may do as well.
    """

    cut: int | None = None
    keep_names: bool = False
    fault: int | None = None
    """The step that fails once with EIO, the power staying on."""
    steps: int = 0
    _unsynced: set[str] = field(default_factory=set)
    _names: list[tuple[Path, Callable[[], None]]] = field(default_factory=list)

    def run(self, work: Callable[[], object]) -> bool:
        """True when the work came to its end; the power fails all the same, unless a `fault` is tested."""
        real = {name: getattr(os, name) for name in STEPS}
        with mock.patch.multiple(os, **{name: self._step(name, real[name]) for name in STEPS}):
            try:
                work()
                done = True
            except PowerCut:
                done = False
        if self.fault is None:
            self._lose()
        return done

    def _step(self, name: str, real: Callable[..., object]) -> Callable[..., object]:
        def step(*arguments: object, **options: object) -> object:
            number, self.steps = self.steps, self.steps + 1
            if self.cut is not None and number >= self.cut:
                raise PowerCut
            if number == self.fault:
                raise OSError(errno.EIO, "invented fault")
            undo = self._before(name, arguments)
            result = real(*arguments, **options)
            undo()
            return result

        return step

    def _before(self, name: str, arguments: tuple[object, ...]) -> Callable[[], None]:
        """Note what the step will change; the answer is called when it has."""
        if name in ("write", "fsync"):
            path = os.readlink(f"/proc/self/fd/{arguments[0]}")
            return (lambda: self._unsynced.add(path)) if name == "write" else (lambda: self._synced(path))
        if name == "replace":
            source, target = (Path(str(path)) for path in arguments)
            moved, older = source.read_bytes(), target.read_bytes() if target.exists() else None

            def back() -> None:
                source.write_bytes(moved)
                if older is None:
                    target.unlink(missing_ok=True)
                else:
                    target.write_bytes(older)

            def renamed() -> None:
                if str(source) in self._unsynced:
                    self._unsynced.add(str(target))
                self._names.append((target.parent, back))

            return renamed
        if name == "mkdir":
            folder = Path(str(arguments[0]))
            return lambda: self._names.append((folder.parent, lambda: shutil.rmtree(folder)))
        return lambda: None

    def _synced(self, path: str) -> None:
        self._unsynced.discard(path)
        self._names = [(folder, undo) for folder, undo in self._names if str(folder) != path]

    def _lose(self) -> None:
        for path in self._unsynced:
            if Path(path).exists():
                Path(path).write_bytes(b"")
        if not self.keep_names:
            for _, undo in reversed(self._names):
                undo()
