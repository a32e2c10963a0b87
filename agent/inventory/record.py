"""Writing a recorded machine into a folder (see agent.host.recorded)."""

import json
from pathlib import Path

from agent.host.recorded import DMIDECODE, SYSTEM, packed
from agent.host.recording import Record


def save(record: Record, folder: Path, *, anonymous: bool) -> None:
    folder.mkdir(parents=True)
    system = {
        "files": {path: packed(data) for path, data in record.files.items()},
        "folders": record.folders,
        "links": record.links,
    }
    (folder / SYSTEM).write_text(json.dumps(system, indent=1))
    if record.dmidecode is not None:
        (folder / DMIDECODE).write_text(record.dmidecode)
