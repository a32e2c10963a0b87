"""`make run`: one intake of this computer in training mode, with a workshop of its own that only this computer reaches.

The computer is real, its three drives are simulated: no real drive is touched. Everything is kept in `.run`.
On a terminal the screen opens. From the environment:

HEADLESS=1              run through without the screen, as where there is no terminal
KEEP=1                  leave the workshop running afterwards
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
ORDIS = [str(ROOT / ".venv/bin/ordis"), "--config", str(SETTINGS), "--training"]
WORKSHOP = str(ROOT / ".venv/bin/ordis-workshop")
DATA = ["--data", ".run/workshop"]  # short, since it is shown; everything runs in ROOT
USUAL_PORT = 8137
START_SECONDS = 60


def main() -> int:
    """Return the exit code of `ordis` (0 good, 1 not good, 2 refused, 3 could not be carried out)."""
    os.chdir(ROOT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the workshop is stopped then, too
    RUN.mkdir(exist_ok=True)
    keep = bool(os.environ.get("KEEP"))
    with workshop(keep=keep) as address:
        SETTINGS.write_text(f'language = "fr"\nstate_dir = "state"\n\n[workshop]\nurl = "{address.rstrip("/")}"\n')
        key = subprocess.run([*ORDIS, "key"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        subprocess.run([WORKSHOP, "enrol", key, *DATA], check=True, stdout=subprocess.DEVNULL)
        code = intake()
        say(f"\nThe workshop's list of reports: {address}")
        if keep:
            say("The workshop goes on (KEEP=1); to stop it: kill $(cat .run/workshop.pid)")
        else:
            port = address.rstrip("/").rpartition(":")[2]
            say("The workshop stops now. To look at its pages later:")
            say(f"    .venv/bin/ordis-workshop serve {' '.join(DATA)} --port {port}")
    return code


def intake() -> int:
    if sys.stdin.isatty() and sys.stdout.isatty() and not os.environ.get("HEADLESS"):
        return subprocess.call(ORDIS)
    request = ["--headless", "--profile", "quick", "--asset-tag", "FORMATION-1", "--erase", "all"]
    return subprocess.call([*ORDIS, "intake", *request])


@contextlib.contextmanager
def workshop(*, keep: bool) -> Iterator[str]:
    """Run the workshop on loopback; yields its address once it answers."""
    with LOG.open("wb") as log:
        # A session of its own: Ctrl-C is for the intake.
        server = subprocess.Popen(
            [WORKSHOP, "serve", *DATA, "--port", str(port())],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    (RUN / "workshop.pid").write_text(f"{server.pid}\n")
    try:
        yield answering(server)
    except BaseException:
        keep = False
        raise
    finally:
        if not keep:
            server.terminate()
            server.wait(15)


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
