"""What computes: the processors and the memory."""

from collections import Counter
from collections.abc import Iterator, Sequence

from agent.model.inventory import Inventory, Memory, MemoryModule, Processor
from agent.model.message import Message, say
from agent.report.cells import cells, plain
from agent.report.naming import called, processor_name
from agent.report.page.sheet import Mark, Row, Section
from agent.report.page.tongue import Tongue, why

_LEVELS = {
    0: say("32-bit: no current system runs on it"),
    1: say("64-bit, oldest kind (x86-64-v1): too old for some current systems"),
    2: say("64-bit, older kind (x86-64-v2): enough for most current systems"),
    3: say("64-bit, current kind (x86-64-v3)"),
    4: say("64-bit, strongest kind (x86-64-v4)"),
}
_USELESS = 0


def processors(inventory: Inventory, tongue: Tongue) -> Section:
    found = Counter(inventory.processors)
    rows = [row for one, count in found.items() for row in _processor(one, count, tongue)]
    missing = [_unknown(inventory, tongue, say("not known"), "processors", "smbios")]
    title = say("Processors") if len(inventory.processors) > 1 else say("Processor")
    return Section(tongue(title), rows or missing)


def memory(inventory: Inventory, tongue: Tongue) -> Section:
    found = inventory.memory
    rows = [*_sum(inventory, tongue), *_modules(found.modules, tongue)]
    empty = [module for module in found.modules if _empty(module)]
    # A slot of which nothing is known but its name may hold a module that does not tell.
    if empty and len(empty) == found.slots_free and all(module.slot for module in empty):
        rows.append(Row(tongue(say("Free")), items=tuple(module.slot or "" for module in empty)))
    return Section(tongue(say("Memory")), rows)


def _unknown(inventory: Inventory, tongue: Tongue, otherwise: Message, *parts: str) -> Row:
    return Row(text=tongue(why(inventory, *parts) or otherwise), mark=Mark.DOUBT, wide=True)


def _processor(one: Processor, count: int, tongue: Tongue) -> Iterator[Row]:
    name = processor_name(one.model or "") or one.vendor or tongue(say("unknown processor"))
    yield Row(tongue(say("Model")), name if count == 1 else f"{count} × {name}", strong=True)
    power = tongue.listed(
        _some(one.cores, say("1 core"), say("{cores} cores", cores=one.cores or 0)),
        _some(one.threads, say("1 thread"), say("{threads} threads", threads=one.threads or 0)),
        say("up to {speed} GHz", speed=one.max_mhz / 1000) if one.max_mhz else None,
    )
    if power:
        yield Row(tongue(say("Speed")), power)
    if one.x86_64_level is not None:
        level = _LEVELS.get(one.x86_64_level)
        mark = Mark.BAD if one.x86_64_level == _USELESS else Mark.NONE
        yield Row(tongue(say("Class")), tongue(level) if level else f"x86-64-v{one.x86_64_level}", mark=mark)
    if one.virtualization is not None:
        able = say("can run virtual machines") if one.virtualization else say("none, or switched off in the firmware")
        yield Row(tongue(say("Virtualization")), tongue(able))


def _some(count: int | None, one: Message, many: Message) -> Message | None:
    return None if not count else one if count == 1 else many


def _sum(inventory: Inventory, tongue: Tongue) -> Iterator[Row]:
    found = inventory.memory
    label = tongue(say("Total"))
    if found.installed_bytes:
        size = f"{tongue.memory(found.installed_bytes)} {_common_kind(found.modules)}".strip()
        yield Row(label, tongue.listed(size, *_slots(found, tongue)), strong=True)
    elif found.usable_bytes:
        usable = say("{size} that the system can use", size=tongue.memory(found.usable_bytes))
        yield Row(label, tongue.listed(usable, *_slots(found, tongue)), strong=True)
        yield _unknown(inventory, tongue, say("The modules could not be told apart."), "memory", "smbios")
    else:
        yield _unknown(inventory, tongue, say("not known"), "memory", "smbios")
    if found.soldered_bytes:
        yield Row(text=tongue(say("{size} of it soldered in", size=tongue.memory(found.soldered_bytes))))


def _slots(found: Memory, tongue: Tongue) -> Iterator[Message]:
    total, free = found.slots_total, found.slots_free
    if total is not None and free is not None and free <= total:
        used = total - free
        if total == 1:
            yield say("its only slot is used") if used else say("its only slot is free")
        elif used == 1:
            yield say("1 of {total} slots used", total=total)
        elif total:
            yield say("{used} of {total} slots used", used=used, total=total)
    if found.max_bytes:
        yield say("up to {size}", size=tongue.memory(found.max_bytes))
    if found.ecc:
        yield say("with error correction (ECC)")


def _modules(modules: Sequence[MemoryModule], tongue: Tongue) -> Iterator[Row]:
    sizes = [plain(tongue.memory(module.size_bytes)) if module.size_bytes else "?" for module in modules]
    widest = max(map(cells, sizes), default=0)
    for module, size in zip(modules, sizes, strict=True):
        if _empty(module):
            continue
        columns = (
            " " * (widest - cells(size)) + size,
            _kind(module),
            module.form_factor or "",
            module.manufacturer or "",
            module.part_number or "",
        )
        yield Row(module.slot or tongue(say("Module")), columns=columns)


def _empty(module: MemoryModule) -> bool:
    """An empty slot tells nothing but its name; a module of unknown size tells something else."""
    return module.size_bytes in (None, 0) and not called(module.type, module.part_number or module.manufacturer)


def _kind(module: MemoryModule) -> str:
    """As it stands on the label: DDR4-2666."""
    return "-".join(str(part) for part in (module.type, module.speed_mts) if part)


def _common_kind(modules: Sequence[MemoryModule]) -> str:
    """What all modules are, or all but for their speed; empty where they differ."""
    full = [module for module in modules if not _empty(module)]
    for names in ({_kind(module) for module in full}, {module.type or "" for module in full}):
        if len(names) == 1:
            return names.pop()
    return ""
