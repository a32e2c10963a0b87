"""Profiles: those that come with Ordis, and every way in which a workshop's own can be wrong."""

import contextlib
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from agent import profile
from agent.model.profile import GradeThresholds, Profile, SanitizationPolicy
from agent.model.sanitization import SanitizationRequest
from agent.model.words import Level, PassSet, Pattern, Verify
from agent.profile import Folders, ProfileError

SHIPPED = Path(__file__).parents[1] / "profiles"
ALL = ["dock", "donor-contract", "quick", "standard", "thorough"]
HEAD = 'name = "mine"\ntitle_fr = "À moi"\ntitle_en = "Mine"\n'


def write(folder: Path, text: str | bytes, name: str = "mine.toml") -> Path:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def refusal(file: str | Path, folder: Path | None = None) -> tuple[str, str]:
    with pytest.raises(ProfileError) as caught:
        profile.load(file, Folders(folder))
    return str(caught.value.reason), str(caught.value.hint)


# ---- those that come with Ordis


@pytest.mark.parametrize(
    ("name", "seconds", "level", "pattern"),
    [
        ("quick", (20, 15, 50), Level.CLEAR, Pattern.ZERO),
        ("standard", (300, 600, 80), Level.CLEAR, Pattern.ZERO),
        ("donor-contract", (300, 600, 80), Level.PURGE, Pattern.RANDOM),
    ],
)
def test_shipped_profiles(name: str, seconds: tuple[int, int, int], level: Level, pattern: Pattern) -> None:
    loaded = profile.load(name)
    assert loaded.name == name
    assert (loaded.checks.processor.seconds, loaded.checks.memory.seconds, loaded.checks.memory.percent) == seconds
    wanted = loaded.sanitization
    assert (wanted.level, wanted.pattern, wanted.verify) == (level, pattern, Verify.FULL)
    assert (wanted.passes, wanted.hidden_areas, wanted.discard) == (PassSet.SINGLE, True, False)
    assert loaded.grade == GradeThresholds()  # section 7 of the design


def keys(model: type[BaseModel], above: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from keys(field.annotation, f"{above}{name}.")
        else:
            yield above + name


def test_a_policy_becomes_the_request_of_an_intake() -> None:
    policy = SanitizationPolicy(
        level=Level.PURGE, pattern=Pattern.RANDOM, passes=PassSet.DOD, verify=Verify.SAMPLED, hidden_areas=False,
        discard=True,
    )  # fmt: skip
    assert policy.request() == SanitizationRequest(
        level=Level.PURGE, pattern=Pattern.RANDOM, passes=PassSet.DOD, verify=Verify.SAMPLED, reveal=False, discard=True
    )
    assert SanitizationPolicy().request() == SanitizationRequest()


@pytest.mark.parametrize("name", ALL)
def test_shipped_profiles_show_and_explain_every_key(name: str) -> None:
    text = (SHIPPED / f"{name}.toml").read_text()
    data = tomllib.loads(text)
    for key in keys(Profile):
        value: object = data
        for part in key.split("."):
            assert isinstance(value, dict)
            assert part in value, key
            value = value[part]
    # A comment stands over each block of keys.
    for block in re.split(r"\n(?=#|\n|\[)", text):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if lines and not lines[0].startswith("["):
            assert block.lstrip().startswith("#"), block


def test_the_french_title_comes_first() -> None:
    for file in SHIPPED.glob("*.toml"):
        assert list(tomllib.loads(file.read_text()))[:3] == ["name", "title_fr", "title_en"]


# ---- finding


def test_a_path_is_read_wherever_it_is(tmp_path: Path) -> None:
    file = write(tmp_path, HEAD)
    assert profile.load(file).title_fr == "À moi"
    assert profile.load(str(file)).name == "mine"


def test_a_name_that_ends_in_toml_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, HEAD)
    monkeypatch.chdir(tmp_path)
    assert profile.load("mine.toml").name == "mine"


def test_a_workshops_folder_adds_profiles(tmp_path: Path) -> None:
    write(tmp_path, HEAD)
    assert profile.load("mine", Folders(tmp_path)).name == "mine"
    assert profile.load("quick", Folders(tmp_path)).name == "quick"


def test_an_unknown_name_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    write(tmp_path, HEAD)
    for name in ("none", "", "..", "QUICK"):
        reason, hint = refusal(name, tmp_path)
        assert reason == f"There is no profile {name}."
        assert "dock, donor-contract, mine, quick, standard, thorough" in hint


def test_a_name_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path, HEAD.replace("mine", "quick"), "quick.toml")
    reason, hint = refusal("quick", tmp_path)
    assert str(file) in reason
    assert "another name" in hint


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    reason, hint = refusal("quick", tmp_path / "none")
    assert str(tmp_path / "none") in reason
    assert "profile_dir" in hint


def test_available_lists_the_good_and_the_bad(tmp_path: Path) -> None:
    write(tmp_path, HEAD)
    write(tmp_path, "nonsense", "bad.toml")
    write(tmp_path, "no profile", "readme.txt")
    found = {each.name: each for each in profile.available(Folders(tmp_path))}
    assert list(found) == [*ALL, "bad", "mine"]
    assert found["mine"].profile is not None
    assert found["bad"].problem is not None
    assert "bad.toml" in str(found["bad"].problem.reason)
    assert [each.name for each in profile.available()] == ALL


