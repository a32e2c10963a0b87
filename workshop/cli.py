"""The command `ordis-workshop`: arguments only. Exit codes: 0 done, 1 not good, 2 wrong usage, 3 not carried out."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path


def main(argv: Sequence[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    from workshop import commands  # noqa: PLC0415 - only here, so that --help answers at once

    return commands.run(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ordis-workshop", description="The server that receives, keeps and shows the reports of Ordis sticks."
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", type=Path, default=_default_data(), metavar="DIR",
                        help="where reports and keys are kept (default: %(default)s)")  # fmt: skip
    key = argparse.ArgumentParser(add_help=False)
    key.add_argument("key", metavar="KEY", help="the stick's public key, or the file that holds it")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")

    serve = commands.add_parser("serve", parents=[common], help="receive reports and show them")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen at (default: %(default)s)")
    serve.add_argument("--port", type=_port, default=8137, help="port, 0 for any (default: %(default)s)")
    serve.add_argument("--certificate", type=Path, metavar="FILE", help="serve https with this certificate chain (PEM)")
    serve.add_argument("--private-key", type=Path, metavar="FILE", help="the certificate's key (PEM)")
    serve.add_argument("--announce", nargs="?", const="", metavar="NAME",
                       help="let sticks in this network find the workshop, under this name (mDNS)")  # fmt: skip
    serve.add_argument("--announced-url", metavar="URL",
                       help="what to announce behind a proxy, such as https://atelier.local/")  # fmt: skip
    serve.add_argument("--image-version", metavar="VERSION", help="the newest version of the stick, told to sticks")
    enrol = commands.add_parser("enrol", parents=[common, key], help="accept the reports of a stick")
    enrol.add_argument("--name", help="what to call the stick")
    commands.add_parser("keys", parents=[common], help="list the sticks that were enrolled")
    commands.add_parser("revoke", parents=[common, key], help="accept nothing more from a stick")
    profile = commands.add_parser("profile", help="the profiles that sticks get from here")
    actions = profile.add_subparsers(required=True, metavar="ACTION", dest="action")
    add = actions.add_parser("add", parents=[common], help="serve a profile, in the place of another of its name")
    add.add_argument("file", type=Path, metavar="FILE.toml")
    actions.add_parser("list", parents=[common], help="list what is served")
    remove = actions.add_parser("remove", parents=[common], help="serve a profile no more; what it was is kept")
    remove.add_argument("name", metavar="NAME")
    return parser


def _port(text: str) -> int:
    port = int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else -1
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return port


def _default_data() -> Path:
    named = os.environ.get("XDG_DATA_HOME", "")
    # The XDG base directory specification: a relative path is to be ignored.
    return (Path(named) if named.startswith("/") else Path.home() / ".local/share") / "ordis-workshop"
