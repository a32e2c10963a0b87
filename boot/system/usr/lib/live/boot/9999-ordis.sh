#!/bin/sh
# Where the system is found. In the place of live-boot's own search, which mounts every partition in turn and by that
# replays the journal of a donor's file system: here a partition is only mounted where the first sector of its disk
# says that the disk is an Ordis stick, and where it is the very stick that the boot loader came from, if that is known.

# ordis_disk DEVICE: the disk's signature, four bytes at offset 440 of its first sector, is "ORDS".
ordis_disk ()
{
	[ "$(dd if="${1}" bs=1 skip=440 count=4 2>/dev/null)" = "ORDS" ]
}

# ordis_volume DEVICE: the serial number of the FAT32 file system on it, as GRUB and blkid write it (ABCD-1234).
ordis_volume ()
{
	set -- $(dd if="${1}" bs=1 skip=67 count=4 2>/dev/null | od -An -tx1)
	echo "${4}${3}-${2}${1}" | tr a-f A-F
}

find_livefs ()
{
	wanted="$(sed -n 's/.*\bordis\.stick=\([0-9A-Fa-f-]*\).*/\1/p' /proc/cmdline | tr a-f A-F)"
	for part in /sys/class/block/*/partition
	do
		[ "$(cat "${part}" 2>/dev/null)" = 1 ] || continue
		folder="$(readlink -f "${part%/partition}")"
		disk="/dev/$(basename "$(dirname "${folder}")")"
		device="/dev/$(basename "${folder}")"
		[ -b "${device}" ] && [ -b "${disk}" ] && ordis_disk "${disk}" || continue
		[ -z "${wanted}" ] || [ "$(ordis_volume "${device}")" = "${wanted}" ] || continue
		mkdir -p "${mountpoint}"
		if mount -t vfat -o ro,noatime,nosuid,nodev "${device}" "${mountpoint}" 2>/dev/null
		then
			if is_live_path "${mountpoint}"
			then
				echo "${mountpoint}"
				return 0
			fi
			umount "${mountpoint}"
		fi
	done
	return 1
}
