"""What a stick keeps of the profiles that a workshop serves: the last good one, and nothing that a hostile one says."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sample_report as sample

from agent import profile as profiles
from agent import served
from agent.delivery import profiles as asked
from agent.delivery.answers import Answer
from agent.delivery.errors import DeliveryError, Unreachable
from agent.delivery.where import Found
from agent.model.message import say
from agent.model.words import Mode, Origin
from agent.served import Served
from agent.settings import Settings, Workshop
from workshop.profilefile import read_profile
from workshop.store import Store

TOML = 'name = "ours"\ntitle_fr = "À nous"\ntitle_en = "Ours"\n'
NEWER = TOML + "[checks.processor]\nseconds = 7\n"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Played:
    """A workshop of which every answer can be chosen."""

    def __init__(self, **files: bytes) -> None:
        self.files = files
        self.answers: dict[str, Answer | Exception] = {}

    def get(self, place: str, _url: str, _ca: Path | None, _timeout: float) -> Answer:
        answer = self.answers.get(place) or self._answer(place)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _answer(self, place: str) -> Answer:
        if place == "profiles":
            return self.listing(*({"name": name, "sha256": digest(data)} for name, data in self.files.items()))
        return Answer(200, "", self.files[place.removeprefix("profiles/")])

    @staticmethod
    def listing(*entries: object) -> Answer:
        return Answer(200, "", json.dumps({"profiles": list(entries)}).encode())


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Played]:
    def start(**files: bytes) -> Played:
        workshop = Played(**files)
        monkeypatch.setattr(asked, "get", workshop.get)
        return workshop

    return start


def stick(tmp_path: Path, **facts: object) -> Settings:
    found = {"state_dir": tmp_path / "state", "workshop": Workshop(url="https://workshop.test"), **facts}
    return Settings(**found)  # type: ignore[arg-type]


def kept(settings: Settings) -> dict[str, str]:
    folder = settings.served_profiles(Mode.REAL)
    return {file.name: file.read_text() for file in folder.glob("*")} if folder.is_dir() else {}


def refresh(settings: Settings) -> list[str] | None:
    said = Served(settings, Mode.REAL).refresh()
    return None if said is None else [str(one) for one in said]


def test_from_a_real_workshop_to_the_list_of_the_stick(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(TOML)
    store = Store(tmp_path / "data")
    store.serve(read_profile(file))
    store.close()
    with sample.workshop(tmp_path / "data") as url:
        settings = stick(tmp_path, workshop=Workshop(url=url))
        assert refresh(settings) == []
    assert kept(settings) == {"ours.toml": TOML}
    chosen = profiles.choose("ours", profiles.folders(settings, Mode.REAL))
    assert (chosen.source.origin, chosen.source.sha256) == (Origin.WORKSHOP, digest(TOML.encode()))
    assert refresh(settings) is None  # it is gone, and what was kept stays
    assert kept(settings) == {"ours.toml": TOML}


def test_a_new_one_takes_the_place_of_the_old_and_one_that_is_gone_goes(
    tmp_path: Path, play: Callable[..., Played]
) -> None:
    workshop, settings = play(ours=TOML.encode()), stick(tmp_path)
    assert refresh(settings) == []
    workshop.files["ours"] = NEWER.encode()
    assert refresh(settings) == []
    assert kept(settings) == {"ours.toml": NEWER}
    workshop.files.clear()
    assert refresh(settings) == []
    assert kept(settings) == {}


BAD = [
    b"a = ", b"\xff\xfe\x00", TOML.replace("ours", "other").encode(),
    (TOML + "[sanitization]\nguard = false\n").encode(),
    (TOML + 'drives = ["/dev/sda"]\n').encode(), b"#" * 70_000, b"",
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_new_one_never_replaces_a_good_old_one(tmp_path: Path, play: Callable[..., Played], bad: bytes) -> None:
    workshop, settings = play(ours=TOML.encode()), stick(tmp_path)
    refresh(settings)
    workshop.files["ours"] = bad
    said = refresh(settings)
    assert said
    assert "the one from before stays" in said[0]
    assert kept(settings) == {"ours.toml": TOML}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_first_one_is_not_kept_and_the_others_are(
    tmp_path: Path, play: Callable[..., Played], bad: bytes
) -> None:
    other = TOML.replace("ours", "theirs")
    settings = stick(tmp_path)
    play(ours=bad, theirs=other.encode())
    said = refresh(settings)
    assert said
    assert said[0] == "The workshop's profile ours is not used."
    assert kept(settings) == {"theirs.toml": other}


def test_other_bytes_than_were_listed_are_not_kept(tmp_path: Path, play: Callable[..., Played]) -> None:
    workshop, settings = play(ours=TOML.encode()), stick(tmp_path)
    workshop.answers["profiles/ours"] = Answer(200, "", NEWER.encode())
    assert refresh(settings) == [
        "The workshop's profile ours is not used.",
        "The workshop sent something else than the profile ours that it had named.",
    ]
    assert kept(settings) == {}


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, "", b"<html>sign in</html>"), Answer(200, "", b"{}"), Answer(200, "", b"[]"), Answer(404, "", b""),
        Answer(302, "http://portal", b""), Answer(500, "", b""), Answer(200, "", b"x" * 70_000),
        Played.listing({"name": "../../etc/x", "sha256": "0" * 64}), Played.listing({"name": "ours"}),
        Played.listing({"name": "ours", "sha256": "0" * 64, "drives": "all"}),
        Played.listing(*({"name": f"p{number}", "sha256": "0" * 64} for number in range(33))),
        Unreachable(say("x")),
    ],
)  # fmt: skip
def test_no_answer_or_nonsense_changes_nothing(
    tmp_path: Path, play: Callable[..., Played], answer: Answer | DeliveryError
) -> None:
    workshop, settings = play(ours=TOML.encode()), stick(tmp_path)
    refresh(settings)
    workshop.answers["profiles"] = answer
    assert refresh(settings) is None
    assert kept(settings) == {"ours.toml": TOML}


@pytest.mark.parametrize("whose", ["shipped", "own"])
def test_a_name_that_the_stick_has_is_not_taken_away(tmp_path: Path, play: Callable[..., Played], whose: str) -> None:
    name = "quick" if whose == "shipped" else "mine"
    own = tmp_path / "own"
    own.mkdir()
    (own / "mine.toml").write_text(TOML.replace("ours", "mine"))
    hostile = TOML.replace("ours", name) + '[sanitization]\nverify = "none"\n'
    play(**{name: hostile.encode()})
    settings = stick(tmp_path, profile_dir=own)
    said = refresh(settings)
    assert said
    assert "not used" in said[0]
    assert kept(settings) == {}
    # And where one lies there all the same, the other counts.
    folder = settings.served_profiles(Mode.REAL)
    (folder / f"{name}.toml").write_text(hostile)
    chosen = profiles.choose(name, profiles.folders(settings, Mode.REAL))
    assert chosen.source.origin is not Origin.WORKSHOP
    listed = [one for one in profiles.available(profiles.folders(settings, Mode.REAL)) if one.name == name]
    assert [one.profile is not None for one in listed] == [True, False]


@pytest.mark.parametrize(("found", "is_asked"), [("http://10.0.0.5", False), ("https://atelier.local", True)])
def test_whoever_answers_in_the_network_says_nothing_of_grades(
    tmp_path: Path, play: Callable[..., Played], monkeypatch: pytest.MonkeyPatch, found: str, is_asked: bool
) -> None:
    play(ours=TOML.encode())
    monkeypatch.setattr(served, "find_workshop", lambda _: Found(found))
    refresh(stick(tmp_path, workshop=Workshop(discover="http")))
    assert bool(kept(stick(tmp_path))) is is_asked


def test_where_nothing_can_be_written_nothing_breaks(tmp_path: Path, play: Callable[..., Played]) -> None:
    play(ours=TOML.encode())
    (tmp_path / "state").write_text("no folder")
    assert refresh(stick(tmp_path)) is None
