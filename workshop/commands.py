"""What the commands do, once the arguments are understood."""

import argparse
import contextlib
import sys

from sqlalchemy.exc import SQLAlchemyError

from agent.model.problem import Problem
from agent.model.profile import MOST_PROFILES
from agent.model.text import clean
from workshop.announce import CannotAnnounce
from workshop.keyfile import public_key
from workshop.profilefile import read_profile
from workshop.serve import Offer, is_loopback, serve
from workshop.store import Store

DONE, NOT_GOOD, WRONG, FAILED = 0, 1, 2, 3


def run(arguments: argparse.Namespace) -> int:
    """Carry out a command; the exit code."""
    try:
        return _COMMANDS[arguments.command](arguments)
    except Problem as problem:
        return _complain(WRONG, str(problem.reason), str(problem.hint or ""))
    except OSError as error:
        detail = error.strerror or str(error)
        return _complain(FAILED, f"{detail}: {error.filename}" if error.filename else detail)
    except SQLAlchemyError as error:
        return _complain(FAILED, f"The data in {arguments.data} cannot be used: {getattr(error, 'orig', error)}.")


def _serve(arguments: argparse.Namespace) -> int:
    if not is_loopback(arguments.host):
        sys.stderr.write(
            "Anyone who reaches this address can read the reports: there is no login yet.\n"
            "Use it only in a network that you trust, or behind a proxy that asks for a password.\n"
        )
    offer = Offer(
        arguments.host, arguments.port, arguments.certificate, arguments.private_key,
        arguments.announce, arguments.announced_url, arguments.image_version,
    )  # fmt: skip
    try:
        serve(offer, arguments.data)
    except CannotAnnounce as error:
        return _complain(FAILED, f"The workshop cannot be announced: {error}.")
    return DONE


def _enrol(arguments: argparse.Namespace) -> int:
    key = public_key(arguments.key)
    with contextlib.closing(Store(arguments.data)) as store:
        enrolled = store.enrol(key, clean(arguments.name) if arguments.name else None)
    _write("enrolled", enrolled.key, enrolled.name)
    return DONE


def _keys(arguments: argparse.Namespace) -> int:
    with contextlib.closing(Store(arguments.data)) as store:
        for item in store.enrolled():
            state = f"revoked {item.revoked_at}" if item.revoked_at else f"enrolled {item.enrolled_at}"
            _write(item.key, state, item.name)
    return DONE


def _revoke(arguments: argparse.Namespace) -> int:
    key = public_key(arguments.key)
    with contextlib.closing(Store(arguments.data)) as store:
        if not store.revoke(key):
            return _complain(NOT_GOOD, f"The key {key} is not enrolled here.")
    _write("revoked", str(key))
    return DONE


def _profile(arguments: argparse.Namespace) -> int:
    with contextlib.closing(Store(arguments.data)) as store:
        match arguments.action:
            case "add":
                added = read_profile(arguments.file)
                if len([one for one in store.profiles() if one.name != added.name]) >= MOST_PROFILES:
                    return _complain(NOT_GOOD, f"At most {MOST_PROFILES} profiles are served.")
                store.serve(added)
                _write("served", added.name, added.sha256)
            case "remove":
                if not store.serve_no_more(arguments.name):
                    return _complain(NOT_GOOD, f"No profile {arguments.name} is served here.")
                _write("removed", arguments.name)
            case _:
                for one in store.profiles():
                    _write(one.name, one.sha256, one.added_at, one.title_en)
    return DONE


_COMMANDS = {"serve": _serve, "enrol": _enrol, "keys": _keys, "revoke": _revoke, "profile": _profile}


def _write(*words: str | None) -> None:
    sys.stdout.write(" ".join(filter(None, words)) + "\n")


def _complain(code: int, *lines: str) -> int:
    sys.stderr.write("".join(f"{line}\n" for line in lines if line))
    return code