# ---- refusals: file, key, expected


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("", "name", "name = …"),
        ('name = "mine"', "title_fr", "title_fr = …"),
        ('name = "mine"\ntitle_fr = "x"', "title_en", "title_en = …"),
        (HEAD.replace('"mine"', '"Mine!"'), "name", "a-z0-9"),
        (HEAD.replace('"mine"', '"other"'), "name", "mine"),
        (HEAD.replace('"mine"', "3"), "name", "text between quotes"),
        (HEAD + "x = 1", "x", "subject, proposed_for, checks, sanitization, grade"),
        (HEAD + "[checks.processor]\nsecond = 3", "checks.processor.second", "enabled, seconds"),
        (HEAD + "[checks.processor]\nseconds = 0", "checks.processor.seconds", "1 or more"),
        (HEAD + "[checks.processor]\nseconds = 86401", "checks.processor.seconds", "86400 or less"),
        (HEAD + '[checks.processor]\nseconds = "20"', "checks.processor.seconds", "whole number"),
        (HEAD + "[checks.memory]\npercent = 99.5", "checks.memory.percent", "whole number"),
        (HEAD + "[checks.memory]\npercent = 96", "checks.memory.percent", "95 or less"),
        (HEAD + '[checks.battery]\nenabled = "yes"', "checks.battery.enabled", "true or false"),
        (HEAD + "[checks.drive_health]\nenabled = 1", "checks.drive_health.enabled", "true or false"),
        (HEAD + "[checks]\nbattery = true", "checks.battery", "section"),
        (HEAD + '[sanitization]\nlevel = "destroy"', "sanitization.level", "'clear' or 'purge'"),
        (HEAD + "[sanitization]\npattern = 3", "sanitization.pattern", "'zero' or 'random'"),
        (HEAD + '[sanitization]\nverify = "FULL"', "sanitization.verify", "'full', 'sampled' or 'none'"),
        (HEAD + "[grade.memory]\na_bytes = -1", "grade.memory.a_bytes", "0 or more"),
        (HEAD + "[grade.memory]\na_bytes = 4_000_000_000", "grade.memory.b_bytes", "at most a_bytes, 4000000000"),
        (HEAD + "[grade.memory]\nd_bytes = 5_000_000_000", "grade.memory.d_bytes", "at most c_bytes, 4294967296"),
        (HEAD + "[grade.battery]\nc_percent = 70", "grade.battery.c_percent", "at most b_percent, 65"),
        (HEAD + "[grade.battery]\na_percent = nan", "grade.battery.a_percent", "a number"),
        (HEAD + "[grade.battery]\na_percent = 101", "grade.battery.a_percent", "100 or less"),
        (HEAD + "[grade.drive]\na_wear_percent = 90", "grade.drive.b_wear_percent", "at least a_wear_percent, 90"),
        (HEAD + "[grade.drive]\nc_wear_percent = 70", "grade.drive.c_wear_percent", "at least b_wear_percent, 80"),
    ],
)
def test_a_wrong_profile_is_refused_with_file_key_and_what_was_expected(
    tmp_path: Path, text: str, key: str, expected: str
) -> None:
    file = write(tmp_path, text)
    reason, hint = refusal(file)
    assert str(file) in reason
    assert re.search(rf"(?<![\w.]){re.escape(key)}(?![\w.]*\w)", reason.replace(str(file), ""))
    assert hint.startswith("Expected")
    assert expected in hint


def test_thresholds_may_be_equal(tmp_path: Path) -> None:
    loaded = profile.load(write(tmp_path, HEAD + "[grade.memory]\na_bytes = 6_442_450_944\n"))
    assert loaded.grade.memory.a_bytes == loaded.grade.memory.b_bytes


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = ", 1), (HEAD + "seconds 3\n", 4), (HEAD + "[checks\n", 4), ('a = "x"\na = 1\n', 2), (b"a = 'x\0'", 1)],
)
def test_a_syntax_error_names_the_line(tmp_path: Path, text: str | bytes, line: int) -> None:
    file = write(tmp_path, text)
    reason, hint = refusal(file)
    assert f"{file}, line {line}:" in reason or "end of document" in reason
    assert hint.startswith("Expected: TOML")


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (HEAD.encode() + b"# \xe9t\xe9", "UTF-8"),
        (bytes(range(256)) * 4, "UTF-8"),
        (b"#" * (64 * 1024 + 1), "too large"),
        (b"a = " + b"[" * 5000, "not written correctly"),
        (b"a = " + b"9" * 5000, "not written correctly"),
        (b"a = 0x" + b"f" * 9000, "not written correctly"),
    ],
)
def test_what_is_no_toml_at_all_is_refused(tmp_path: Path, data: bytes, part: str) -> None:
    reason, _ = refusal(write(tmp_path, data))
    assert part in reason


def test_a_file_of_the_greatest_size_is_read(tmp_path: Path) -> None:
    text = HEAD.encode()
    file = write(tmp_path, text + b"#" * (64 * 1024 - len(text)))
    assert profile.load(file).name == "mine"


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    file = write(tmp_path, b"\xef\xbb\xbf" + HEAD.replace("\n", "\r\n").encode())
    assert profile.load(file).title_fr == "À moi"


@pytest.mark.parametrize("name", ["none.toml", "folder.toml", "pipe.toml", "nul\0.toml", "x" * 300 + ".toml"])
def test_what_is_no_readable_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.toml").mkdir()
    os.mkfifo(tmp_path / "pipe.toml")
    reason, hint = refusal(f"{tmp_path}/{name}")
    assert name.replace("\0", "")[:20] in reason
    assert "text file" in hint


@given(
    st.binary(max_size=200) | st.text(max_size=200).map(lambda text: HEAD.encode() + text.encode("utf-8", "replace"))
)
def test_whatever_the_bytes_there_is_a_profile_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    file = write(tmp_path_factory.getbasetemp(), data)
    with contextlib.suppress(ProfileError):
        assert profile.load(file).name == "mine"
