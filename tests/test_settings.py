"""ordis.toml: defaults, where it is looked for, the paths that follow from it, and each refusal."""

import os
import re
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import settings
from agent.model.words import Mode
from agent.settings import Organisation, Settings, SettingsError, Workshop, load, parse_workshop_url


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of this machine take part."""
    monkeypatch.delenv("ORDIS_CONFIG", raising=False)
    monkeypatch.setattr(settings, "PLACES", (tmp_path / "stick.toml", tmp_path / "etc.toml"))


def write(folder: Path, text: str, name: str = "ordis.toml") -> Path:
    file = folder / name
    file.write_text(text)
    return file


def user(monkeypatch: pytest.MonkeyPatch, uid: int) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: uid)


# ---- values


def test_a_system_without_time_zones_has_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = Settings(time_zone="America/Cayenne")
    assert chosen.zone.key == "America/Cayenne"

    def none_but_utc(name: str) -> ZoneInfo:
        if name != "UTC":
            raise ZoneInfoNotFoundError(name)
        return ZoneInfo.no_cache(name)

    monkeypatch.setattr(settings, "ZoneInfo", none_but_utc)
    assert chosen.zone.key == "UTC"


def test_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    user(monkeypatch, 0)
    assert load() == Settings(
        language="fr", unattended_erase=False, state_dir=Path("/var/lib/ordis"), default_profile="standard",
        profile_dir=None, workshop=Workshop(), organisation=Organisation(),
    )  # fmt: skip


def test_everything_can_be_set(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        """
        language = "en"
        unattended_erase = true
        asset_tag_pattern = "N-[0-9]{4}"
        state_dir = "/srv/ordis"
        profile_dir = "profiles"
        default_profile = "quick"
        [workshop]
        url = "https://atelier.example:8443/ordis/"
        ca_file = "ca.pem"
        [organisation]
        name = "Tous aux ordis !"
        address = "Nantes"
        registration = "W442000000"
        signatory = "A. Bénévole"
        """,
    )
    found = load(file)
    assert (found.language, found.unattended_erase, found.default_profile) == ("en", True, "quick")
    assert found.state_dir == Path("/srv/ordis")
    assert found.profile_dir == tmp_path / "profiles"  # counts from the file: the stick carries it
    assert found.workshop == Workshop(url="https://atelier.example:8443/ordis", ca_file=tmp_path / "ca.pem")
    assert found.organisation.signatory == "A. Bénévole"
    assert found.is_asset_tag("N-1234")
    assert not found.is_asset_tag("N-12345")


@pytest.mark.parametrize(
    ("tag", "good"),
    [("N-0042", True), ("a", True), ("A/1.2_3", True), ("x" * 32, True), ("x" * 33, False), ("", False),
     ("-1", False), ("a b", False), ("a\n", False), ("é", False)],
)  # fmt: skip
def test_asset_tags_by_default(tag: str, good: bool) -> None:
    assert Settings().is_asset_tag(tag) is good


# ---- where it is looked for


def test_the_order_of_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def tells(path: Path | None = None) -> str:
        return load(path).default_profile

    assert tells() == "standard"
    write(tmp_path, 'default_profile = "etc"', "etc.toml")
    assert tells() == "etc"
    write(tmp_path, 'default_profile = "stick"', "stick.toml")
    assert tells() == "stick"
    monkeypatch.setenv("ORDIS_CONFIG", str(write(tmp_path, 'default_profile = "env"', "env.toml")))
    assert tells() == "env"
    assert tells(write(tmp_path, 'default_profile = "named"', "named.toml")) == "named"
    monkeypatch.setenv("ORDIS_CONFIG", "")
    assert tells() == "stick"


def test_what_is_named_must_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml"):
        load(tmp_path / "none.toml")
    monkeypatch.setenv("ORDIS_CONFIG", str(tmp_path / "gone.toml"))
    with pytest.raises(SettingsError, match=r"gone\.toml"):
        load()


def test_settings_that_are_there_but_broken_are_not_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "unattended_erase = maybe", "stick.toml")
    write(tmp_path, "", "etc.toml")
    with pytest.raises(SettingsError, match=r"stick\.toml, line 1"):
        load()


# ---- as Windows' Notepad saves it


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_notepad_saves_is_read(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "ordis.toml"
    file.write_bytes('language = "en"\r\n[organisation]\r\nname = "Atelier d’été"\r\n'.encode(encoding))
    assert load(file).organisation.name == "Atelier d’été"


def test_old_encodings_are_refused_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "ordis.toml"
    file.write_bytes('[organisation]\r\nname = "été"\r\n'.encode("cp1252"))
    with pytest.raises(SettingsError, match="UTF-8") as caught:
        load(file)
    assert "Notepad" in str(caught.value.hint)


# ---- Wi-Fi


def test_networks_are_read_in_their_order(tmp_path: Path) -> None:
    text = """
        wifi_country = "FR"
        [[wifi]]
        ssid = "Atelier; été"
        password = 'huit \\ signes'
        [[wifi]]
        ssid = "Ouvert"
        hidden = true
        """
    found = load(write(tmp_path, text))
    assert found.wifi_country == "FR"
    assert [(one.ssid, one.hidden) for one in found.wifi] == [("Atelier; été", False), ("Ouvert", True)]
    assert found.wifi[0].password is not None
    assert found.wifi[0].password.get_secret_value() == "huit \\ signes"
    assert found.wifi[1].password is None
    assert "huit" not in repr(found) + str(found) + found.model_dump_json()


def test_a_single_network_may_have_single_brackets(tmp_path: Path) -> None:
    assert [one.ssid for one in load(write(tmp_path, '[wifi]\nssid = "A"')).wifi] == ["A"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[wifi]\nssid = "A"\npassword = "geheim"', "wifi.1.password"),
        ('[[wifi]]\nssid = "A"\n[[wifi]]\nssid = "A"\npassword = "geheim ' + "g" * 57 + '"', "wifi.2.password"),
        ('[wifi]\nssid = "A"\npassword = "geheimes mit é"', "wifi.1.password"),
        ('[wifi]\nssid = "A"\npassword = ["geheim"]', "wifi.1.password"),
        ('[wifi]\nssid = ["geheim"]', "wifi.1.ssid"),
        ('wifi = "geheim"', "wifi"),
        ('wifi = ["geheim"]', "wifi.1"),
        ('[wifi.A]\nssid = "A"\npassword = "geheim12"', "wifi.1.ssid"),
        ('[wifi]\nssid = ""', "wifi.1.ssid"),
        ('[wifi]\nssid = "' + "é" * 17 + '"', "wifi.1.ssid"),
        ('[wifi]\nname = "A"', "wifi.1.ssid"),
        ('wifi_country = "France"', "wifi_country"),
    ],
)  # fmt: skip
def test_wrong_networks_are_refused_and_no_password_is_repeated(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(write(tmp_path, text))
    assert f" {key} " in str(caught.value.reason)
    assert "geheim" not in f"{caught.value.reason}{caught.value.hint}"


# ---- refusals: file, key, expected


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ('language = "de"', "language", "'fr' or 'en'"),
        ('time_zone = "Europe/Nantes"', "time_zone", "such as Europe/Paris"),
        ('time_zone = "../../etc/passwd"', "time_zone", "such as Europe/Paris"),
        ('unattended_erase = "yes"', "unattended_erase", "true or false"),
        ("unattended_erase = 1", "unattended_erase", "true or false"),
        ("erase = true", "erase", "unattended_erase"),
        ('asset_tag_pattern = "["', "asset_tag_pattern", "regular expression"),
        ("asset_tag_pattern = 3", "asset_tag_pattern", "text between quotes"),
        ('state_dir = ""', "state_dir", "path"),
        ('state_dir = "a\\u0000b"', "state_dir", "path"),
        ("state_dir = 3", "state_dir", "text between quotes"),
        ("profile_dir = false", "profile_dir", "text between quotes"),
        ("default_profile = 1", "default_profile", "text between quotes"),
        ('workshop = "https://a"', "workshop", "section"),
        ('[workshop]\naddress = "x"', "workshop.address", "url, ca_file"),
        ('[workshop]\nurl = "atelier"', "workshop.url", "https://"),
        ('[workshop]\nurl = "ftp://a"', "workshop.url", "https://"),
        ("[workshop]\nurl = 80", "workshop.url", "text between quotes"),
        ('[workshop]\nca_file = ""', "workshop.ca_file", "path"),
        ("[organisation]\nname = 3", "organisation.name", "text between quotes"),
        ('[organisation]\nnom = "x"', "organisation.nom", "name, address, registration, signatory"),
    ],
)
def test_wrong_settings_are_refused_with_file_key_and_what_was_expected(
    tmp_path: Path, text: str, key: str, expected: str
) -> None:
    file = write(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load(file)
    reason, hint = str(caught.value.reason), str(caught.value.hint)
    assert str(file) in reason
    assert re.search(rf"(?<![\w.]){re.escape(key)}(?![\w.]*\w)", reason.replace(str(file), ""))
    assert hint.startswith("Expected")
    assert expected in hint


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("HTTPS://Atelier.example/", "https://Atelier.example"),
        ("https://atelier.example/a/b/", "https://atelier.example/a/b"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        ("http://atelier", "http://atelier"),
        ("https://café.example", "https://café.example"),
    ],
)
def test_workshop_addresses(text: str, url: str) -> None:
    assert parse_workshop_url(text) == url


@pytest.mark.parametrize(
    "text",
    [
        "", "atelier.example", "//atelier.example", "ftp://a", "file:///etc/passwd", "http://", "http://:80", "http:a",
        "http://a b", " http://a", "http://a\n", "http://a\t", "http://a\x00", "http://a:99999", "http://a:0",
        "http://a:x", "http://[::1", "http://[zz]", "http://[v1.a:b]", "http://a..b", "http://.", "http://a\\b", "http://a?x=1",
        "http://a#x", "http://user@a", "http://a@b@c", "http://" + "a" * 600, "http://\ud800",
    ],
)  # fmt: skip
def test_what_is_no_workshop_address(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_workshop_url(text)
    assert "https://" in str(caught.value.hint)


def test_a_password_in_an_address_is_refused_and_not_repeated(tmp_path: Path) -> None:
    address = "https://me:hush@hush@atelier.example"
    with pytest.raises(SettingsError) as caught:
        parse_workshop_url(address)
    assert "hush" not in f"{caught.value.reason}{caught.value.hint}"
    with pytest.raises(SettingsError) as caught:
        load(write(tmp_path, f'[workshop]\nurl = "{address}"'))
    assert "hush" not in f"{caught.value.reason}{caught.value.hint}"


@given(st.text(max_size=40).map(lambda text: "http://" + text) | st.text(max_size=40))
def test_whatever_the_text_there_is_an_address_or_a_refusal(text: str) -> None:
    try:
        url = parse_workshop_url(text)
    except SettingsError:
        return
    assert url.startswith(("http://", "https://"))
    assert parse_workshop_url(url) == url


# ---- paths


def test_where_state_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user(monkeypatch, 1000)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", "/x")
    assert Settings().state_dir == Path("/x/ordis")
    for useless in ("", "relative"):
        monkeypatch.setenv("XDG_STATE_HOME", useless)
        assert Settings().state_dir == tmp_path / ".local/state/ordis"
    user(monkeypatch, 0)
    assert Settings().state_dir == Path("/var/lib/ordis")


def test_training_has_folders_of_its_own() -> None:
    found = Settings(state_dir=Path("/s"))
    assert found.folder(Mode.REAL) == Path("/s")
    assert found.keys(Mode.REAL) == Path("/s/keys")
    assert found.spool(Mode.TRAINING) == Path("/s/training/spool")
    assert found.journal(Mode.TRAINING) == Path("/s/training/journal")


def test_folders_are_made_for_their_owner_only(tmp_path: Path) -> None:
    found = Settings(state_dir=tmp_path / "a/state")
    for _ in range(2):
        folder = found.make_folder(Mode.TRAINING)
        assert folder == tmp_path / "a/state/training"
        assert [each.stat().st_mode & 0o777 for each in (folder, folder.parent)] == [0o700, 0o700]


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"file/state") as caught:
        Settings(state_dir=tmp_path / "file/state").make_folder(Mode.REAL)
    assert "state_dir" in str(caught.value.hint)


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands for /tmp."""
    monkeypatch.setattr(settings, "SHARED", tmp_path)
    return tmp_path / f"ordis-{os.geteuid()}"


