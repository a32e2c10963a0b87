"""`make trial`: a person's whole intake in French on a real terminal, in training mode, and pictures of what they saw.

tmux is the terminal, and its send-keys the person. At every step what must be on the screen is waited for: where it
does not come, the trial ends with 1 and shows the screen. The program is the real one, with its service, its workers
and a workshop on loopback; the drives are simulated, the laptop is a recorded one, and its keys come from a pipe
(laptop.py). No real drive is touched. All that is started ends with it, all that is written lies in a folder that goes
away. Two minutes.
"""

import argparse
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import way
from person import Person, Unseen
from picture import Strange, console_font, draw
from place import NoStart, place

SIZE = (80, 25)


def main() -> int:
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything is ended then, too
    try:
        with place(options.size) as (person, keyboard):
            way.walk(person, keyboard, _keeper(person, options))
    except (Unseen, NoStart, Strange, OSError, subprocess.CalledProcessError) as problem:
        print(f"trial: {problem}", file=sys.stderr)
        return 1
    print("The whole intake went as it should.")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make trial", description=__doc__)
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="put the pictures there")
    parser.add_argument("--size", default=SIZE, type=_size, metavar="120x40", help="of the screen (80x25)")
    return parser.parse_args()


def _size(text: str) -> tuple[int, int]:
    columns, rows = text.split("x")
    return int(columns), int(rows)


def _keeper(person: Person, options: argparse.Namespace) -> Callable[[str], None]:
    """What is called with a picture's name where the way has a screen worth one."""
    if options.pictures is None:
        return lambda name: print(f"seen: {name}", flush=True)
    options.pictures.mkdir(parents=True, exist_ok=True)
    font = console_font()

    def keep(name: str) -> None:
        file = options.pictures / f"{name}.png"
        draw(person.look_at_colours(), options.size, font).save(file, optimize=True)
        print(f"seen: {name} ({file}, {file.stat().st_size / 1000:.0f} kB)", flush=True)

    return keep


if __name__ == "__main__":
    sys.exit(main())
