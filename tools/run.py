"""`make run`: one intake of this computer in training mode, with a workshop of its own that only this computer reaches.

The computer is real, its three drives are simulated: no real drive is touched. Everything is kept in `.run`.
On a terminal the screen opens. From the environment:

HEADLESS=1              run through without the screen, as where there is no terminal
ORDIS_WORKSHOP_PORT=N   where it listens (default: its usual port, or any other where that is taken)
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUN = ROOT / ".run"
SETTINGS = RUN / "ordis.toml"
LOG = RUN / "workshop.log"
PID = RUN / "workshop.pid"
ORDIS = [str(ROOT / ".venv/bin/ordis"), "--config", str(SETTINGS), "--training"]
WORKSHOP = str(ROOT / ".venv/bin/ordis-workshop")
DATA = ["--data", ".run/workshop"]  # short, since it is shown; everything runs in ROOT
USUAL_PORT = 8137
START_SECONDS = 60
PAGES_MINUTES = 20
"""How long the workshop's pages can be looked at: it stops by itself then, or at the next run."""


def main() -> int:
    """Return the exit code of `ordis` (0 good, 1 not good, 2 refused, 3 could not be carried out)."""
    os.chdir(ROOT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the workshop is stopped then, too
    RUN.mkdir(exist_ok=True)
    with workshop() as address:
        SETTINGS.write_text(f'language = "fr"\nstate_dir = "state"\n\n[workshop]\nurl = "{address.rstrip("/")}"\n')
        key = subprocess.run([*ORDIS, "key"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        subprocess.run([WORKSHOP, "enrol", key, *DATA], check=True, stdout=subprocess.DEVNULL)
        code = intake()
        say(f"\nThe workshop's list of reports: {address}")
        say(f"Its pages stay up for {PAGES_MINUTES} minutes. To stop it now: kill $(cat .run/workshop.pid)")
        port = address.rstrip("/").rpartition(":")[2]
        say(f"To start it again later: .venv/bin/ordis-workshop serve {' '.join(DATA)} --port {port}")
    return code


def intake() -> int:
    if sys.stdin.isatty() and sys.stdout.isatty() and not os.environ.get("HEADLESS"):
        return subprocess.call(ORDIS)
    request = ["--headless", "--profile", "quick", "--asset-tag", "FORMATION-1", "--erase", "all"]
    return subprocess.call([*ORDIS, "intake", *request])


@contextlib.contextmanager
def workshop() -> Iterator[str]:
    """Run the workshop on loopback; yields its address once it answers. It outlives us for a while, so that the
    address of the report leads somewhere."""
    stop_the_last()
    with LOG.open("wb") as log:
        # A session of its own: Ctrl-C is for the intake.
        server = subprocess.Popen(
            ["timeout", f"{PAGES_MINUTES}m", WORKSHOP, "serve", *DATA, "--port", str(port())],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    PID.write_text(f"{server.pid}\n")
    try:
        yield answering(server)
    except BaseException:
        server.terminate()
        server.wait(15)
        raise


def stop_the_last() -> None:
    """Stop the workshop of the run before, if it is still there."""
    with contextlib.suppress(OSError, ValueError):
        pid = int(PID.read_text())
        # Numbers are given anew: only what still is our workshop is stopped.
        if WORKSHOP.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGTERM)
            while Path(f"/proc/{pid}").exists():
                time.sleep(0.05)


def port() -> int:
    """The port to ask for; 0 lets the kernel choose."""
    if wanted := os.environ.get("ORDIS_WORKSHOP_PORT"):
        return int(wanted)
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", USUAL_PORT))
        return USUAL_PORT
    return 0


def answering(server: "subprocess.Popen[bytes]") -> str:
    """The server's address: it is its first line, written once it listens."""
    end = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < end:
        if (text := LOG.read_text()).startswith("http") and "\n" in text:
            return text.splitlines()[0]
        time.sleep(0.05)
    raise SystemExit(f"run: the workshop does not start. It said: {LOG.read_text().strip() or 'nothing'}")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, ValueError, subprocess.CalledProcessError) as problem:
        sys.exit(f"run: {problem}")
