"""Our side of the race in a process of its own: `ours.py PATTERN DEVICE`; one JSON line with the figures.

Waits for a line on standard input first, so that starting Python is not counted and two can start together.
"""

import json
import sys
import time
from collections.abc import Callable

from agent.host.source import Live
from agent.model.words import Transport
from agent.sanitize.overwrite import overwrite
from agent.sanitize.pattern import pattern
from agent.sanitize.real import RealDrive
from agent.sanitize.verify import Extent, verify


def timed(work: Callable[[], object]) -> tuple[object, dict[str, float]]:
    cpu, began = time.process_time(), time.monotonic()
    result = work()
    ended = time.monotonic()
    return result, {"began": began, "ended": ended, "cpu": time.process_time() - cpu}


def main(name: str, device: str) -> None:
    drive = RealDrive(device, Live(), Transport.LOOP)
    size, content = drive.size_bytes(), pattern(name)
    print("ready", flush=True)
    sys.stdin.readline()
    written, writing = timed(lambda: overwrite(drive, size, content, lambda _: None))
    print(json.dumps(writing), flush=True)
    assert written.flushed  # type: ignore[attr-defined]
    assert written.bytes_written == size  # type: ignore[attr-defined]
    if not sys.stdin.readline().strip():
        return
    seen, reading = timed(lambda: verify(drive, size, content, Extent(), lambda _done, _total: None))
    print(json.dumps(reading), flush=True)
    assert seen.bytes_verified == size  # type: ignore[attr-defined]
    assert not seen.mismatched  # type: ignore[attr-defined]


if __name__ == "__main__":
    main(*sys.argv[1:])
