"""The security chip (TPM): its version, whether the firmware has it switched on, and its own self-test."""

from collections.abc import Callable

from agent.checks.base import Bench, figures
from agent.host.source import Source, integer
from agent.host.tpm import self_test
from agent.inventory.security import tpm_version
from agent.model.check import CheckResult
from agent.model.inventory import Inventory
from agent.model.message import Message, say
from agent.model.profile import Checks
from agent.model.words import Outcome

ID = "tpm"
TITLE = say("Security chip (TPM)")
LOADS: frozenset[str] = frozenset()

_STATES = "/sys/class/tpm/tpm0/device"
_SECONDS = 5
_NEW, _OLD = "2.0", "1.2"


def applies(_inventory: Inventory) -> bool:
    return True


def expected_seconds(_checks: Checks, _inventory: Inventory) -> float:
    return _SECONDS


def check(bench: Bench, self_test: Callable[[], int | None] = self_test) -> CheckResult:
    """Raises nothing of its own."""
    version = tpm_version(bench.source)
    result = self_test() if version == _NEW else None
    outcome, reason = judge(version, result, _on(bench.source))
    return CheckResult(
        id=ID,
        title=TITLE,
        outcome=outcome,
        reason=reason,
        figures=figures(version=version, self_test=None if result is None else f"{result:#x}"),
    )


def judge(version: str | None, result: int | None, on: bool | None) -> tuple[Outcome, Message]:
    """Pure. `result` is the self-test's of a TPM 2.0, 0 where it passed; `on` is what a TPM 1.2 says of itself."""
    if version == _NEW:
        if result == 0:
            return Outcome.PASSED, say("There is a TPM 2.0, and its self-test passed.")
        if result is not None:
            return Outcome.FAILED, say(
                "The TPM 2.0 fails its self-test (code {code}). Windows 11 cannot use it; Linux does not need it.",
                code=f"{result:#x}",
            )
        return Outcome.ERROR, say("There is a TPM 2.0, but it could not be asked whether it works.")
    if version == _OLD:
        if on is False:
            return Outcome.SKIPPED, say("There is a TPM 1.2, switched off in the BIOS. Windows 11 needs version 2.0.")
        if on is None:
            return Outcome.ERROR, say("There is a TPM 1.2, but it does not tell whether it works.")
        return Outcome.PASSED, say("There is a TPM 1.2 and it is on. Windows 11 needs version 2.0.")
    return Outcome.SKIPPED, say(
        "No TPM was seen. Whether there is none or the BIOS has it switched off cannot be told from here: look there "
        "for “TPM”, “PTT” or “fTPM”. Only Windows 11 needs it."
    )


def _on(source: Source) -> bool | None:
    """A TPM 1.2 that is enabled and active; None where it does not say (Documentation/ABI/stable/sysfs-class-tpm). One
    that has failed the self-test which the kernel starts does not answer these."""
    states = [integer(source, f"{_STATES}/{name}") for name in ("enabled", "active")]
    if any(state == 0 for state in states):
        return False
    return True if all(state == 1 for state in states) else None
