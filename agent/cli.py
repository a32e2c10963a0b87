"""The command `ordis`: arguments → the functions of `agent.commands`. Imports lazily, so that `--help` is quick."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from agent import __version__

EXIT_CODES = "exit codes: 0 done and good, 1 done and not good, 2 wrong usage or refused, 3 could not be carried out"


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--config", type=Path, metavar="FILE", help="settings, instead of the stick's ordis.toml")
    common.add_argument("--lang", choices=["fr", "en"], help="language of what is shown (default: ordis.toml, then fr)")
    common.add_argument("--training", action="store_true", help="simulated drives only; no real drive is touched")

    top = argparse.ArgumentParser(
        prog="ordis", description="Test, erase, grade and report a donated computer. Without a command: the screen.",
        epilog=EXIT_CODES, parents=[common],
    )  # fmt: skip
    top.add_argument("--version", action="version", version=f"ordis {__version__}")
    top.set_defaults(run="screen:run")
    commands = top.add_subparsers(metavar="COMMAND")

    def command(name: str, run: str, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text, epilog=EXIT_CODES, parents=[common])
        added.set_defaults(run=run)
        return added

    _inventory(command("inventory", "inventory:run", "what this machine is"))
    drives = command("drives", "drives:run", "the drives, each with what would be done to erase it")
    _drives(drives)
    _intake(command("intake", "intake:run", "one machine from inventory to a delivered report"))
    _sanitize(command("sanitize", "sanitize:run", "erase one drive and prove it"))
    _report(command("report", "report:run", "look at reports"), common)
    deliver = command("deliver", "deliver:run", "send the reports that wait on the stick")
    deliver.add_argument("--workshop", metavar="URL", help="where to, instead of what ordis.toml says")
    _json(deliver)
    profile = command("profile", "profile:run", "the profiles")
    profile.add_argument("action", choices=["list", "check", "show"])
    profile.add_argument("file", nargs="?", metavar="FILE", help="for check and show: the profile's name or file")
    _stick(command("stick", "", "the stick itself: made ready, checked, written anew"), common)
    command("key", "key:run", "this stick's public key, for enrolling it at the workshop")
    return top


def _json(added: argparse.ArgumentParser) -> None:
    added.add_argument("--json", action="store_true", help="JSON Lines; the last one has the event “result”")


def _inventory(added: argparse.ArgumentParser) -> None:
    which = added.add_mutually_exclusive_group()
    which.add_argument(
        "--record", type=Path, metavar="DIR", help="save what the machine answered into a new folder, to be sent on"
    )
    which.add_argument(
        "--recorded", type=Path, nargs="+", metavar="DIR", help="tell of recorded machines instead of this one"
    )
    added.add_argument(
        "--anonymous", action="store_true", help="with --record: serial numbers, UUIDs and MACs are replaced"
    )
    _json(added)


def _virtual(added: argparse.ArgumentParser) -> None:
    added.add_argument(
        "--allow-virtual", action="store_true", help="count whole loop devices over a regular file as drives"
    )


def _drives(added: argparse.ArgumentParser) -> None:
    added.add_argument("--level", choices=["clear", "purge"], help="plan for this level (default: clear)")
    added.add_argument("--profile", metavar="NAME", help="plan as an intake with this profile would")
    _virtual(added)
    _json(added)


def _intake(added: argparse.ArgumentParser) -> None:
    added.add_argument("--headless", action="store_true", help="without a screen and without questions")
    added.add_argument(
        "--profile", metavar="NAME", help="which checks and which sanitization (see: ordis profile list)"
    )
    added.add_argument("--asset-tag", metavar="TAG", help="the number on the machine's label")
    added.add_argument("--lot", metavar="LOT", help="what one donor gave at one time")
    added.add_argument("--volunteer", metavar="INITIALS", help="who takes the machine in")
    added.add_argument(
        "--erase", nargs="+", metavar="all|none|SERIAL", help="which drives to erase; needed without a screen"
    )
    added.add_argument("--workshop", metavar="URL", help="where to report, instead of what ordis.toml says")
    _json(added)


def _sanitize(added: argparse.ArgumentParser) -> None:
    added.add_argument("device", metavar="DEVICE", help="the drive, for example /dev/sdb")
    added.add_argument("--serial", required=True, help="its serial number: the confirmation")
    added.add_argument("--level", choices=["clear", "purge"], default="clear")
    added.add_argument("--technique", metavar="NAME", help="instead of the plan's choice (see: ordis drives)")
    added.add_argument("--method", metavar="NAME", help="what the drive's firmware does, where it knows several")
    added.add_argument("--pattern", choices=["zero", "random"], default="zero")
    added.add_argument(
        "--passes",
        choices=["single", "dod", "vsitr", "gutmann"],
        default="single",
        help="overwrite in several passes, where a contract asks for it",
    )
    added.add_argument("--verify", choices=["full", "sampled", "none"], default="full")
    added.add_argument(
        "--psid",
        nargs="?",
        const="",
        metavar="PSID",
        help="the number on the drive's label, which takes away a foreign lock; without a value it is asked for",
    )
    added.add_argument("--keep-hidden", action="store_true", help="do not remove hidden areas (an exception then)")
    added.add_argument("--discard", action="store_true", help="in the end tell the drive that its blocks are free")
    _virtual(added)
    _json(added)


def _report(added: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    actions = added.add_subparsers(metavar="ACTION", required=True)

    def action(name: str, run: str, text: str) -> argparse.ArgumentParser:
        parser = actions.add_parser(name, help=text, description=text, epilog=EXIT_CODES, parents=[common])
        parser.set_defaults(run=run)
        return parser

    verify = action("verify", "certificate:verify", "is a saved report intact, and who signed it")
    verify.add_argument("file", type=Path, metavar="FILE")
    verify.add_argument("--code", metavar="TEXT", help="the text of a certificate's QR code: is it of this report")
    certificate = action("certificate", "certificate:run", "the PDF of sanitization")
    certificate.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a report; several for a lot")
    certificate.add_argument("-o", "--output", type=Path, metavar="FILE.pdf", required=True, help="where to write it")
    action("schema", "report:schema", "the JSON Schema of reports")


def _stick(added: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    actions = added.add_subparsers(metavar="ACTION", required=True)

    def action(name: str, run: str, text: str) -> argparse.ArgumentParser:
        parser = actions.add_parser(name, help=text, description=text, epilog=EXIT_CODES, parents=[common])
        parser.set_defaults(run=run)
        _virtual(parser)
        _json(parser)
        return parser

    action("prepare", "stick:prepare", "once at the computer's start: partitions, key, Wi-Fi")
    check = action("check", "stick_check:run", "is the stick healthy and current")
    check.add_argument("--image", type=Path, metavar="FILE", help="compare its version with this image")
    attach = action("attach", "stick:attach", "the same for a stick that was plugged in later")
    attach.add_argument("device", nargs="?", metavar="DEVICE", help="the stick, for example /dev/sdb")
    write = action("write", "stick_write:run", "write an image onto a stick, and read it back")
    write.add_argument("file", type=Path, metavar="IMAGE", help="ordis.img or ordis.img.zst")
    write.add_argument("device", metavar="DEVICE", help="the stick, for example /dev/sdb")
    write.add_argument("--serial", required=True, help="its serial number, - where it has none: the confirmation")
    data = write.add_mutually_exclusive_group()
    data.add_argument("--keep-data", action="store_true", help="keep key, journal, reports and ordis.toml of the stick")
    data.add_argument("--lose-data", action="store_true", help="write over an Ordis stick with all that is on it")


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code. Nothing that goes wrong shows a traceback."""
    parsed = parser().parse_args(arguments)
    module, _, function = parsed.run.partition(":")
    options = import_module("agent.commands.options").Options(vars(parsed))
    try:
        code: int = options.run(getattr(import_module(f"agent.commands.{module}"), function))
    except BrokenPipeError:  # whoever read our output has gone
        sys.stderr.close()
        return 3
    return code


if __name__ == "__main__":
    raise SystemExit(main())