def test_sockets(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root's real service has its place in /run; every other is told apart by its folder, however deep that is."""
    one, two, deep = (Settings(state_dir=Path(path)) for path in ("/s", "/t", "/" + "d/" * 200))
    user(monkeypatch, 0)
    assert one.socket(Mode.REAL) == Path("/run/ordis/service.sock")
    user(monkeypatch, os.getuid())
    sockets = [each.socket(Mode.TRAINING) for each in (one, two, deep)]
    assert len({*sockets}) == 3
    assert {path.parent for path in sockets} == {shared}
    assert one.socket(Mode.TRAINING) == sockets[0]
    assert shared.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("obstacle", ["file", "link", "open", "foreign"])
def test_a_private_folder_that_is_not_private_is_refused(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, obstacle: str
) -> None:
    if obstacle == "file":
        shared.touch()
    elif obstacle == "link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        shared.symlink_to(tmp_path / "elsewhere")
    elif obstacle == "open":
        shared.mkdir()
        shared.chmod(0o755)
    else:
        user(monkeypatch, os.geteuid() + 1)
        (tmp_path / f"ordis-{os.geteuid()}").mkdir(mode=0o700)
    with pytest.raises(SettingsError, match="folder"):
        Settings(state_dir=Path("/" + "s" * 120)).socket(Mode.TRAINING)
