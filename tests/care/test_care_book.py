"""ordis.toml beside the intake: read, judged, written with its former self beside it, used at once."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from care_bench import CareBench
from pydantic import SecretStr, ValidationError

from agent import settings as settings_file
from agent.care import book as book_module
from agent.care.book import Book
from agent.host import keymap
from agent.model.care import SETTINGS, SettingsState, WifiKept
from agent.model.message import say
from agent.model.messages import COMMAND, SaveSettings
from agent.model.words import Mode, Phase
from agent.stick import wifi
from agent.stick.ready import Places
from agent.stick.writable import CannotWrite

WRITTEN = (
    'language = "fr" # oui\n[workshop]\nurl = "https://old.example"\n[[wifi]]\nssid = "A"\npassword = "geheim12"\n'
)


@pytest.fixture
def bench(tmp_path: Path) -> CareBench:
    file = tmp_path / "stick/ordis.toml"
    file.parent.mkdir()
    file.write_text(WRITTEN)
    return CareBench(tmp_path, Mode.REAL, file)


def book(bench: CareBench, **places: Path) -> Book:
    return Book(
        bench.desk, Places(boot=places.get("boot", Path("/nowhere")), wifi=places.get("wifi", Path("/nowhere")))
    )


def wanted(bench: CareBench, **facts: object) -> SaveSettings:
    return SaveSettings.model_validate({"mode": bench.place.mode, "attempt": 3, **facts})


async def saved(bench: CareBench, *, where: Book | None = None, **facts: object) -> SettingsState:
    await (where or book(bench)).save(wanted(bench, **facts), bench.tell)
    state: SettingsState = bench.told[-1].settings
    assert state.attempt == 3
    assert state.said is not None
    return state


async def test_what_stands_there_is_told_without_passwords(bench: CareBench) -> None:
    await book(bench).see(bench.tell)
    [event] = bench.told
    assert event.settings.fields["workshop.url"] == "https://old.example"
    assert event.settings.fields["default_profile"] == ""
    assert set(event.settings.fields) == set(SETTINGS)
    assert event.settings.wifi == ["A"]
    assert event.settings.hinders is None
    assert "geheim" not in event.model_dump_json()


async def test_it_is_written_with_its_former_self_beside_it_and_used(bench: CareBench) -> None:
    add = WifiKept(name="B", password=SecretStr("geheim34"))
    state = await saved(bench, changes={"workshop.url": "https://new.example"}, add=add, forget=["A"])
    assert bench.config is not None
    written = bench.config.read_text()
    assert 'language = "fr" # oui' in written
    assert "geheim34" in written
    assert "geheim12" not in written
    assert bench.config.with_name("ordis.toml.bak").read_text() == WRITTEN
    assert state.said is not None
    assert state.said.good
    assert (state.fields["workshop.url"], state.wifi) == ("https://new.example", ["B"])
    [used] = bench.used
    assert used.workshop.url == "https://new.example"
    assert sorted(file.name for file in bench.config.parent.iterdir()) == ["ordis.toml", "ordis.toml.bak"]


@pytest.mark.parametrize(
    ("changes", "reason", "hint"),
    [
        ({"workshop.url": "ftp://x"}, "workshop.url cannot be", "Expected: an address"),
        ({"language": "de"}, "language cannot be", "Expected: 'fr' or 'en'"),
        ({"asset_tag_pattern": "("}, "asset_tag_pattern cannot be", "Expected: a regular expression"),
        ({"time_zone": "Mars"}, "time_zone cannot be", "Expected: the name of a time zone"),
        ({"wifi_country": "France"}, "wifi_country cannot be", "Expected: text of the form"),
        ({"workshop.discover": "https"}, "workshop cannot be", "Expected: with discover also ca_file"),
        ({"default_profile": "none such"}, "none such", ""),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_written(
    bench: CareBench, changes: dict[str, str], reason: str, hint: str
) -> None:
    if "workshop.discover" in changes:
        changes = {**changes, "workshop.url": ""}
    state = await saved(bench, changes=changes)
    assert state.said is not None
    assert not state.said.good
    assert reason in str(state.said.reason)
    assert hint in str(state.said.hint)
    assert bench.config is not None
    assert bench.config.read_text() == WRITTEN
    assert bench.used == []
    assert [file.name for file in bench.config.parent.iterdir()] == ["ordis.toml"]


async def test_training_writes_nothing_and_says_so(bench: CareBench) -> None:
    training = CareBench(bench.place.settings.state_dir.parent / "t", Mode.TRAINING, bench.config)
    state = await saved(training, changes={"language": "en"})
    assert "Nothing was written" in str(state.said)
    assert bench.config is not None
    assert bench.config.read_text() == WRITTEN
    assert training.used == []
    assert not (await saved(training, changes={"language": "de"})).said.good  # type: ignore[union-attr]


@pytest.mark.parametrize("step", ["remount", "backup", "write", "read only folder"])
async def test_every_step_may_fail_and_is_said(bench: CareBench, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    assert bench.config is not None
    real = book_module.write_safely

    @contextlib.contextmanager
    def refused(*_: object) -> Iterator[None]:
        raise CannotWrite(say("The stick cannot be written ({error}).", error="x"), say("Release it."))
        yield

    def write(path: Path, data: bytes, *, mode: int) -> None:
        if (path.suffix == ".bak") is (step == "backup"):
            raise OSError(28, "No space left on device")
        real(path, data, mode=mode)

    if step == "remount":
        monkeypatch.setattr(book_module, "writable", refused)
    elif step == "read only folder":
        monkeypatch.setattr(
            book_module, "write_safely", lambda *_, **__: (_ for _ in ()).throw(OSError(30, "Read-only"))
        )
    else:
        monkeypatch.setattr(book_module, "write_safely", write)
    state = await saved(bench, changes={"language": "en"})
    assert state.said is not None
    assert not state.said.good
    assert "written" in str(state.said.reason)
    assert state.said.hint is not None
    assert bench.config.read_text() == WRITTEN
    assert bench.used == []


@pytest.mark.parametrize("data", [b"language = ", b"\xff\xff", b"x" * 70_000])
async def test_a_file_that_cannot_be_read_hinders(bench: CareBench, data: bytes) -> None:
    assert bench.config is not None
    bench.config.write_bytes(data)
    await book(bench).see(bench.tell)
    hinders = bench.told[-1].settings.hinders
    assert hinders is not None
    assert hinders.hint is not None
    state = await saved(bench, changes={"language": "en"})
    assert state.said is not None
    assert not state.said.good
    assert bench.config.read_bytes() == data


async def test_a_notepad_file_can_be_changed(bench: CareBench) -> None:
    assert bench.config is not None
    bench.config.write_bytes(WRITTEN.replace("\n", "\r\n").encode("utf-16"))
    assert (await saved(bench, changes={"language": "en"})).fields["language"] == "en"
    assert settings_file.load(bench.config).language == "en"


async def test_without_a_file_one_is_made_for_root_alone(
    bench: CareBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ORDIS_CONFIG")
    monkeypatch.setattr(settings_file, "PLACES", (tmp_path / "no/ordis.toml", tmp_path / "etc/ordis.toml"))
    bench.config = None
    state = await saved(bench, changes={"workshop.url": "https://new.example"})
    made = tmp_path / "etc/ordis.toml"
    assert state.file == str(made)
    assert made.read_text() == '[workshop]\nurl = "https://new.example"\n'
    assert made.stat().st_mode & 0o777 == 0o600


async def test_on_the_stick_networks_are_handed_on_and_what_counts_later_is_said(
    bench: CareBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bench.config is not None
    monkeypatch.setattr(wifi, "take_notice", lambda: None)

    def no_country(country: str) -> None:
        raise wifi.WifiFailed(say("The country {country} was not taken.", country=country))

    monkeypatch.setattr(wifi, "use_country", no_country)
    bench.state = bench.state.model_copy(update={"phase": Phase.WORK})
    where = book(bench, boot=bench.config.parent, wifi=tmp_path / "connections")
    changes = {"language": "en", "wifi_country": "FR", "workshop.ca_file": "atelier.pem"}
    state = await saved(bench, where=where, changes=changes)
    assert state.said is not None
    notes = " ".join(map(str, state.said.notes))
    for text in ("keeps what it began with", "boot menu", "was not taken", "not there yet: copy it to"):
        assert text in notes
    assert [file.name for file in (tmp_path / "connections").iterdir()] == ["ordis-wifi-1.nmconnection"]


@pytest.mark.parametrize(
    ("on_stick", "fails", "said"),
    [(True, False, "from now on. At the next start"), (True, True, "was not taken"), (False, False, "stays as it is")],
)
async def test_the_keyboard_is_changed_at_once_on_the_stick_alone(
    bench: CareBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on_stick: bool, fails: bool, said: str
) -> None:
    assert bench.config is not None
    loaded: list[str] = []

    def load(name: str, _kept: Path) -> None:
        loaded.append(name)
        if fails:
            raise OSError("no console")

    monkeypatch.setattr(keymap, "load", load)
    monkeypatch.setattr(wifi, "take_notice", lambda: None)
    where = book(bench, boot=bench.config.parent if on_stick else tmp_path / "none", wifi=tmp_path / "connections")
    state = await saved(bench, where=where, changes={"keyboard": "us"})
    assert state.said is not None
    assert state.fields["keyboard"] == "us"
    assert said in " ".join(map(str, state.said.notes))
    assert loaded == (["us"] if on_stick else [])


def test_nothing_that_is_dangerous_can_be_changed() -> None:
    for key in ("unattended_erase", "unattended_sleep", "state_dir", "profile_dir", "wifi"):
        with pytest.raises(ValidationError):
            COMMAND.validate_python({"command": "save_settings", "mode": "real", "changes": {key: "true"}})
