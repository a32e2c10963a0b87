"""A computer that is started over the network with what `make netboot` makes, and with our layer in one more archive.

Its kernel and initrd are put into its memory by QEMU: test_image_netboot.py has the firmware fetch them.
"""

import functools
import http.server
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stick_machine import parts
from stick_machine.computer import HOST, QUICK, Making
from stick_machine.stick import tree

MEMORY_MIB = 2048
SCRIPT = "scripts/live-bottom/ordis-settings"


def make(place: Path) -> Path:
    """What `make netboot` makes, from the very system that the tested image was made of. Raises FileNotFoundError where
    that is not there any more."""
    made = parts.image().parent / "image"
    if not (made / "tools/work/fat/live/filesystem.squashfs").exists():
        raise FileNotFoundError(f"what the image was made of is not there any more ({made}): make image")
    sys.path.insert(0, str(parts.ROOT / "boot/make"))
    import disk
    import netboot

    netboot.make(disk.Place(made / "tools", made / "tools/work/fat", 1_795_000_000), place)
    return place


@contextmanager
def served(handed_out: Path, settings: Path, folder: Path) -> Iterator[Making]:
    """How such a computer is made, as long as its system is handed out. `settings`: a folder with ordis.toml."""
    folder.mkdir()
    initrd = folder / "initrd.img"
    with initrd.open("wb") as file:
        first = (handed_out / "http/initrd.img").read_bytes()
        file.write(first + bytes(-len(first) % 4))  # the kernel looks for the next archive there only
        file.write(layer(handed_out, tree(folder / "layer", settings)))
    handler = functools.partial(_Silent, directory=str(handed_out / "http"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    script = (handed_out / "boot.ipxe").read_text()
    words = " ".join(re.findall(r"^set common (.*)$", script, re.MULTILINE)).replace("${common}", "")
    words = words.replace("${server}", f"{HOST}:{server.server_port}")
    assert "$" not in words, words
    kernel = (handed_out / "http/vmlinuz", initrd, f"{words} ordis.lang=fr ordis.keymap=fr-latin9 {QUICK}")
    try:
        yield Making(memory_mib=MEMORY_MIB, kernel=kernel)
    finally:
        server.shutdown()
        server.server_close()


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def layer(handed_out: Path, root: Path) -> bytes:
    """An archive with our files, and with the script that copies the settings, which copies them too."""
    sys.path.insert(0, str(handed_out))
    import serve

    copies = next((parts.ROOT / "boot/system").rglob("live-bottom/ordis-settings")).read_text()
    # Before the line that ends it where no settings came along.
    added = copies.replace("[ -d /ordis-settings ]", "cp -a /ordis-test/. /root/\n[ -d /ordis-settings ]")
    assert added != copies
    packed: bytes = serve.entry(SCRIPT, added.encode(), 0o100755) + serve.entry("ordis-test", b"", 0o40755)
    for path in sorted(root.rglob("*")):
        name = f"ordis-test/{path.relative_to(root)}"
        if path.is_symlink():
            packed += serve.entry(name, str(path.readlink()).encode(), 0o120777)
        elif path.is_dir():
            packed += serve.entry(name, b"", 0o40755)
        else:
            packed += serve.entry(name, path.read_bytes(), 0o100644)
    return packed + serve.entry("TRAILER!!!", b"", 0)
