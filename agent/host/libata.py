"""What the kernel's ATA driver lets through."""

from pathlib import Path

from agent.host.files import read_bounded

ALLOW_TPM = Path("/sys/module/libata/parameters/allow_tpm")
"""Without it libata refuses the commands 5Ch to 5Fh (TRUSTED …); it can only be set when the kernel starts."""


def forbids_trusted_commands(said: Path = ALLOW_TPM) -> bool:
    """Whether Linux keeps the commands of the Trusted Computing feature set away from SATA drives. Where that cannot
    be read, no."""
    try:
        return read_bounded(said, 16).strip() == b"0"
    except OSError:
        return False
