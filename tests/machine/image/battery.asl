// A laptop's battery and charger, for machines that have none: read through ACPI as on a real one.
// CHARGER (1: plugged in) is defined when it is compiled.
DefinitionBlock ("battery.aml", "SSDT", 2, "ORDIS", "BATTERY", 1)
{
    Scope (\_SB)
    {
        Device (BAT0)
        {
            Name (_HID, EisaId ("PNP0C0A"))
            Name (_UID, 1)
            Name (_PCL, Package () { \_SB })
            Method (_STA) { Return (0x1F) }
            // ACPI 6.5, 10.2.2.2
            Name (_BIX, Package ()
            {
                0,          // revision
                0,          // mWh
                47520,      // design capacity
                37066,      // last full charge: 78 % of it
                1,          // rechargeable
                10800,      // mV
                2376, 1188, // warning, low
                312,        // charge cycles
                95000,      // accuracy, thousandths of a per cent
                5000, 1000, 5000, 1000, // sampling, averaging
                264, 264,   // granularity
                "45N1127", "28416", "LION", "SANYO"
            })
            Name (_BST, Package ()
            {
                CHARGER ^ 1, // discharging, or neither charging nor discharging: full
                0, 37066, 12400
            })
        }
        Device (ADP1)
        {
            Name (_HID, "ACPI0003")
            Name (_PCL, Package () { \_SB })
            Method (_PSR) { Return (CHARGER) }
            Method (_STA) { Return (0x0F) }
        }
    }
}
