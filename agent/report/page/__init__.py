"""The inventory as a page for people."""

from agent.model.inventory import Inventory
from agent.report.summary import machine_lines


def page(inventory: Inventory, language: str, *, colour: bool, width: int) -> list[str]:
    return machine_lines(inventory, language)
