"""What the tests of the inventory share: a made-up machine, and the records of real ones."""

import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from fake_tree import Tree

CORPUS = Path(__file__).parents[3] / "shared/corpus"


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path / "tree")


@pytest.fixture
def corpus() -> Callable[[str], Iterator[tuple[str, bytes]]]:
    """`corpus("smart.tar.xz")` gives (name, content) of each file; skips where the records are not at hand."""

    def files(archive: str) -> Iterator[tuple[str, bytes]]:
        if not (CORPUS / archive).exists():
            pytest.skip(f"the recorded machines ({archive}) are not here")
        with tarfile.open(CORPUS / archive) as tar:
            for member in tar:
                if member.isfile() and (file := tar.extractfile(member)) is not None:
                    yield member.name, file.read()

    return files
