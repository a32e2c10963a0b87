"""Locks of simulated self-encrypting drives, and what sedutil-cli tells and does about them."""

import errno

import pytest
from simulated_nvme import OLD, SIZE, Bench

from agent.model.ports import NvmeCommand
from agent.training.description import Kind
from agent.training.nvme_about import NvmeAbout
from agent.training.opal import BOOT_IMAGE
from agent.training.opal_about import OpalAbout

PSID = "44TZKAN71MQUF4TMJ96973BJZT9U32G8"
PATH = "/dev/nvme0"
QUARTER = SIZE // 4
EMPTY = "One or more header fields have 0 length\n"


class Opal(Bench):
    def __init__(self, kind: Kind = Kind.ATA_SSD, nvme: NvmeAbout | None = None, **about: object) -> None:
        opal = OpalAbout(**{"psid": PSID, **about})  # type: ignore[arg-type]
        super().__init__(kind, opal=opal, nvme=nvme or NvmeAbout())

    def run(self, *arguments: str) -> tuple[int, str, str]:
        ran = self.drive.sedutil(PATH)(["sedutil-cli", *arguments, PATH], timeout=60)
        return ran.code, ran.out, ran.err

    def query(self) -> dict[str, str]:
        """The line about locking."""
        code, out, err = self.run("--query")
        assert (code, err) == (0, "")
        lines = out.splitlines()
        line = lines[lines.index("Locking function (0x0002)") + 1]
        return dict(item.split(" = ") for item in line.strip().split(", "))


def refused(drive: Bench, offset: int = 0, length: int = SIZE) -> int | None:
    """The errno of a read."""
    try:
        drive.read(offset, length)
    except OSError as error:
        return error.errno
    return None


@pytest.mark.parametrize(("kind", "number"), [(Kind.ATA_SSD, errno.EIO), (Kind.NVME, errno.ENODATA)])
def test_a_locked_drive_reads_and_writes_nothing(kind: Kind, number: int) -> None:
    drive = Opal(kind, locked=True)
    assert refused(drive) == number
    with pytest.raises(OSError) as caught:  # noqa: PT011
        drive.write(0, 512)
    assert caught.value.errno == number
    assert drive.residue == (SIZE, 0, 4096)
    assert drive.drive.identity().serial == "SIM-1"
    drive.power_cycle()
    assert refused(drive) == number


def test_a_locked_range() -> None:
    drive = Opal(locked=True, locked_ranges=((QUARTER, QUARTER),))
    assert refused(drive, 0, QUARTER) is None
    assert refused(drive, QUARTER - 512, 1024) == errno.EIO
    assert refused(drive, 2 * QUARTER - 512, 512) == errno.EIO
    assert refused(drive, 2 * QUARTER, 2 * QUARTER) is None


