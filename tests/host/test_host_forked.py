"""Work in a fork of this process."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.runs_programs

SCRIPT = """
import sys, time
from pathlib import Path
from agent.host.forked import beside
place = Path(sys.argv[1])
def work():
    {work}
def meanwhile():
    (place / "meanwhile").write_text("")
began = time.monotonic()
beside(work, meanwhile, seconds=1.0)
print((place / "done").exists(), (place / "meanwhile").exists(), time.monotonic() - began < 5)
"""


@pytest.mark.parametrize(
    ("work", "done"),
    [
        ('time.sleep(0.2); (place / "done").write_text("")', True),
        ('raise ValueError("no stick")', False),
        ("sys.exit(3)", False),
        ("time.sleep(60)", False),
    ],
    ids=["ends", "raises", "exits", "hangs"],
)
def test_both_are_done_and_nothing_is_waited_for_without_end(tmp_path: Path, work: str, done: bool) -> None:
    script = SCRIPT.format(work=work)
    ran = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True, capture_output=True, text=True)
    assert ran.stdout.split() == [str(done), "True", "True"]
    assert ("no stick" in ran.stderr) is ("no stick" in work)
    assert ("has not ended" in ran.stderr) is ("sleep(60)" in work)


def test_an_error_here_comes_through_when_the_other_has_ended(tmp_path: Path) -> None:
    script = SCRIPT.format(work='time.sleep(0.2); (place / "done").write_text("")').replace(
        '(place / "meanwhile").write_text("")', 'raise OSError("here")'
    )
    ran = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False, capture_output=True, text=True)
    assert "OSError: here" in ran.stderr
    assert (tmp_path / "done").exists()
