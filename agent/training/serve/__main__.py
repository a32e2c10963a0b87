"""`python -m agent.training.serve NAME.img --iscsi PORT | --nvme-tcp PORT`: one simulated drive for another kernel."""

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import closing

from agent.model.problem import Problem
from agent.training.drive import SimulatedDrive, open_drive
from agent.training.serve.iscsi import serve_iscsi, target_name
from agent.training.serve.nvme_tcp import serve_nvme_tcp, subsystem_name
from agent.training.serve.wire import HERE, Listener

EXIT_CODES = "exit codes: 0 served until it was stopped, 2 wrong usage or refused, 3 could not be carried out"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="python -m agent.training.serve",
        description="Serve a simulated drive to another computer's kernel, until Ctrl-C. For developers: see "
        "docs/simulated-drives.md.",
        epilog=EXIT_CODES,
    )
    made.add_argument("image", metavar="NAME.img", help="the drive's sectors; its description is NAME.json")
    way = made.add_mutually_exclusive_group(required=True)
    way.add_argument("--iscsi", type=_port, metavar="PORT", help="an ATA or SAS drive as an iSCSI target; 0: any port")
    way.add_argument("--nvme-tcp", type=_port, metavar="PORT", help="an NVMe drive over TCP; 0: any port")
    made.add_argument(
        "--listen", default=HERE, metavar="ADDRESS",
        help="who can reach it: whoever does can erase the simulated drive (default: this computer alone, %(default)s)",
    )  # fmt: skip
    made.add_argument(
        "--fixed-sense", action="store_true", help="iSCSI: all sense data in the fixed format, for QEMU's virtio-scsi"
    )
    return made


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 0xFFFF:
        raise argparse.ArgumentTypeError("a number from 0 to 65535 expected")
    return int(text)


def main(arguments: Sequence[str] | None = None, stop: threading.Event | None = None) -> int:
    """Serve until `stop`, or a signal to end; returns the exit code."""
    options = parser().parse_args(arguments)
    stop = stop or _signalled()
    try:
        with closing(open_drive(options.image)) as drive, _listen(drive, options) as listener:
            name = target_name(drive.identity().serial or "") if drive.target else subsystem_name(drive)
            sys.stdout.write(f"{name} on {options.listen} port {listener.port}\n")
            sys.stdout.flush()
            stop.wait()
    except Problem as problem:
        sys.stderr.write(f"{problem.reason}\n" + (f"{problem.hint}\n" if problem.hint else ""))
        return problem.exit_code
    except ValueError as error:  # another kind of drive
        sys.stderr.write(f"{error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 3
    return 0


def _listen(drive: SimulatedDrive, options: argparse.Namespace) -> Listener:
    if options.iscsi is not None:
        return serve_iscsi(drive, options.listen, options.iscsi, fixed_sense=options.fixed_sense)
    return serve_nvme_tcp(drive, options.listen, options.nvme_tcp)


def _signalled() -> threading.Event:
    """Set by Ctrl-C and by the signal to end, so that the drive is let go of in good order."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


if __name__ == "__main__":
    sys.exit(main())
