"""What people put on the partition that Windows shows, carried over to a new image: ordis.toml, reports/ and
support/.

On the way it lies on the data partition, which no step of the writing touches: whenever the power fails, it is there
or in its old place, and the next try takes it up.
"""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from agent.host.files import make_folder, sync_folder, write_safely
from agent.model.message import say
from agent.model.problem import Problem

KEPT = (Path("ordis.toml"), Path("reports"), Path("support"))
FOLDER, COMPLETE = "kept-for-the-new-image", "complete"
MOST_FILES = 10_000


class NotKept(Problem):
    """What is to be kept cannot be copied. Nothing of the image was written."""


def save(boot: Path, state: Path) -> None:
    """Copy what is kept from the mounted first partition to the data partition, durably. Where a whole copy is there
    from an earlier try, it stays: what the first partition holds by now may be half an image. Raises NotKept, OSError.
    """
    folder = state / FOLDER
    if (folder / COMPLETE).exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    files = list(_files(boot))
    size = sum((boot / file).lstat().st_size for file in files)
    room = os.statvfs(state)
    if len(files) > MOST_FILES or size > room.f_bavail * room.f_frsize // 2:
        raise NotKept(
            say(
                "The files in “reports” and “support” take {size:bytes}, for which the data partition has no room.",
                size=size,
            ),
            say("Nothing was written. Copy them to another computer, delete them on the stick, then try again."),
        )
    make_folder(folder)
    _copy(boot, folder, files)
    write_safely(folder / COMPLETE, b"")


def saved(state: Path) -> bool:
    """Whether an earlier try left a whole copy."""
    return (state / FOLDER / COMPLETE).exists()


def restore(state: Path, boot: Path) -> None:
    """Copy back to the new first partition, durably, then forget the copy. Raises OSError."""
    folder = state / FOLDER
    if not saved(state):
        return
    _copy(folder, boot, list(_files(folder)))
    forget(state)


def forget(state: Path) -> None:
    """Delete the copy, durably. Raises OSError."""
    folder = state / FOLDER
    # First what says that it is whole: half of it must not be taken for all.
    (folder / COMPLETE).unlink(missing_ok=True)
    sync_folder(folder)
    shutil.rmtree(folder)
    sync_folder(state)


def _files(root: Path) -> Iterator[Path]:
    """Regular files to keep, relative to `root`; links lead nowhere on a stick."""
    for kept in KEPT:
        top = root / kept
        if top.is_file() and not top.is_symlink():
            yield kept
        for folder, _, names in os.walk(top):
            for name in sorted(names):
                if stat.S_ISREG((path := Path(folder, name)).lstat().st_mode):
                    yield path.relative_to(root)


def _copy(source: Path, target: Path, files: list[Path]) -> None:
    folders = {target}
    for file in files:
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        folders |= {target / parent for parent in file.parents}
        with (source / file).open("rb") as old, (target / file).open("wb") as new:
            shutil.copyfileobj(old, new)
            new.flush()
            os.fsync(new.fileno())
    for folder in sorted(folders):
        sync_folder(folder)
