"""The closed vocabularies of the program. Their values appear in reports: never rename one."""

from enum import StrEnum


class Mode(StrEnum):
    """Whether the drives are real or simulated; every message between service and face carries it."""

    REAL = "real"
    TRAINING = "training"


class Subject(StrEnum):
    """What an intake takes in, and its report is about."""

    MACHINE = "machine"
    DRIVE = "drive"
    """A bare drive at the dock: the computer that it was plugged into is no donation."""


class Origin(StrEnum):
    """Where a profile came from."""

    SHIPPED = "shipped"
    FOLDER = "folder"
    """The folder that `profile_dir` in ordis.toml names."""
    WORKSHOP = "workshop"
    FILE = "file"
    """A path that somebody gave."""


class Transport(StrEnum):
    """How a drive is attached, as far as erasing is concerned."""

    ATA = "ata"
    NVME = "nvme"
    SCSI = "scsi"
    MMC = "mmc"
    USB = "usb"
    VIRTIO = "virtio"
    """The disk of a virtual machine: shown, never erased."""
    LOOP = "loop"
    """A loop device over a regular file; counts as a drive only with --allow-virtual."""
    NETWORK = "network"
    """iSCSI, Fibre Channel, NVMe over Fabrics: shown, never erased."""
    UNKNOWN = "unknown"


class Chassis(StrEnum):
    NOTEBOOK = "notebook"
    CONVERTIBLE = "convertible"
    TABLET = "tablet"
    DESKTOP = "desktop"
    ALL_IN_ONE = "all_in_one"
    MINI_PC = "mini_pc"
    STICK_PC = "stick_pc"
    SERVER = "server"
    OTHER = "other"

    @property
    def portable(self) -> bool:
        """True for what runs on a battery by design."""
        return self in (Chassis.NOTEBOOK, Chassis.CONVERTIBLE, Chassis.TABLET)


class Certainty(StrEnum):
    """How sure it is that a `machine_id` belongs to one machine only."""

    CERTAIN = "certain"
    """Its maker gave it a number of its own: UUID or serial number."""
    LIKELY = "likely"
    """Told from its built-in network cards and its board: a swapped board is another machine."""
    NONE = "none"
    """Nothing tells it from another of its model; there is no `machine_id`."""


class Health(StrEnum):
    """A drive's verdict about itself."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """How a check ended. Untested is never passed."""

    PASSED = "passed"
    DEGRADED = "degraded"
    FAILED = "failed"
    SKIPPED = "skipped"
    ERROR = "error"


class Reached(StrEnum):
    """Whether the workshop answers through the network."""

    YES = "yes"
    NO = "no"
    PORTAL = "portal"
    """Something else answers in its place: a network that wants a sign-in first."""


class Contents(StrEnum):
    """What is on a drive, as far as a look at its beginning and some samples tells."""

    WINDOWS = "windows"
    LINUX = "linux"
    ENCRYPTED = "encrypted"
    """BitLocker or LUKS, or locked by the drive itself."""
    DATA = "data"
    """Something else."""
    EMPTY = "empty"
    """Nothing was seen where it was looked; no proof of anything."""


class Level(StrEnum):
    """Sanitization levels of NIST SP 800-88 Rev. 2 that this program can reach."""

    CLEAR = "clear"
    PURGE = "purge"

    @property
    def rank(self) -> int:
        return list(Level).index(self)


class Technique(StrEnum):
    """How a drive is erased. More than `overwrite` needs commands to the drive's firmware."""

    OVERWRITE = "overwrite"
    ATA_SANITIZE = "ata_sanitize"
    ATA_SECURITY_ERASE = "ata_security_erase"
    NVME_SANITIZE = "nvme_sanitize"
    NVME_FORMAT = "nvme_format"
    SCSI_SANITIZE = "scsi_sanitize"
    SCSI_FORMAT = "scsi_format"
    EMMC_SANITIZE = "emmc_sanitize"
    OPAL_REVERT = "opal_revert"


class Method(StrEnum):
    """What a firmware technique does to the media."""

    BLOCK = "block"
    """SANITIZE / Sanitize block erase; erase of all flash blocks."""
    CRYPTO = "crypto"
    """The key is made anew: SCRAMBLE, Sanitize crypto, Format SES=2, PSID revert. Alone it never counts as clean."""
    OVERWRITE = "overwrite"
    """The drive overwrites its media itself."""
    NORMAL = "normal"
    """SECURITY ERASE UNIT, normal mode."""
    ENHANCED = "enhanced"
    """SECURITY ERASE UNIT, enhanced mode."""
    USER_DATA = "user_data"
    """Format NVM with SES=1; FORMAT UNIT with an initialization pattern."""
    SECURE_TRIM = "secure_trim"
    """eMMC secure trim (steps 1 and 2)."""


class Pattern(StrEnum):
    ZERO = "zero"
    RANDOM = "random"
    """An AES-256-CTR stream whose counter is the address."""


class PassSet(StrEnum):
    """Sets of overwrite passes that a donor's contract may ask for; what each writes stands in sanitize.passes."""

    SINGLE = "single"
    """One pass of the pattern, which is enough for the level clear."""
    DOD = "dod"
    VSITR = "vsitr"
    GUTMANN = "gutmann"


class Verify(StrEnum):
    FULL = "full"
    SAMPLED = "sampled"
    NONE = "none"


class SelfTest(StrEnum):
    """Which of a drive's own tests is carried out."""

    OFF = "off"
    SHORT = "short"
    """Some minutes: its electronics, its mechanics, a part of its medium."""
    EXTENDED = "extended"
    """The same and all of its medium: on a large hard disk hours."""


class Surface(StrEnum):
    """How much of a drive is read to find places that are slow or cannot be read."""

    OFF = "off"
    SAMPLE = "sample"
    FULL = "full"


class SanitizationStatus(StrEnum):
    """What became of one drive; only `sanitized` is a clean certificate."""

    SANITIZED = "sanitized"
    SANITIZED_WITH_EXCEPTIONS = "sanitized_with_exceptions"
    FAILED = "failed"
    REFUSED = "refused"
    INTERRUPTED = "interrupted"
    NOT_REQUESTED = "not_requested"
    REMOVED = "removed"


class GradeLetter(StrEnum):
    """From best to worst; `hold` is no rank: somebody must act first."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    PARTS = "parts"
    RECYCLE = "recycle"
    HOLD = "hold"

    @property
    def rank(self) -> int:
        """0 for A; higher is worse; `hold` is worst, since nothing can be done before it is lifted."""
        return list(GradeLetter).index(self)


class Suitability(StrEnum):
    """Whether a machine can carry an operating system."""

    YES = "yes"
    SETTING = "with_setting"
    """Once a setting of its firmware is changed."""
    NO = "no"
    UNKNOWN = "unknown"
    """A condition could not be read."""


class Phase(StrEnum):
    """Where an intake stands."""

    IDLE = "idle"
    INVENTORY = "inventory"
    WORK = "work"
    """Checks, confirmation and sanitization, beside each other."""
    REPORT = "report"
    DELIVERY = "delivery"
    FINISHED = "finished"


class StepAction(StrEnum):
    """What a person may do to a step of the checklist at this moment."""

    SKIP = "skip"
    STOP = "stop"
    REPEAT = "repeat"


class StepStatus(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"


class Delivery(StrEnum):
    """Where the report is."""

    NOT_YET = "not_yet"
    UNSAVED = "unsaved"
    """Only in memory: the state partition is missing, full or read-only."""
    SPOOLED = "spooled"
    DELIVERED = "delivered"
