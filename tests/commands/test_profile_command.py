"""`ordis profile`: list, check, show."""

from pathlib import Path

import pytest

from agent.cli import main
from agent.model.words import Mode
from agent.profile import choose
from agent.settings import load

TOML = 'name = "ours"\ntitle_fr = "À nous"\ntitle_en = "Ours"\n# hostile \u009b31m \u202e\n'


@pytest.fixture
def served(home: Path) -> Path:
    """A profile that the workshop served."""
    folder = load().served_profiles(Mode.REAL)
    folder.mkdir(parents=True)
    (folder / "ours.toml").write_text(TOML)
    return folder


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["profile", *arguments, "--lang", "en"])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_list_says_where_each_comes_from(served: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "list")
    lines = {line.split()[0]: line for line in out.splitlines()}
    assert code == 0
    assert "(comes with Ordis)" in lines["quick"]
    assert lines["ours"].endswith("Ours (from the workshop)")


def test_a_served_one_under_a_shipped_name_is_listed_as_what_it_is(
    served: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (served / "quick.toml").write_text(TOML.replace("ours", "quick"))
    code, out, _ = run(capsys, "list")
    quick = [line for line in out.splitlines() if line.startswith("quick")]
    assert code == 1
    assert len(quick) == 2
    assert "Two profiles have one name" in quick[1]


def test_it_is_shown_with_its_digest_and_speaks_to_no_terminal(
    served: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "show", "ours")
    assert code == 0
    assert choose(served / "ours.toml").source.sha256 in out.splitlines()[0]
    assert "from the workshop" in out.splitlines()[0]
    assert 'title_fr = "À nous"' in out
    assert "\x9b" not in out
    assert "\u202e" not in out


def test_a_shipped_one_and_a_file_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "[checks.processor]" in run(capsys, "show", "quick")[1]
    file = tmp_path / "ours.toml"
    file.write_text(TOML)
    assert "from a file" in run(capsys, "show", str(file))[1]


@pytest.mark.parametrize("action", ["show", "check"])
def test_what_is_not_there_is_a_sentence(action: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, action, "none")
    assert code == 2
    assert "There is no profile none" in err
    assert run(capsys, action)[0] == 2
