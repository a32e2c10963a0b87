"""What py-cpuinfo finds out about the processor. Slow (over a second): never on the way to the first screen."""

import json
import sys
from dataclasses import dataclass

from agent.host.source import Source

_SECONDS = 30.0
"""py-cpuinfo sleeps a second to measure the clock and may start lscpu; an old processor takes some seconds."""


@dataclass(frozen=True)
class CpuFacts:
    vendor: str | None = None
    model: str | None = None
    flags: frozenset[str] = frozenset()
    advertised_hz: int | None = None


def read(source: Source) -> CpuFacts:
    """Ask py-cpuinfo, in a process of its own: its `get_cpu_info` starts one too, but without a time limit, and already
    importing it starts a program.

    Raises ToolMissing, ToolTimeout, OSError, and ValueError for an answer that is none.
    """
    ran = source.tool([sys.executable, "-P", "-m", "agent.host.cpuid_child", "--json"], timeout=_SECONDS)
    if ran.code != 0:
        raise ValueError(f"py-cpuinfo: exit code {ran.code}: {ran.err.strip()[-200:]}")
    return parse(ran.out)


def parse(text: str) -> CpuFacts:
    """Read py-cpuinfo's JSON. Raises ValueError where it is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"py-cpuinfo: {error}") from error
    if not isinstance(found, dict):
        raise ValueError("py-cpuinfo: no object")  # noqa: TRY004 - one kind of error for one kind of trouble
    flags = found.get("flags")
    return CpuFacts(
        vendor=_text(found.get("vendor_id_raw")),
        model=_text(found.get("brand_raw")),
        flags=frozenset(flag for flag in flags if isinstance(flag, str)) if isinstance(flags, list) else frozenset(),
        advertised_hz=_hertz(found.get("hz_advertised")),
    )


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _hertz(value: object) -> int | None:
    """py-cpuinfo gives [hertz, exponent]; a processor runs at 1 MHz to 100 GHz."""
    first = value[0] if isinstance(value, list) and value else None
    return first if isinstance(first, int) and 10**6 <= first <= 10**11 else None
