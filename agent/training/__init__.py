"""Simulated drives with simulated firmware: for volunteers to learn with, and the test bench of the program.

    bench          makes the three training drives, and lists them for the inventory
    drive          one open simulated drive, as the rest of the program sees a drive (sanitize.medium.Medium)
    ata_view, nvme_view   what a host reads out of the structures that the firmware hands over
    ata, ata_port         the firmware of an ATA drive and the way of commands to it; its feature sets in ata_*
    scsi, scsi_port       the same of a SAS drive; sat makes a SCSI device of an ATA drive
    nvme, nvme_admin      an NVMe subsystem; its namespaces, sanitize, format, structures and logs in nvme_*
    emmc, emmc_port       an eMMC device, in-process only, untested on hardware
    opal, opal_sedutil    locks of self-encrypting drives and sedutil-cli, in-process only, untested on hardware
    firmware, media       what all firmware shares: commands in turn, cache, counters, faults, power
    erasing, fills        an erase of the drive's own: its time, its faults, what it leaves
    cells, spans          the media, and where on them data from before are left (the campaign's oracle)
    kept, clock           what is remembered without current; time that tests need not wait for
    description, faults   what a drive is and what is wrong with it; JSON beside the file
    old_data       what the donor left on the training drives
    store          the sectors: a sparse file, never anything else
    serve          a drive for another computer's kernel, over iSCSI or NVMe/TCP; no part of the program

Nothing but `bench` imports pydantic, since the drive's worker loads the others. The firmware opens no files and
no sockets, so that the same one can serve behind any transport.
"""
