"""What the machine is. Sizes in bytes, capacities in Wh, temperatures in °C; None means not known.

The field names are part of the report and of `ordis inventory --json`.
"""

from agent.model.base import Bytes, Count, Model, Percent, Seconds, Text
from agent.model.message import Message
from agent.model.words import Certainty, Chassis, Contents, Health, Method, Technique, Transport


class Unreadable(Model):
    """A part that could not be read, and why."""

    part: Text
    reason: Message


class Firmware(Model):
    vendor: Text | None = None
    version: Text | None = None
    date: Text | None = None
    uefi: bool | None = None
    secure_boot: bool | None = None


class Machine(Model):
    """`machine_id` is derived from hardware serials and stays the same from boot to boot."""

    vendor: Text | None = None
    model: Text | None = None
    chassis: Chassis = Chassis.OTHER
    serial: Text | None = None
    uuid: Text | None = None
    asset_tag: Text | None = None
    board_vendor: Text | None = None
    board_model: Text | None = None
    board_serial: Text | None = None
    machine_id: Text | None = None
    machine_id_certainty: Certainty = Certainty.NONE
    machine_id_from: list[Text] = []
    """What it rests on: uuid, system_serial, board_serial, macs, board."""
    virtual: bool = False
    """True for a virtual machine: its facts are no donated computer's."""


class Processor(Model):
    vendor: Text | None = None
    model: Text | None = None
    cores: Count | None = None
    threads: Count | None = None
    x86_64_level: Count | None = None
    """1 to 4 as in the x86-64 psABI (v1 … v4); 0 for a 32-bit processor; None for another architecture."""
    max_mhz: Count | None = None
    virtualization: bool | None = None
    """Whether it can run virtual machines (VT-x, AMD-V), and the firmware lets it."""


class MemoryModule(Model):
    slot: Text | None = None
    size_bytes: Bytes | None = None
    """None for an empty slot."""
    type: Text | None = None
    form_factor: Text | None = None
    speed_mts: Count | None = None
    """What it runs at, in megatransfers a second; where that is not told, what it can do."""
    manufacturer: Text | None = None
    part_number: Text | None = None
    serial: Text | None = None


class Memory(Model):
    installed_bytes: Bytes | None = None
    """Sum of the modules; where the modules cannot be read, None."""
    usable_bytes: Bytes | None = None
    """What the running system has, a little less than installed."""
    max_bytes: Bytes | None = None
    slots_total: Count | None = None
    slots_free: Count | None = None
    soldered_bytes: Bytes | None = None
    """The part of `installed_bytes` that no hand can change; None where nothing says so."""
    ecc: bool | None = None
    modules: list[MemoryModule] = []
    """One for each slot, empty ones included."""


class SmartCounters(Model):
    """The counters that decide a grade. ATA attributes 5, 187, 188, 197, 198; NVMe health log."""

    reallocated: Count | None = None
    reported_uncorrectable: Count | None = None
    command_timeout: Count | None = None
    pending: Count | None = None
    offline_uncorrectable: Count | None = None
    media_errors: Count | None = None
    critical_warning: Count | None = None
    available_spare_percent: Percent | None = None
    spare_threshold_percent: Percent | None = None


class EraseOffer(Model):
    """One way to erase that the drive's firmware announces."""

    technique: Technique
    method: Method
    seconds: Seconds | None = None
    """How long the drive says that it takes."""
    blocked: Message | None = None
    """Why it cannot be used now."""
    no_fallback: bool = False
    whole: bool = True
    """It reaches hidden and unallocated parts as well."""


class HiddenArea(Model):
    """Media that the address space does not reach: HPA, AMAC, DCO, unallocated or unattached NVMe capacity."""

    kind: Text
    bytes: Bytes
    removable: bool
    why: Message | None = None


class Drive(Model):
    """One storage device, never a partition; of NVMe the whole subsystem."""

    path: Text
    """The device node at the time of reading (/dev/sda); for a simulated drive, its backing file."""
    transport: Transport = Transport.UNKNOWN
    vendor: Text | None = None
    model: Text | None = None
    serial: Text | None = None
    firmware_version: Text | None = None
    size_bytes: Bytes = 0
    logical_sector_bytes: Count = 512
    physical_sector_bytes: Count | None = None
    rotational: bool | None = None
    rotation_rpm: Count | None = None
    form_factor: Text | None = None
    removable: bool = False
    external: bool = False
    """On a cable that is plugged from outside (usb, thunderbolt, SD slot): confirmed singly or not at all."""
    virtual: bool = False
    """A loop device over a file."""
    simulated: bool = False
    """A training drive."""
    ordis_stick: bool = False
    """It carries a partition of an Ordis stick: never erased, and in an outside socket no part of the machine."""
    diskseq: Count | None = None
    """The kernel's number of this appearance of the disk; another disk under the same name has another."""
    backing_file: Text | None = None
    obstacles: list[Message] = []
    """Why this drive may not be erased, as far as can be told without opening it."""
    smart_supported: bool | None = None
    health: Health = Health.UNKNOWN
    power_on_hours: Count | None = None
    power_cycles: Count | None = None
    wear_percent: Count | None = None
    """Used part of the write endurance; may exceed 100. None for hard disks and where not told."""
    temperature_celsius: int | None = None
    smart: SmartCounters | None = None
    self_test_failed: bool | None = None
    """Whether the newest test of its own that its log tells of found a fault, and no whole one has passed since; None
    where its log tells of none that ended."""
    self_test_block: Count | None = None
    """The first block that it could not read."""
    contents: Contents | None = None
    """What is on it in one word, before anything is done to it; None where nobody looked, or it cannot be read."""
    native_size_bytes: Bytes | None = None
    """With hidden areas included; None while nobody has asked the drive."""
    namespaces: list[Text] = []
    """Nodes of the further namespaces of an NVMe subsystem; `size_bytes` is the sum of all."""
    firmware_asked: bool = False
    """True once the drive itself was asked for what follows."""
    erase_offers: list[EraseOffer] = []
    hidden_areas: list[HiddenArea] = []
    untouched: list[Message] = []
    """Parts that no erase reaches (boot partitions, RPMB)."""
    frozen: bool | None = None
    """Erase commands are frozen until the drive was without power."""
    locked: bool | None = None
    """A password or Opal keeps the data from being read and written."""
    shadowed: bool | None = None
    psid_revert: bool | None = None
    """The number on the label (PSID) can take back a foreign lock."""
    leftover_password: bool | None = None
    """A password of ours was left by an erase that was cut off."""


