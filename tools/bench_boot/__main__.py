"""`make bench-boot`: from power-on to the usable screen, beside a plain Debian live system of the same kernel.

Both start in turn from a USB stick in a virtual machine under BIOS, and are watched from outside: what counts is when
the last picture was there; ours is usable when its line of keys is, and has the first facts when it is whole. Then, in
one more start with the tests' overlay, the memory of all our processes together (PSS) while nothing is done. Figures to
read: docs/benchmark.md.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/support"), str(ROOT / "tools"), str(ROOT / "tools/bench_boot")]
import plain  # noqa: E402 - found through the line above
import watching  # noqa: E402
from stick_machine import parts  # noqa: E402
from stick_machine.computer import Making, started  # noqa: E402
from stick_machine.stick import Stick, overlay  # noqa: E402

LEAST_SECONDS = 25.0
"""No picture before this is the last one: GRUB's menu stands still, too."""
SCREEN_SECONDS, FACTS_SECONDS, MEMORY_MIB = 5.0, 1.0, 200.0
"""What is asked for: our screen after the plain system's login, facts after the screen, memory."""
KEYS = 0.06
"""The share of the screen, from below, in which its line of keys is."""
PSS = (
    "cat $(grep -l /opt/ordis /proc/[0-9]*/cmdline | sed 's/cmdline/smaps_rollup/') 2>/dev/null |"
    " awk '/^Pss:/ {sum += $2} END {print sum}'"
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-boot")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep-plain", action="store_true", help="use the plain system of an earlier run")
    arguments = parser.parse_args()
    if what := parts.missing():
        sys.stderr.write(f"bench-boot: {what}\n")
        return 3
    other = parts.BUILD / "plain.img"
    if not (arguments.keep_plain and other.exists()):
        plain.make(parts.image().parent, other)
    with tempfile.TemporaryDirectory(dir=parts.BUILD) as folder:
        measure(Path(folder), other, arguments.rounds)
    return 0


def measure(folder: Path, other: Path, rounds: int) -> None:
    ours = Stick(parts.image()).copy(folder / "ours.img")
    late, later = [], []
    for number in range(rounds):
        login = watched(folder / f"plain{number}", "plain", Stick(other))
        seen = watched(folder / f"ours{number}", "ours", ours)
        prompt, screen, facts = watching.since(login), watching.since(seen, KEYS), watching.since(seen)
        print(
            f"round {number + 1}: login prompt {prompt:.1f} s, our screen {screen:.1f} s, facts {facts:.1f} s",
            flush=True,
        )
        late.append(screen - prompt)
        later.append(facts - prompt)
    told("our screen after the login prompt", f"{median(late):+.1f} s", verdict(median(late), SCREEN_SECONDS, "s"))
    most = SCREEN_SECONDS + FACTS_SECONDS
    told("first facts after the login prompt", f"{median(later):+.1f} s", verdict(median(later), most, "s"))
    memory = inside(folder, ours)
    told("memory of our processes, nothing done", f"{memory:.0f} MiB", verdict(memory, MEMORY_MIB, "MiB"))


def told(what: str, figure: str, target: str) -> None:
    print(f"{what:<40} {figure:>10}  {target}", flush=True)


def verdict(figure: float, most: float, unit: str) -> str:
    return f"≤ {most:g} {unit}: {'pass' if figure <= most else 'short'}"


def watched(folder: Path, name: str, stick: Stick) -> watching.Seen:
    """What was to be seen from power-on to the last picture."""
    with started(folder, f"bench-{name}", Making(stick=stick, snapshot=True, memory_mib=2048)) as computer:
        seen = watching.watch(computer, folder, watching.stands_still(LEAST_SECONDS))
        pictures = parts.BUILD / "screens"
        pictures.mkdir(exist_ok=True)
        shutil.copy(folder / "now.png", pictures / f"bench-{name}.png")
        return seen


def inside(folder: Path, stick: Stick) -> float:
    """MiB of all our processes, a while after the start."""
    (folder / "settings").mkdir()
    stick.put(overlay(folder, folder / "settings"), "live/zz-test.squashfs")
    with started(folder / "inside", "bench-inside", Making(stick=stick, memory_mib=2048)) as computer:
        computer.wait_for_guest()
        computer.wait_for_text("ORDIS")
        computer.shell("sleep 20")
        return int(computer.shell(PSS).split()[-1]) / 1024


if __name__ == "__main__":
    sys.exit(main())