def test_the_shadow_masks_what_stands_there() -> None:
    drive = Opal(shadow_bytes=QUARTER)
    found = drive.read()
    assert found[:QUARTER] == BOOT_IMAGE * (QUARTER // len(BOOT_IMAGE))
    assert found[QUARTER:] == (OLD * SIZE)[QUARTER:SIZE]
    assert drive.read(QUARTER - 512, 512) == BOOT_IMAGE * 8
    with pytest.raises(OSError, match="Input/output"):
        drive.write(QUARTER - 512, 1024)
    drive.write(QUARTER, 512)
    locked = Opal(locked=True, shadow_bytes=QUARTER)
    assert refused(locked, 0, QUARTER) is None
    assert refused(locked) == errno.EIO


def test_what_the_query_tells() -> None:
    open_drive = {
        "Locked": "N", "LockingEnabled": "N", "LockingSupported": "Y", "MBRDone": "N", "MBREnabled": "N",
        "MediaEncrypt": "Y",
    }  # fmt: skip
    assert Opal().query() == open_drive
    assert Opal(locked=True).query() == {**open_drive, "Locked": "Y", "LockingEnabled": "Y"}
    assert Opal(shadow_bytes=4096).query() == {**open_drive, "LockingEnabled": "Y", "MBREnabled": "Y"}
    _, out, _ = Opal(Kind.NVME).run("--query")
    assert out.startswith(f"\n{PATH} NVMe {'Simulated':<40} {'F':<8} {'SIM-1':<20}\nTPer function (0x0001)\n")
    assert "\nOPAL 2.0 function (0x0203)\n" in out


def test_which_drives_can_be_locked() -> None:
    names = f"{'Simulated':<40} {'F':<8}\n"
    assert Opal().run("--isValidSED") == (0, f"{PATH} SED -2- {names}", "")
    plain = Opal(psid="")
    assert plain.run("--isValidSED") == (0, f"{PATH} NO --- {names}", "")
    unsupported = (0x88, "", f"Invalid or unsupported disk {PATH}\n")
    assert plain.run("--query") == plain.run("--PSIDrevert", PSID) == unsupported
    gone = Opal()
    gone.drive.power_cut()
    assert gone.run("--isValidSED") == (0, "", "")
    assert gone.run("--query") == gone.run("--PSIDrevert", PSID) == unsupported


def test_wrong_usage() -> None:
    drive = Opal()
    assert drive.run("--PSIDrevert")[0] == 0x88
    assert "Incorrect number" in drive.run("--query", PSID)[2]
    assert drive.drive.sedutil(PATH)(["sedutil-cli"], timeout=1).code == 0x88
    assert drive.run("--revertTPer", "password")[0] == 0x88
    elsewhere = drive.drive.sedutil("/dev/sdb")(["sedutil-cli", "--query", "/dev/sda"], timeout=1)
    assert elsewhere.err == "Invalid or unsupported disk /dev/sda\n"


@pytest.mark.parametrize("command", ["--PSIDrevert", "--yesIreallywanttoERASEALLmydatausingthePSID"])
@pytest.mark.parametrize("kind", [Kind.ATA_SSD, Kind.NVME])
def test_a_revert_opens_the_drive_and_makes_the_data_unreadable(kind: Kind, command: str) -> None:
    drive = Opal(kind, locked=True, shadow_bytes=QUARTER)
    assert drive.run(command, PSID) == (0, "revertTper completed successfully\n", "")
    assert drive.query()["Locked"] == drive.query()["LockingEnabled"] == drive.query()["MBREnabled"] == "N"
    noise = drive.read()
    assert OLD not in noise
    assert BOOT_IMAGE not in noise
    assert drive.residue == (0, 0, 0)
    drive.write()
    drive.power_cycle()
    assert drive.read().startswith(b"new")


def test_a_wrong_psid() -> None:
    drive = Opal(locked=True, tries=3)
    for wrong in (PSID.lower(), PSID[:-1], ""):
        code, out, err = drive.run("--PSIDrevert", wrong)
        assert (code, out) == (1, "")
        assert err == f"method status code NOT_AUTHORIZED\nSession start failed rc = 1\n{EMPTY}EndSession Failed\n"
    code, _, err = drive.run("--PSIDrevert", PSID)  # too late
    assert code == 0x12
    assert "AUTHORITY_LOCKED_OUT" in err
    assert refused(drive) == errno.EIO
    drive.power_cycle()
    assert drive.run("--PSIDrevert", PSID)[0] == 0


@pytest.mark.parametrize(
    ("answer", "code", "err"),
    [
        ("refused", 1, "NOT_AUTHORIZED"),
        ("malfunction", 0x0F, "method status code TPER_MALFUNCTION\n"),
        ("empty_answer", 0x88, f"{EMPTY}Session start failed rc = 136\n"),
    ],
)
def test_a_drive_that_refuses_the_right_psid(answer: str, code: int, err: str) -> None:
    drive = Opal(locked=True, right_psid=answer)
    told = drive.run("--PSIDrevert", PSID)
    assert told[0] == code
    assert err in told[2]
    assert drive.query()["Locked"] == "Y"
    assert drive.residue == (SIZE, 0, 4096)


def test_a_drive_whose_data_are_still_there_after_the_revert() -> None:
    drive = Opal(locked=True, keeps_data=True)
    assert drive.run("--PSIDrevert", PSID)[0] == 0
    assert drive.query()["Locked"] == "N"
    assert drive.read() == (OLD * SIZE)[:SIZE]
    assert drive.residue == (SIZE, 0, 4096)


def test_a_locked_nvme_drive_denies_its_own_erases() -> None:
    drive = Opal(Kind.NVME, locked=True, nvme=NvmeAbout(sanicap=7, formats=True))
    port = drive.drive.ports.nvme
    for opcode, dword10 in ((0x84, 2), (0x80, 1 << 9)):
        assert port.admin(NvmeCommand(opcode, 1, cdw10=dword10), 0, 10).status == 0x286
    assert drive.run("--PSIDrevert", PSID)[0] == 0
    assert port.admin(NvmeCommand(0x84, cdw10=2), 0, 10).status == 0


@pytest.mark.parametrize(
    "about",
    [
        {"psid": "with-dash"}, {"psid": "lower"}, {"psid": "A" * 33}, {"psid": "", "locked": True}, {"tries": 0},
        {"shadow_bytes": 100}, {"locked_ranges": ((0, 5),)}, {"right_psid": "ignored"}, {"locked": 1},
    ],
)  # fmt: skip
def test_what_no_drive_can_be(about: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"psid|expected|valid"):
        OpalAbout(**{"psid": PSID, **about})  # type: ignore[arg-type]