class Battery(Model):
    name: Text
    manufacturer: Text | None = None
    model: Text | None = None
    serial: Text | None = None
    technology: Text | None = None
    design_wh: float | None = None
    full_wh: float | None = None
    cycles: Count | None = None
    health_percent: Percent | None = None
    """full_wh / design_wh, at most 100."""
    charge_percent: Percent | None = None
    status: Text | None = None


class Display(Model):
    connector: Text | None = None
    manufacturer: Text | None = None
    """The three letters that the display gives itself (PNP id): "CMN"."""
    manufacturer_name: Text | None = None
    """As people call it: "Chimei Innolux"; None for letters that nobody here knows."""
    model: Text | None = None
    serial: Text | None = None
    year: Count | None = None
    """Of manufacture, or of the model where only that is told."""
    diagonal_inches: float | None = None
    width_px: Count | None = None
    height_px: Count | None = None
    internal: bool | None = None


class Graphics(Model):
    vendor: Text | None = None
    model: Text | None = None
    driver: Text | None = None
    pci_id: Text | None = None


class NetworkInterface(Model):
    name: Text
    wireless: bool = False
    mac: Text | None = None
    driver: Text | None = None
    vendor: Text | None = None
    model: Text | None = None
    link: bool | None = None
    speed_mbps: Count | None = None


class Bluetooth(Model):
    name: Text
    vendor: Text | None = None
    model: Text | None = None
    driver: Text | None = None
    blocked: bool | None = None
    """Switched off by a switch or the firmware (rfkill)."""


class Camera(Model):
    """One camera, however many device nodes it has."""

    name: Text
    driver: Text | None = None
    internal: bool | None = None


class Sound(Model):
    """One sound card."""

    name: Text
    driver: Text | None = None
    codec: Text | None = None
    playback: bool | None = None
    capture: bool | None = None


class InputDevice(Model):
    """What a person's hands are for: keyboard, touchpad, touchscreen, pointing_stick, mouse, pen."""

    kind: Text
    name: Text
    internal: bool | None = None


class Port(Model):
    """Sockets of one kind on the outside of the case, as far as the machine tells of them."""

    kind: Text
    """usb_a, usb_c, thunderbolt, hdmi, displayport, vga, dvi, ethernet, audio, serial, parallel, ps2, modem, firewire,
    sd_card, smart_card, esata."""
    count: Count


class OpticalDrive(Model):
    name: Text
    vendor: Text | None = None
    model: Text | None = None
    writes: bool | None = None


class FirmwareLock(Model):
    """A lock or tracking of the firmware that only the donor can take away."""

    kind: Text
    """absolute (Absolute, Computrace)."""
    active: bool | None
    """None where it is there and does not tell whether it is on."""
    source: Text
    """Where it was read."""


class UnseenDrive(Model):
    """A sign of a drive that this system cannot reach (section 6 of the design); ends in `hold`."""

    sign: Message
    remedy: Message


class Inventory(Model):
    machine: Machine = Machine()
    firmware: Firmware = Firmware()
    processors: list[Processor] = []
    memory: Memory = Memory()
    drives: list[Drive] = []
    batteries: list[Battery] = []
    displays: list[Display] = []
    graphics: list[Graphics] = []
    network: list[NetworkInterface] = []
    bluetooth: list[Bluetooth] = []
    cameras: list[Camera] = []
    sound: list[Sound] = []
    inputs: list[InputDevice] = []
    ports: list[Port] = []
    optical_drives: list[OpticalDrive] = []
    mains_connected: bool | None = None
    tpm_version: Text | None = None
    windows_key_present: bool | None = None
    """A key in the firmware (ACPI MSDM): presence only, never the key."""
    firmware_password: bool | None = None
    """True where the firmware says an administrator password is set: the donor must release it."""
    firmware_locks: list[FirmwareLock] = []
    unseen_drives: list[UnseenDrive] = []
    unreadable: list[Unreadable] = []
