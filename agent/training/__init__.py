"""Simulated drives with simulated firmware: for volunteers to learn with, and the test bench of the program.

    bench          makes the three training drives, and lists them for the inventory
    drive          one open simulated drive, as the rest of the program sees a drive (sanitize.medium.Medium)
    ata_view, nvme_view   what a host reads out of the structures that the firmware hands over
    ata, ata_smart, nvme  the firmware: commands in, structures of the standards out
    firmware, media       what all firmware shares: sectors, cache, counters, faults
    description, faults   what a drive is and what is wrong with it; JSON beside the file
    old_data       what the donor left on the training drives
    store          the sectors: a sparse file, never anything else

Nothing but `bench` imports pydantic, since the drive's worker loads the others. The firmware opens no files and
no sockets, so that the same one can serve behind any transport.
"""
