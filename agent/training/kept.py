"""What a drive remembers without current: passwords, sizes, how far an erase had come, its counters."""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Self

from agent.host.files import read_bounded, write_safely
from agent.training.description import unusable

FILE_LIMIT = 4 * 1024 * 1024


class Kept:
    """Sections by name, each of what JSON can hold. In memory here; a drive in a file has KeptFile."""

    def __init__(self, content: dict[str, Any] | None = None) -> None:
        self._content = dict(content or {})

    @property
    def new(self) -> bool:
        """The drive was never switched on before."""
        return not self._content

    def get(self, section: str) -> Any:
        """What was put there last; None where nothing was."""
        return self._content.get(section)

    def update(self, **sections: object) -> None:
        """Keep these values, all or none, durable when it returns; None forgets a section. Raises OSError."""
        # Through JSON even in memory: what is kept is a copy, and always something that a file can hold.
        together = {**self._content, **json.loads(json.dumps(sections))}
        self._content = {name: value for name, value in together.items() if value is not None}
        self._save(self._content)

    def _save(self, content: dict[str, Any]) -> None:
        """Make it durable."""


class KeptFile(Kept):
    """In a JSON file beside the sectors."""

    def __init__(self, path: Path) -> None:
        """Raises Refused where the file holds something else, OSError where it cannot be read."""
        self._path = path
        try:
            found = dict(json.loads(read_bounded(path, FILE_LIMIT)))
        except FileNotFoundError:
            found = {}
        except (ValueError, TypeError, RecursionError) as error:
            raise unusable(path, error) from error
        super().__init__(found)

    def _save(self, content: dict[str, Any]) -> None:
        write_safely(self._path, json.dumps(content).encode())


@dataclass
class State:
    """What one part of the firmware knows. All fields have defaults, which are those of a drive from the factory."""

    def save(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def load(cls, saved: Any) -> Self:
        """As `save` gave it, or from the factory for None. Raises ValueError for anything else."""
        found = {} if saved is None else saved
        state = cls()
        if not isinstance(found, dict) or found.keys() - {item.name for item in fields(state)}:
            raise ValueError(f"{cls.__name__}: unknown content")
        for name, value in found.items():
            if type(value) is not type(getattr(state, name)):
                raise ValueError(f"{cls.__name__}: {name}")
            setattr(state, name, value)
        return state
