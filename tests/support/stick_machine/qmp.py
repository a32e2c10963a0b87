"""QEMU's own line (QEMU Machine Protocol): keys, pictures of the screen, plugging, saved states."""

import contextlib
import json
import socket
import time
from pathlib import Path
from typing import Any

from PIL import Image

from stick_machine.keys import strokes

_SECONDS = 120


class Refused(Exception):
    """QEMU says that it cannot."""


class Qmp:
    def __init__(self, path: Path, died: Any) -> None:
        """`died`: called while waiting for the line to come up; raises where QEMU has ended."""
        until = time.monotonic() + _SECONDS
        while True:
            self._line = socket.socket(socket.AF_UNIX)
            try:
                self._line.connect(str(path))
                break
            except OSError:
                self._line.close()
                died()
                assert time.monotonic() < until, "QEMU does not come up"
                time.sleep(0.05)
        self._line.settimeout(_SECONDS)
        self._lines = self._line.makefile("rw")
        self.events: list[dict[str, Any]] = []
        self._hear()
        self("qmp_capabilities")

    def close(self) -> None:
        for line in (self._lines, self._line):
            with contextlib.suppress(OSError):
                line.close()

    def _hear(self) -> dict[str, Any]:
        line = self._lines.readline()
        assert line, "QEMU has gone"
        return dict(json.loads(line))

    def __call__(self, name: str, /, **arguments: object) -> Any:
        """Raises Refused."""
        self._lines.write(json.dumps({"execute": name, "arguments": arguments}) + "\n")
        self._lines.flush()
        while "return" not in (answer := self._hear()):
            if "error" in answer:
                raise Refused(answer["error"]["desc"])
            self.events.append(answer)
        return answer["return"]

    def wait_for(self, event: str, /, **data: object) -> None:
        """Until QEMU has told this event, with this data in it."""

        def is_it(one: dict[str, Any]) -> bool:
            return one.get("event") == event and data.items() <= one.get("data", {}).items()

        while not any(map(is_it, self.events)):
            self.events.append(self._hear())
        self.events = [one for one in self.events if not is_it(one)]

    # ---- the keyboard and the screen

    def press(self, *keys: str, pause: float = 0.25) -> None:
        """Hold these keys down together."""
        self("send-key", keys=[{"type": "qcode", "data": key} for key in keys])
        time.sleep(pause)

    def type(self, text: str, pause: float = 0.25) -> None:
        """Type on a French keyboard, as slowly as a person does: a scanner's speed confirms nothing."""
        for keys in strokes(text):
            self.press(*keys, pause=pause)

    def picture(self, file: Path) -> Image.Image:
        """What the screen shows; kept as `file` (PNG)."""
        file.parent.mkdir(parents=True, exist_ok=True)
        raw = file.with_suffix(".ppm")
        self("screendump", filename=str(raw))
        with Image.open(raw) as shown:
            image = shown.convert("RGB")
        raw.unlink()
        image.save(file)
        return image

    # ---- its state

    def save(self, file: Path) -> None:
        """The computer's state, as of now; it stands still afterwards."""
        self("stop")
        self("migrate-set-parameters", **{"max-bandwidth": 1 << 34})
        self("migrate", uri=f"file:{file}")
        until = time.monotonic() + _SECONDS
        while (status := self("query-migrate").get("status")) != "completed":
            assert status != "failed", self("query-migrate")
            assert time.monotonic() < until
            time.sleep(0.1)

    def wait_until_restored(self) -> None:
        until = time.monotonic() + _SECONDS
        while self("query-status")["status"] not in ("paused", "running"):
            assert time.monotonic() < until
            time.sleep(0.05)
        self("cont")
