"""`make bench`: our overwrite beside dd and nwipe, in one run, on loop devices over memory and over disk; then our
inventory beside inxi, lshw and hwinfo; then a whole intake beside its longest chain, and how quick the screen is.

A benchmark and no test: it ends with 0 whatever the figures are, with 1 where something broke. Needs root. See
docs/benchmark.md.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import inventory
import overlap
import runners
import screen
from figures import MIB, Row, Runs, memory_row, table
from loops import Loop, NotOurs, attached, folder_in_memory, folder_on_disk

from agent.host.source import Live
from agent.model.problem import Problem
from agent.model.words import Transport
from agent.sanitize.real import RealDrive

CHUNK_BYTES = 4 * MIB
PROBE_BYTES = 128 * MIB
MEMORY_LIMIT = 64 * MIB
ERASE_ROUNDS, INVENTORY_ROUNDS, SCREEN_ROUNDS = 3, 5, 3


@dataclass(frozen=True)
class Nwipe:
    label: str
    program: str
    prng: str
    least: float
    """How many times as fast as it we want to be."""


def main() -> int:
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything is detached then, too
    if os.geteuid() != 0:
        print("Loop devices need root: sudo make bench", file=sys.stderr)
        return 1
    try:
        rows = _race(options) if options.only in (None, "erase") else []
        if options.only in (None, "inventory"):
            rows += inventory.race(options.rounds or INVENTORY_ROUNDS, _tell)
        if options.only in (None, "intake"):
            rows += overlap.race(options.disk, options.share, _tell)
        if options.only in (None, "screen"):
            rows += screen.race(options.disk, options.rounds or SCREEN_ROUNDS, _tell)
    except KeyboardInterrupt:
        print("Stopped; everything that was made is gone again.", file=sys.stderr)
        return 130
    except (runners.Broken, NotOurs, OSError, Problem, subprocess.SubprocessError, ValueError) as error:
        print(f"Broken: {error}", file=sys.stderr)
        return 1
    print(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2) if options.json else table(rows))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make bench ARGS=…",
        description="Speed of the overwrite beside dd and nwipe, of the inventory beside inxi.",
    )
    parser.add_argument("--only", choices=("erase", "inventory", "intake", "screen"), help="one of them (default: all)")
    parser.add_argument("--mib", type=int, default=2048, help="size of each drive (default 2048)")
    parser.add_argument(
        "--rounds", type=int, help=f"interleaved rounds (default {ERASE_ROUNDS}, of the inventory {INVENTORY_ROUNDS})"
    )
    parser.add_argument("--media", nargs="+", choices=("memory", "disk"), default=["memory", "disk"])
    parser.add_argument(
        "--disk", type=Path, default=runners.ROOT / "build", help="folder for the files on disk (default build)"
    )
    parser.add_argument("--nwipe", default="nwipe", help="Debian 12's nwipe (default: the one on PATH)")
    parser.add_argument("--newest-nwipe", help="a newer nwipe, if there is one; its path")
    parser.add_argument(
        "--share", type=float, default=overlap.SHARE,
        help=f"of the standard profile's times that the whole intake takes (default {overlap.SHARE:g}; 1: as shipped)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="the table as JSON")
    options = parser.parse_args()
    options.bytes = max(options.mib * MIB // CHUNK_BYTES, 1) * CHUNK_BYTES
    return options


def _race(options: argparse.Namespace) -> list[Row]:
    rows: list[Row] = []
    for medium in options.media:
        with contextlib.ExitStack() as stack:
            need = 2 * options.bytes + PROBE_BYTES
            place = folder_in_memory(need + 16 * MIB) if medium == "memory" else folder_on_disk(options.disk)
            folder = stack.enter_context(place)
            if shutil.disk_usage(folder).free < need:
                raise runners.Broken(f"{folder} has no room for {need // MIB} MiB; see --mib, --disk")
            one, two = (stack.enter_context(attached(folder, name, options.bytes)) for name in ("one", "two"))
            probe = stack.enter_context(attached(folder, "probe", PROBE_BYTES))
            rivals = list(_rivals(options, probe, folder))
            runs = Runs(medium, options.bytes)
            runners.dd_write(one, two)  # so that no first run pays for memory or blocks that are handed out anew
            for number in range(rounds := options.rounds or ERASE_ROUNDS):
                _tell(f"{medium}: round {number + 1} of {rounds}")
                _round(runs, one, two, rivals, folder)
            rows += _compare(runs, rivals)
            if medium == options.media[0]:
                for pattern in ("zero", "random"):
                    peak = runners.worker_memory(pattern, one, _identity(one))
                    rows.append(memory_row(pattern, peak, MEMORY_LIMIT))
    return rows


def _rivals(options: argparse.Namespace, probe: Loop, scratch: Path) -> Iterator[Nwipe]:
    for given, least in ((options.nwipe, 5.0), (options.newest_nwipe, 1.0)):
        program = shutil.which(given) if given else None
        if program is None:
            _tell(f"{given or 'A newer nwipe'}: not here, so not compared (docs/benchmark.md)")
            continue
        said = subprocess.run([program, "--version"], check=False, capture_output=True, text=True).stdout
        prng = runners.fastest_prng(program, probe, scratch)
        yield Nwipe(f"nwipe {runners.version(said) or given} {prng}", program, prng, least)


def _round(runs: Runs, one: Loop, two: Loop, rivals: list[Nwipe], scratch: Path) -> None:
    """What is compared runs right after each other: other work on the machine then hits both."""
    runs.add("dd write", runners.dd_write(one))
    with runners.Ours("zero", one) as ours:
        runs.add("ours zero", ours.next())
        runs.add("dd read of zero", runners.dd_read(one))
        runs.add("ours zero read", ours.next())
    with runners.Ours("random", one) as ours:
        runs.add("ours random", ours.next())
        runs.add("dd read of random", runners.dd_read(one))
        runs.add("ours random read", ours.next())
    for rival in rivals:
        runs.add(rival.label, runners.nwipe(rival.program, one, rival.prng, scratch))
    for pattern in ("zero", "random"):
        with runners.Ours(pattern, one, two) as ours:
            runs.add(f"ours {pattern} ×2", ours.next())
    runs.add("dd write ×2", runners.dd_write(one, two))


def _compare(runs: Runs, rivals: list[Nwipe]) -> list[Row]:
    rows = [runs.row("zeros written / dd", "ours zero", "dd write", 0.97)]
    for rival in rivals:
        rows.append(runs.row(f"random written / {rival.label}", "ours random", rival.label, rival.least))
        rows.append(runs.cpu_row(f"processor time, random / {rival.label}", "ours random", rival.label))
    on_disk = 0.85 if runs.medium == "disk" else None
    return [
        *rows,
        runs.row("random written / dd's zeros", "ours random", "dd write", None),
        runs.row("zeros read back / dd", "ours zero read", "dd read of zero", 0.95),
        runs.row("random read back / dd", "ours random read", "dd read of random", on_disk),
        runs.two_row("zero", 1.8),
        runs.two_row("random", 1.8),
    ]


def _identity(loop: Loop) -> dict[str, object]:
    """What the worker's guard will find, as somebody would have confirmed it."""
    drive = RealDrive(loop.own(), Live(), Transport.LOOP)
    try:
        return asdict(drive.identity())
    finally:
        drive.close()


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
