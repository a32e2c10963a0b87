"""What counts as training: any simulated or virtual drive, in the inventory or among the drives worked on."""

from collections.abc import Iterable

from agent.model.inventory import Drive, Inventory
from agent.model.sanitization import DriveIdentity, Sanitization


def unreal_drives(inventory: Inventory, sanitizations: Iterable[Sanitization]) -> bool:
    """True when what is said about drives is, in any part, not about real ones."""
    drives: list[Drive | DriveIdentity] = [*inventory.drives, *(item.drive for item in sanitizations)]
    return any(drive.simulated or drive.virtual for drive in drives)
