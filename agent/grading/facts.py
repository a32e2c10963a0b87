"""What a grade is a function of."""

from collections.abc import Container
from dataclasses import dataclass, field, replace

from agent.model.check import CheckResult
from agent.model.inventory import Inventory
from agent.model.sanitization import Sanitization


@dataclass(frozen=True)
class Facts:
    """All that is known of a machine. `empty_bay_confirmed` is a person's word that no drive is in."""

    inventory: Inventory
    checks: list[CheckResult] = field(default_factory=list)
    sanitizations: list[Sanitization] = field(default_factory=list)
    empty_bay_confirmed: bool = False

    def with_inventory(self, **parts: object) -> "Facts":
        """The same with other parts in the machine."""
        return replace(self, inventory=self.inventory.model_copy(update=parts))

    def untested(self, checks: Container[str], subjects: Container[str | None] | None = None) -> "Facts":
        """The same without what these checks have found (of these subjects): their part is another one now."""
        return replace(
            self,
            checks=[
                result
                for result in self.checks
                if not (result.id in checks and (subjects is None or result.subject in subjects))
            ],
        )

    def without_figure(self, name: str) -> "Facts":
        """The same without what was measured or answered under this name."""
        kept = [
            result.model_copy(update={"figures": [each for each in result.figures if each.name != name]})
            for result in self.checks
        ]
        return replace(self, checks=kept)
