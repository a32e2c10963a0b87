"""The command line itself: what all commands share can stand behind every one of them."""

import pytest

from agent.cli import main, parser

COMMON = ["--lang", "en", "--training", "--config", "x.toml"]


@pytest.mark.parametrize(
    "command",
    [
        "inventory", "drives", "intake", "deliver", "key", "profile list", "report verify x.json", "report schema",
        "report certificate x.json -o x.pdf", "sanitize /dev/x --serial s",
    ],
)  # fmt: skip
def test_common_options_stand_before_or_behind(command: str) -> None:
    for words in ([*COMMON, *command.split()], [*command.split(), *COMMON]):
        parsed = parser().parse_args(words)
        assert (parsed.lang, parsed.training, str(parsed.config)) == ("en", True, "x.toml")


@pytest.mark.parametrize("words", [["nonsense"], ["sanitize", "/dev/x"], ["report"], ["intake", "--erase"]])
def test_wrong_usage_is_exit_code_two(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_missing_settings_are_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", "/nowhere/ordis.toml", "drives"]) == 2
    assert "/nowhere/ordis.toml" in capsys.readouterr().err


@pytest.mark.parametrize("erase", [["all", "none"], ["all", "S1"]])
def test_erase_words_do_not_mix(erase: list[str]) -> None:
    assert main(["intake", "--headless", "--asset-tag", "T-1", "--erase", *erase]) == 2


def test_headless_needs_tag_and_erase() -> None:
    assert main(["intake", "--headless", "--asset-tag", "T-1"]) == 2
    assert main(["intake", "--headless", "--erase", "none"]) == 2
