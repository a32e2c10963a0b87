"""Runs inside the virtual machine: does what the test asks, one line of JSON for another.

{"run": [program, …], "timeout": s}      → {"code", "out", "err"}
{"read": path} / {"names": path}         → {"text"} / {"names"}
{"write": path, "text": …}               → {}
{"open": path, "transport": …}           → {"number", "offers"}    the program's own ports() on a real descriptor
{"close": number}                        → {}
{"call": number, "port": …, "method": …, "arguments": …, "settings": …}   → {"result": …}, or {"raised", "errno"}
{"tell": [path, transport, word, …]}     → {"told"}, or {"raised", "errno"}     see on_real.py
{"forget": path}                         → {}
{"block": path, "at": bytes, "length": bytes, "data": hex?}        → {"data": hex}, or {"raised", "errno"}
"""

import json
import mmap
import os
import socket
import subprocess
import sys
from dataclasses import asdict, is_dataclass

from on_real import Direct, Teller

from agent.host.passthrough.open import ports
from agent.model import ports as model
from agent.model.words import Transport


def plain(value: object) -> object:
    """As JSON has it: bytes in hexadecimal."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(item) for name, item in asdict(value).items()}
    return {"hex": value.hex()} if isinstance(value, bytes) else value


def real(value: object) -> object:
    """The other way; a command comes with the name of its class."""
    if isinstance(value, dict):
        if "hex" in value:
            return bytes.fromhex(value["hex"])
        value = dict(value)
        return getattr(model, value.pop("class"))(**value)
    return value


def text_of(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


class Guest:
    def __init__(self) -> None:
        self.open: dict[int, tuple[int, model.Ports]] = {}
        self.tellers: dict[str, Teller] = {}

    def answer(self, order: dict) -> dict:
        if "run" in order:
            done = subprocess.run(
                order["run"], check=False, capture_output=True, timeout=order["timeout"], stdin=subprocess.DEVNULL
            )
            out, err = (text.decode("utf-8", "replace") for text in (done.stdout, done.stderr))
            return {"code": done.returncode, "out": out, "err": err}
        if "read" in order:
            return {"text": text_of(order["read"])}
        if "names" in order:
            return {"names": sorted(os.listdir(order["names"])) if os.path.isdir(order["names"]) else []}
        if "write" in order:
            with open(order["write"], "w", encoding="utf-8") as file:
                file.write(order["text"])
            return {}
        try:
            return self.drive(order)
        except Exception as error:  # noqa: BLE001  (the test judges)
            return {"raised": type(error).__name__, "errno": getattr(error, "errno", None), "text": str(error)}

    def drive(self, order: dict) -> dict:
        if "open" in order:
            descriptor = os.open(order["open"], os.O_RDWR)
            found = ports(descriptor, Transport(order["transport"]))
            self.open[descriptor] = (descriptor, found)
            offers = [name for name in ("ata", "scsi", "nvme", "mmc") if getattr(found, name) is not None]
            return {"number": descriptor, "offers": offers}
        if "tell" in order:
            path, transport, *words = order["tell"]
            if path not in self.tellers:
                self.tellers[path] = Teller(Direct(path, Transport(transport)))
            return {"told": self.tellers[path].tell(*words)}
        if "forget" in order:
            self.tellers.pop(order["forget"]).medium.close()
            return {}
        if "close" in order:
            os.close(self.open.pop(order["close"])[0])
            return {}
        if "block" in order:
            return self.block(order)
        port = getattr(self.open[order["call"]][1], order["port"])
        arguments = [real(value) for value in order["arguments"]]
        settings = {name: real(value) for name, value in order["settings"].items()}
        return {"result": plain(getattr(port, order["method"])(*arguments, **settings))}

    def block(self, order: dict) -> dict:
        """Read, or write and flush, past the page cache."""
        descriptor = os.open(order["block"], os.O_RDWR | os.O_DIRECT)
        try:
            data = bytes.fromhex(order.get("data", ""))
            with mmap.mmap(-1, len(data) or order["length"]) as buffer:
                if data:
                    buffer[:] = data
                    moved = os.pwritev(descriptor, [buffer], order["at"])
                    os.fsync(descriptor)
                    return {"moved": moved}
                moved = os.preadv(descriptor, [buffer], order["at"])
                return {"data": buffer[:moved].hex()}
        finally:
            os.close(descriptor)


def main() -> None:
    port = next(word for word in text_of("/proc/cmdline").split() if word.startswith("test_port=")).split("=")[1]
    with socket.create_connection(("10.0.2.2", int(port))) as line, line.makefile("rw", encoding="utf-8") as lines:
        guest = Guest()
        lines.write(json.dumps({"up": text_of("/proc/uptime").split()[0], "python": sys.version}) + "\n")
        lines.flush()
        for text in lines:
            try:
                answer = guest.answer(json.loads(text))
            except subprocess.TimeoutExpired:
                answer = {"code": None, "out": "", "err": "timeout"}
            lines.write(json.dumps(answer) + "\n")
            lines.flush()


main()
