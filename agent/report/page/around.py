"""What is around the computing: battery, screens and graphics, network, and the other parts."""

from collections.abc import Iterator

from agent.model.inventory import Battery, Bluetooth, Display, Graphics, Inventory, NetworkInterface, Sound
from agent.model.message import Message, say
from agent.report.naming import INPUT, PORT, called
from agent.report.page.sheet import Mark, Row, Section
from agent.report.page.tongue import Tongue, why

_GOOD, _POOR = 80, 50
"""Percent of the design capacity: grade A of a laptop, and the worst of the grades (section 7 of the design)."""


def battery(inventory: Inventory, tongue: Tongue) -> Section:
    """Empty where the machine is none that has one by its nature."""
    rows = [row for one in inventory.batteries for row in _battery(one, tongue)]
    if not inventory.batteries and inventory.machine.chassis.portable:
        text = why(inventory, "batteries") or say("No battery was found: it runs on mains only.")
        rows.append(Row(text=tongue(text), mark=Mark.DOUBT))
    if rows and inventory.mains_connected is not None:
        text = say("plugged in") if inventory.mains_connected else say("not plugged in")
        rows.append(Row(tongue(say("Charger")), tongue(text)))
    title = say("Batteries") if len(inventory.batteries) > 1 else say("Battery")
    return Section(tongue(title), rows)


def _battery(one: Battery, tongue: Tongue) -> Iterator[Row]:
    serial = tongue(say("serial number")) + f" {one.serial}" if one.serial else ""
    names = tongue.listed(called(one.manufacturer, one.model), one.technology, serial)
    health = one.health_percent
    # Rounded down: what a person promises must be there.
    left = None if health is None else say("{health:percent} of its capacity left", health=int(health))
    energy = (
        say("{full} of {design} Wh", full=one.full_wh, design=one.design_wh)
        if one.full_wh is not None and one.design_wh is not None
        else None
    )
    mark = (
        Mark.NONE if health is None else Mark.GOOD if health >= _GOOD else Mark.DOUBT if health < _POOR else Mark.NONE
    )
    made = one.design_wh
    new = (
        say("{design} Wh when new, what is left is not known", design=int(made) if made == int(made) else made)
        if made
        else None
    )
    told = tongue.listed(left or new or say("its capacity is not known"), energy)
    yield Row(one.name, told, mark=mark)
    cycles = one.cycles
    more = tongue.listed(
        None if cycles is None else say("charged once") if cycles == 1 else say("charged {count} times", count=cycles),
        None if one.charge_percent is None else say("now at {charge:percent}", charge=one.charge_percent),
    )
    yield from (Row(text=text) for text in (more, names) if text)


def screens(inventory: Inventory, tongue: Tongue) -> Section:
    rows = [_display(one, tongue) for one in inventory.displays]
    rows += [_graphics(one, tongue) for one in inventory.graphics]
    return Section(tongue(say("Screen and graphics")), rows)


def _display(one: Display, tongue: Tongue) -> Row:
    size = tongue.inches(one.diagonal_inches) if one.diagonal_inches else None
    pixels = f"{one.width_px} × {one.height_px}" if one.width_px and one.height_px else ""
    name = called(one.manufacturer_name or one.manufacturer, one.model)
    serial = tongue(say("serial number")) + f" {one.serial}" if one.serial else ""
    place = say("built in") if one.internal else one.connector
    facts = tongue.listed(size, pixels, name, serial, str(one.year or ""), place)
    return Row(tongue(say("Display")), facts or tongue(say("not told")))


def _graphics(one: Graphics, tongue: Tongue) -> Row:
    name = called(one.vendor, one.model)
    if not one.model and one.pci_id:
        name = f"{name} [{one.pci_id}]".strip()
    driver = None if one.driver else say("no driver")
    return Row(tongue(say("Graphics")), tongue.listed(name, driver) or tongue(say("not told")))


def network(inventory: Inventory, tongue: Tongue) -> Section:
    rows = [_interface(one, tongue) for one in sorted(inventory.network, key=lambda one: one.wireless)]
    rows += [_bluetooth(one, tongue) for one in inventory.bluetooth]
    return Section(tongue(say("Network")), rows)


def _interface(one: NetworkInterface, tongue: Tongue) -> Row:
    columns = (one.name, one.mac or "", tongue(_link(one)), called(one.vendor, one.model) or one.driver or "")
    return Row(tongue(say("Wi-Fi") if one.wireless else say("Wired")), columns=columns)


def _link(one: NetworkInterface) -> Message:
    if one.link is None:
        return say("not in use")
    if not one.link:
        return say("not connected") if one.wireless else say("no cable")
    speed = one.speed_mbps
    if not speed:
        return say("connected")
    if speed % 1000:
        return say("{speed} Mbit/s", speed=speed)
    return say("{speed} Gbit/s", speed=speed // 1000)


def _bluetooth(one: Bluetooth, tongue: Tongue) -> Row:
    off = say("switched off") if one.blocked else None
    return Row(tongue(say("Bluetooth")), tongue.listed(called(one.vendor, one.model) or one.name, off))


def others(inventory: Inventory, tongue: Tongue) -> Section:
    rows = [Row(tongue(say("Camera")), tongue.listed(one.name, _place(one.internal))) for one in inventory.cameras]
    rows += [_sound(one, tongue) for one in inventory.sound]
    for one in inventory.inputs:
        kind = INPUT.get(one.kind)
        rows.append(Row(tongue(kind) if kind else one.kind, tongue.listed(one.name, _place(one.internal))))
    for disc in inventory.optical_drives:
        writes = {True: say("writes discs"), False: say("only reads discs")}.get(bool(disc.writes))
        name = called(disc.vendor, disc.model) or disc.name
        rows.append(Row(tongue(say("Disc drive")), tongue.listed(name, None if disc.writes is None else writes)))
    if inventory.ports:
        sockets = (f"{port.count} × {tongue(PORT[port.kind]) if port.kind in PORT else port.kind}"
                   for port in inventory.ports)  # fmt: skip
        rows.append(Row(tongue(say("Sockets")), items=tuple(sockets)))
    return Section(tongue(say("Other parts")), rows)


def _place(internal: bool | None) -> Message | None:
    return None if internal is None else say("built in") if internal else say("plugged in from outside")


def _sound(one: Sound, tongue: Tongue) -> Row:
    able: dict[tuple[bool | None, bool | None], Message] = {
        (True, True): say("plays and records"),
        (True, False): say("plays only"),
        (False, True): say("records only"),
    }
    codec = one.codec if one.codec != one.name else ""
    return Row(tongue(say("Sound")), tongue.listed(one.name, codec, able.get((one.playback, one.capture))))
