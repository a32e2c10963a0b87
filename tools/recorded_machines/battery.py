"""A battery and a charger as the firmware describes them to the system (ACPI 6.5, 10.2 and 10.3)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Battery:
    """Capacities in mAh, voltage in mV."""

    maker: str
    model: str
    serial: str
    design: int
    full: int
    left: int
    volts: int = 10800


def source(battery: Battery) -> str:
    """In ACPI's own language, for iasl."""
    unit_is_mah, discharging = 1, 1
    information = (
        f"{unit_is_mah}, {battery.design}, {battery.full}, 1, {battery.volts}, {battery.design // 10}, "
        f'{battery.design // 20}, 10, 10, "{battery.model}", "{battery.serial}", "LION", "{battery.maker}"'
    )
    return f"""
DefinitionBlock ("", "SSDT", 2, "ORDIS ", "BATTERY ", 1)
{{
    Scope (\\_SB)
    {{
        Device (BAT0)
        {{
            Name (_HID, EisaId ("PNP0C0A"))
            Name (_UID, 1)
            Method (_STA) {{ Return (0x1F) }}
            Method (_BIF) {{ Return (Package (13) {{ {information} }}) }}
            Method (_BST) {{ Return (Package (4) {{ {discharging}, 1200, {battery.left}, {battery.volts + 400} }}) }}
            Method (_PCL) {{ Return (Package () {{ \\_SB }}) }}
        }}
        Device (AC0)
        {{
            Name (_HID, "ACPI0003")
            Method (_PSR) {{ Return (0) }}
            Method (_STA) {{ Return (0x0F) }}
            Method (_PCL) {{ Return (Package () {{ \\_SB }}) }}
        }}
    }}
}}
"""
