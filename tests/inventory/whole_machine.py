"""A made-up machine with something in every part that the inventory reads, and much that is nobody's business."""

from fake_tree import ATA, PCI, Tree

DMI = """# dmidecode 3.4
Handle 0x0001, DMI type 1, 27 bytes
System Information
\tManufacturer: LENOVO
\tVersion: ThinkPad T440s
\tSerial Number: PF0ABC12

Handle 0x0010, DMI type 17, 40 bytes
Memory Device
\tSize: 8 GB
\tLocator: DIMM A
\tType: DDR3
\tSerial Number: 1A2B3C4D
"""


def a_machine(tree: Tree) -> Tree:
    """With something in every part that the inventory reads."""
    tree.answers("dmidecode", DMI)
    node = tree.disk("sda", sectors=500_000_000)
    tree.file(f"{ATA}/vpd_pg80", b"\0\x80\0\x0c  S3Z8NB0K12")
    tree.file(f"{ATA}/model", "Samsung SSD 850")
    tree.file(f"{ATA}/vendor", "ATA")
    tree.file(f"{node}/queue/rotational", 0)
    tree.file(f"{node}/diskseq", 9)
    tree.partition(node, "sda1", "8:1")
    tree.nvme(model="KXG50ZNV", serial="58FS103HT")
    tree.file("/run/udev/data/b8:0", "S:disk/by-id/x\nE:ID_BUS=ata\nE:ID_MODEL_ENC=Samsung\\x20SSD\\x20850\\x20EVO\n")
    tree.file("/run/udev/data/b8:1", "E:ID_FS_LABEL=Photos de Jean\nE:ID_FS_TYPE=vfat\n")
    tree.file(
        "/proc/cpuinfo", "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Core(TM) i5-4300U\n\n"
    )
    tree.file("/proc/meminfo", "MemTotal:        8000000 kB\n")
    tree.file("/proc/swaps", "Filename\tType\tSize\n/dev/sda1\tpartition\t100\n/home/jean/swap\tfile\t100\n")
    tree.file(
        "/proc/self/mountinfo",
        "30 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        "31 30 8:1 /private/jean /home/jean/secret rw - ext4 /dev/sda1 rw,errors=remount-ro\n"
        "33 30 253:0 / /boot/efi rw - ext4 /dev/mapper/jean--vg-root rw,journal_path=/dev/sda2\n"
        "34 30 0:51 / /srv rw - bcachefs /dev/sda3:/dev/sdb rw\n"
        "32 30 0:50 / /mnt/cifs rw - cifs //server/jean rw,username=jean,password=geheim\n",
    )
    tree.file("/proc/cmdline", "root=/dev/sda1 password=geheim")
    tree.file("/proc/4242/cmdline", "gpg --passphrase geheim")
    tree.links("/proc/4242/fd/3", "/dev/sda")
    tree.folder("/dev/disk/by-label")
    tree.links("/dev/disk/by-label/Photos", "/dev/sda1")
    tree.file("/sys/class/power_supply/BAT0/type", "Battery")
    tree.file("/sys/class/power_supply/BAT0/serial_number", " 1234")
    tree.file("/sys/class/power_supply/BAT0/energy_full", 40_000_000)
    tree.file(f"{PCI}/0000:00:19.0/net/eth0/address", "54:ee:75:12:34:56")
    tree.file(f"{PCI}/0000:00:19.0/net/eth0/type", 1)
    tree.file(f"{PCI}/0000:00:19.0/net/eth0/addr_assign_type", 0)
    tree.links(f"{PCI}/0000:00:19.0/net/eth0/device", f"{PCI}/0000:00:19.0")
    tree.links("/sys/class/net/eth0", f"{PCI}/0000:00:19.0/net/eth0")
    tree.file(f"{PCI}/0000:00:02.0/class", "0x030000")
    tree.file(f"{PCI}/0000:00:02.0/vendor", "0x8086")
    tree.links("/sys/bus/pci/devices/0000:00:02.0", f"{PCI}/0000:00:02.0")
    tree.file(f"{PCI}/0000:00:02.0/drm/card0/card0-eDP-1/status", "connected")
    tree.file(f"{PCI}/0000:00:02.0/drm/card0/card0-eDP-1/edid", a_display())
    tree.file(f"{PCI}/0000:00:02.0/drm/card0/card0-VGA-1/status", "disconnected")
    tree.file(f"{PCI}/0000:00:02.0/drm/card0/card0-VGA-1/edid", b"")
    for name in ("card0-eDP-1", "card0-VGA-1"):
        tree.links(f"/sys/class/drm/{name}", f"{PCI}/0000:00:02.0/drm/card0/{name}")
    tree.file("/sys/firmware/acpi/tables/MSDM", b"MSDM...XXXXX-XXXXX-XXXXX-GEHEI-M1234")
    tree.file("/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c", b"\6\0\0\0\1")
    return tree


def a_display(serial: str = "SN12345678", number: int = 0x12345678) -> bytes:
    """A panel's description with a serial number in both places."""
    block = bytearray(128)
    block[:8] = bytes.fromhex("00ffffffffffff00")
    block[8:18] = bytes([0x0D, 0xAE, 0x40, 0x14]) + number.to_bytes(4, "little") + bytes([10, 25])
    block[18:24] = bytes([1, 4, 0xA5, 31, 17, 120])
    block[54:72] = bytes.fromhex("021d80187130 1c1620582c2500 36ae10 00001e".replace(" ", "")).ljust(18, b"\0")[:18]
    block[72:90] = b"\0\0\0\xff\0" + f"{serial}\n".ljust(13).encode()
    block[127] = -sum(block) % 256
    return bytes(block)
