"""`sedutil-cli` for simulated drives: what it prints and returns (sedutil 1.20; facts from its source and its issues).

Untested on hardware. Three of its commands are played: --query, --isValidSED and --PSIDrevert (with the longer
name that it had before). Its errors go to standard error, everything else to standard output; its exit code is
the method status of the drive, or one of its own numbers from 0x81 on.
"""

from collections.abc import Callable, Sequence

from agent.host.run import Ran
from agent.training.description import Description, Kind
from agent.training.firmware import Firmware
from agent.training.opal import Method, Opal

COMMAND_ERROR = 0x88
"""DTAERROR_COMMAND_ERROR: also for a drive that is not there, or cannot be locked at all."""
_PARAMETERS = {"query": 1, "isvalidsed": 1, "psidrevert": 2, "yesIreallywanttoERASEALLmydatausingthePSID".lower(): 2}
_EMPTY = "One or more header fields have 0 length\n"
_NAMES = {
    Method.NOT_AUTHORIZED: "NOT_AUTHORIZED",
    Method.MALFUNCTION: "TPER_MALFUNCTION",
    Method.LOCKED_OUT: "AUTHORITY_LOCKED_OUT",
}


class Sedutil:
    """The program with one drive plugged in, as whatever `path` says. Call it as `agent.host.run.run`."""

    def __init__(self, path: str, drive: Description, firmware: Firmware) -> None:
        self._path = path
        self._drive = drive
        self._firmware = firmware
        self._opal = firmware.opal

    def __call__(self, argv: Sequence[str], *, timeout: float, tick: Callable[[float], bool] | None = None) -> Ran:
        """Run `sedutil-cli COMMAND [PSID] DEVICE`. Neither limit is ever reached: all of it takes seconds."""
        del timeout, tick
        code, out, err = self._run(list(argv[1:]))
        return Ran(code, out, err, 0.0)

    def _run(self, arguments: list[str]) -> tuple[int, str, str]:
        command = arguments[0].removeprefix("--").lower() if arguments else ""
        if command not in _PARAMETERS:
            return COMMAND_ERROR, "a utility to manage self encrypting drives that conform\n", ""
        if len(arguments) != 1 + _PARAMETERS[command]:
            return COMMAND_ERROR, "", f"Incorrect number of paramaters for {arguments[0]} command\n"
        present = arguments[-1] == self._path and self._present()
        if command == "isvalidsed":
            return 0, self._line() if present else "", ""
        if not present or not self._opal.supported:
            return COMMAND_ERROR, "", f"Invalid or unsupported disk {arguments[-1]}\n"
        if command == "query":
            return 0, _query(f"{self._path} {self._names(True)}", self._opal, self._drive), ""
        return self._revert(arguments[1])

    def _present(self) -> bool:
        try:
            self._firmware.require_answer()
        except OSError:
            return False
        return True

    def _line(self) -> str:
        kind = " SED -2- " if self._opal.supported else " NO --- "
        return f"{self._path}{kind}{self._names(False)}\n"

    def _names(self, full: bool) -> str:
        drive = self._drive
        names = f"{drive.model:<40} {drive.firmware:<8}"
        return f"{'NVMe' if drive.kind is Kind.NVME else 'ATA'} {names} {drive.serial:<20}" if full else names

    def _revert(self, psid: str) -> tuple[int, str, str]:
        try:
            method = self._firmware.revert(psid)
        except OSError:
            method = Method.NO_ANSWER
        if method is Method.SUCCESS:
            return 0, "revertTper completed successfully\n", ""
        told = f"method status code {_NAMES[method]}\n" if method in _NAMES else _EMPTY
        if method is not Method.MALFUNCTION:  # the session was never opened, and closing it fails as well
            told += f"Session start failed rc = {int(method)}\n{_EMPTY}EndSession Failed\n"
        return int(method), "", told


def _query(head: str, opal: Opal, drive: Description) -> str:
    sector = drive.logical_sector_bytes
    locking = {
        "Locked": opal.locked,
        "LockingEnabled": opal.enabled,
        "LockingSupported": True,
        "MBRDone": False,
        "MBREnabled": opal.shadowing,
        "MediaEncrypt": True,
    }
    return f"""
{head}
TPer function (0x0001)
    ACKNAK = N, ASYNC = N. BufferManagement = N, comIDManagement  = N, Streaming = Y, SYNC = Y
Locking function (0x0002)
    {", ".join(f"{name} = {'Y' if holds else 'N'}" for name, holds in locking.items())}
Geometry function (0x0003)
    Align = Y, Alignment Granularity = {4096 // sector} (4096), Logical Block size = {sector}, Lowest Aligned LBA = 0
OPAL 2.0 function (0x0203)
    Base comID = 0x1000, Initial PIN = 0x00, Reverted PIN = 0x00, comIDs = 1
    Locking Admins = 4, Locking Users = 9, Range Crossing = N
"""
