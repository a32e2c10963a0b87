"""Processors: one entry for each socket, from /proc/cpuinfo, or where that is absent from the firmware (SMBIOS)."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from agent.host.cpuid import CpuFacts
from agent.host.source import Source, integer
from agent.inventory.dmidecode import Record
from agent.inventory.processors import sockets
from agent.inventory.processors.names import model, vendor
from agent.inventory.values import number, real
from agent.model.inventory import Processor

# x86-64 psABI, table 3.1, in the kernel's names: pni is SSE3, abm holds LZCNT, and xsave is shown only where the
# kernel has switched it on (OSXSAVE). Each level needs those before it.
_LEVELS = (
    {"lm", "cmov", "cx8", "fpu", "fxsr", "mmx", "syscall", "sse", "sse2"},
    {"cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3"},
    {"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"},
    {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"},
)
_FREQUENCY = "/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq"
"""In kHz."""
_MOST_THREADS = 8192
"""What the kernel can be built for; more is no /proc/cpuinfo."""


def read(source: Source, records: Sequence[Record] = ()) -> list[Processor]:
    """The fast facts. From the firmware (`records`) there is no level, and no word about virtualization."""
    threads = [dict(_fields(block)) for block in (source.text("/proc/cpuinfo") or "").split("\n\n")]
    threads = [thread for thread in threads if "processor" in thread][:_MOST_THREADS]
    together: dict[str, list[Mapping[str, str]]] = {}
    for thread in threads:
        together.setdefault(thread.get("physical id", "0"), []).append(thread)
    khz = integer(source, _FREQUENCY)
    found = [_socket(of_socket, _mhz(khz and khz / 1000)) for of_socket in together.values()]
    return found or sockets.read(records)


def completed(processors: list[Processor], facts: CpuFacts) -> list[Processor]:
    """The slow facts added: what py-cpuinfo measured and found in CPUID, where /proc/cpuinfo said nothing."""
    found = Processor(
        vendor=_vendor(facts.vendor),
        model=model(facts.model),
        x86_64_level=level(facts.flags) if facts.flags else None,
        max_mhz=_mhz(facts.advertised_hz and facts.advertised_hz / 1_000_000),
        virtualization=_virtualization(facts.flags) if facts.flags else None,
    )
    known = found.model_dump(exclude_none=True)
    return [
        processor.model_copy(update={name: value for name, value in known.items() if getattr(processor, name) is None})
        for processor in processors or [Processor()]
    ]


def level(flags: Collection[str]) -> int:
    """The x86-64 level, 1 to 4; 0 for a 32-bit processor. Flags as Linux names them."""
    reached = 0
    for needed in _LEVELS:
        if not needed <= {*flags}:
            break
        reached += 1
    return reached


def _fields(block: str) -> Iterable[tuple[str, str]]:
    for line in block.splitlines():
        name, _, value = line.partition(":")
        yield name.strip(), value.strip()


def _socket(threads: list[Mapping[str, str]], max_mhz: int | None) -> Processor:
    first = threads[0]
    flags = first.get("flags", "").split()
    # A core's number is unique in its socket only. The kernel's own count has the cores that share a number on
    # processors of two dies.
    cores = max(
        len({thread["core id"] for thread in threads if "core id" in thread}),
        min(number(first.get("cpu cores")) or 0, len(threads)),
    )
    return Processor(
        vendor=_vendor(first.get("vendor_id")),
        model=model(first.get("model name")),
        # A processor from before the cores' numbers has one core.
        cores=cores or (len(threads) if len(threads) == 1 else None),
        threads=len(threads),
        x86_64_level=level(flags) if flags else None,
        max_mhz=max_mhz,
        virtualization=_virtualization(flags) if flags else None,
    )


def _virtualization(flags: Collection[str]) -> bool:
    """Intel VT-x or AMD-V; the kernel takes the flag away where the firmware has switched it off."""
    return "vmx" in flags or "svm" in flags


def _vendor(text: str | None) -> str | None:
    return vendor(text) or real(text)


def _mhz(value: float | None) -> int | None:
    return round(value) if value and 1 <= value <= 100_000 else None
