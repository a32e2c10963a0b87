"""Runs inside the computer, from the test overlay: does what the test asks, one line of JSON for another.

{"run": [program, …], "timeout": s}   → {"code", "out", "err"}
{"read": path} / {"names": path}      → {"text"} / {"names"}
{"write": path, "text": …}            → {}
{"seed": hexadecimal}                 → {}           chance begins anew from this
{"screen": number of a terminal}      → {"text"}     what stands on it, a line for each row
"""

import fcntl
import json
import os
import subprocess
import time

PORT = "/dev/virtio-ports/ordis.test"
RNDRESEEDCRNG = 0x5207
"""linux/random.h"""


def screen(number: int) -> str:
    with open(f"/dev/vcsa{number}", "rb") as about:
        rows, columns = about.read(2)
    with open(f"/dev/vcsu{number}", "rb") as cells:
        text = cells.read(rows * columns * 4).decode("utf-32-le", "replace")
    return "\n".join(text[at : at + columns].rstrip() for at in range(0, len(text), columns))


def answer(order: dict) -> dict:
    if "run" in order:
        done = subprocess.run(
            order["run"], check=False, capture_output=True, timeout=order["timeout"], stdin=subprocess.DEVNULL
        )
        out, err = (text.decode("utf-8", "replace") for text in (done.stdout, done.stderr))
        return {"code": done.returncode, "out": out, "err": err}
    if "read" in order:
        with open(order["read"], encoding="utf-8", errors="replace") as file:
            return {"text": file.read()}
    if "names" in order:
        return {"names": sorted(os.listdir(order["names"])) if os.path.isdir(order["names"]) else []}
    if "write" in order:
        with open(order["write"], "w", encoding="utf-8") as file:
            file.write(order["text"])
        return {}
    if "seed" in order:
        with open("/dev/urandom", "wb", buffering=0) as chance:
            chance.write(bytes.fromhex(order["seed"]))
            fcntl.ioctl(chance, RNDRESEEDCRNG)
        return {}
    return {"text": screen(order["screen"])}


def safely(line: bytes) -> dict:
    try:
        return answer(json.loads(line))
    except subprocess.TimeoutExpired:
        return {"code": None, "out": "", "err": "timeout"}
    except Exception as error:  # noqa: BLE001  (the test judges)
        return {"code": None, "out": "", "err": repr(error), "text": repr(error), "names": []}


def main() -> None:
    port = os.open(PORT, os.O_RDWR | os.O_NOCTTY)
    waiting = b""
    while True:
        came = os.read(port, 65536)
        if not came:  # nobody at the other end
            time.sleep(0.1)
        waiting += came
        while b"\n" in waiting:
            line, waiting = waiting.split(b"\n", 1)
            left = json.dumps(safely(line)).encode() + b"\n"
            while left:
                left = left[os.write(port, left) :]


main()
