"""What an ATA drive can do besides reading and writing, and how it came from its donor: part of the description."""

from dataclasses import dataclass, fields

from agent.training import limits

SANITIZE = ("crypto", "block", "overwrite")
"""The operations of the SANITIZE DEVICE feature set."""
_DAY = 24 * 3600


@dataclass(frozen=True)
class AtaAbout:
    """By default a drive with security (frozen by the computer's firmware, as most are), HPA, and nothing else."""

    security: bool = True
    enhanced_erase: bool = True
    bios_freezes: bool = True
    """The computer's firmware sends SECURITY FREEZE LOCK at start-up; not after a re-plug or a sleep."""
    foreign_password: str = ""
    """A user password that the donor has set: the drive comes up locked."""
    foreign_maximum: bool = False
    """That password has the security level maximum: the master password only erases."""
    erase_minutes: int = 2
    """Announced for SECURITY ERASE UNIT (words 89 and 90); 0: the drive does not say."""
    erase_seconds: int = 10
    """What one really takes."""
    sanitize: tuple[str, ...] = ()
    sanitize_seconds: int = 10
    """What a sanitize takes; one pass of it where it overwrites."""
    bios_freezes_sanitize: bool = False
    """The computer's firmware sends SANITIZE FREEZE LOCK as well."""
    sanitized_before: bool = False
    """A sanitize has succeeded before: the drive says so from the start."""
    hpa: bool = True
    amac: bool = False
    """Accessible Max Address Configuration, which has replaced HPA."""
    dco: bool = False
    dco_hidden_bytes: int = 0
    """Media beyond `hidden_bytes` that a Device Configuration Overlay hides."""
    no_registers: bool = False
    """A bridge that returns data, but never the registers."""
    bridge_drops: tuple[int, ...] = ()
    """Commands that a bridge answers itself with an abort, so that the drive never sees them."""

    def __post_init__(self) -> None:
        for item in fields(self):
            name, value = f"ata.{item.name}", getattr(self, item.name)
            if isinstance(item.default, bool):
                limits.flag(name, value)
            elif item.name.endswith("_seconds"):
                limits.whole(name, value, 0, _DAY)
        limits.text("ata.foreign_password", self.foreign_password, 32)
        limits.whole("ata.erase_minutes", self.erase_minutes, 0, 2 * 0x7FFF - 2)  # 15 bits of 2 minutes
        limits.whole("ata.dco_hidden_bytes", self.dco_hidden_bytes, 0, limits.MAX_SIZE, step=4096)
        if not isinstance(self.sanitize, tuple) or not set(self.sanitize) <= set(SANITIZE):
            raise ValueError(f"ata.sanitize: some of {', '.join(SANITIZE)} expected")
        for command in self.bridge_drops:
            limits.whole("ata.bridge_drops: command", command, 0, 0xFF)
        if self.dco_hidden_bytes and not self.dco:
            raise ValueError("ata.dco_hidden_bytes: only with dco")
