"""What is on a stick's data partition, looked at on this computer as it was left: after a power cut, too."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.journal import Journal
from agent.report.verify import verify
from stick_machine.parts import tool
from stick_machine.stick import Stick


@dataclass(frozen=True)
class Kept:
    key: str | None
    waiting: dict[str, dict[str, Any]]
    """Reports that wait to be sent, by their id; each one's signature holds."""
    delivered: dict[str, dict[str, Any]]
    open_journals: dict[str, list[dict[str, object]]]
    """Of intakes that did not come to their end: the records, by the file's name."""


def examine(stick: Stick, folder: Path) -> Kept:
    """Replay the file system's journal on a copy, which must make it whole, and read what is on it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    partition = folder / "state.img"
    with stick.file.open("rb") as source, partition.open("wb") as target:
        source.seek(stick.state_first)
        shutil.copyfileobj(source, target)
    # 1: mended what every sudden end leaves, such as counts of free blocks that are not written at once.
    tool("e2fsck", "-fp", partition, good=(0, 1))
    tool("e2fsck", "-fn", partition)
    found = folder / "found"
    found.mkdir()
    tool("debugfs", "-R", f"rdump / {found}", partition)
    partition.unlink()
    public = found / "keys/stick.pub"
    key = public.read_text().strip() if public.exists() else None
    journals = {path.name: list(Journal(path).records()) for path in sorted((found / "journal").glob("*.jsonl"))}
    spool = found / "spool"
    return Kept(key, _reports(spool, key), _reports(spool / "delivered", key), journals)


def _reports(folder: Path, key: str | None) -> dict[str, dict[str, Any]]:
    found = {}
    for path in sorted(folder.glob("*.json")):
        if path.name.endswith(".receipt.json"):
            continue
        verdict = verify(path.read_bytes(), [key] if key else [])
        assert verdict.trusted, (path.name, verdict)
        found[path.stem] = dict(json.loads(path.read_bytes())["report"])
    return found
