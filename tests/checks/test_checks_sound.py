"""Loudspeaker and microphone: the tone is found where it is, and nowhere else."""

import math
import random
import re
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from fake_tree import Tree
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.checks import sound
from agent.checks.sound import Heard
from agent.checks.tone import above_noise_db, decibels, power
from agent.host import sound as host
from agent.host.sound import RATE
from agent.inventory.sound import devices
from agent.model.inventory import Inventory, Sound
from agent.model.part_checks import SoundCheck
from agent.model.words import Chassis, Outcome

HERTZ = 1010


def heard(tone: float = 0, noise: float = 100, hum: float = 0, seconds: int = 1, seed: int = 1) -> array:
    """A recording: a tone of this height, noise of this deviation, and the mains' hum."""
    chance = random.Random(seed)
    return array("h", (
        max(-32768, min(32767, round(
            tone * math.sin(math.tau * HERTZ * at / RATE + 1) + hum * math.sin(math.tau * 50 * at / RATE)
            + chance.gauss(0, noise)
        ))) for at in range(RATE * seconds)
    ))  # fmt: skip


# ---- the algorithm


def test_the_power_of_a_pure_tone() -> None:
    """Through Hann's window a tone of height A has the power (A / 4)²."""
    samples = [100 * math.sin(math.tau * HERTZ * at / RATE) for at in range(RATE)]
    assert power(samples, RATE, HERTZ) == pytest.approx(25**2, rel=0.01)
    assert power(samples, RATE, HERTZ + 45) < 1e-3


def test_a_tone_stands_above_the_noise_by_what_theory_says() -> None:
    """Noise of deviation s has in each place the power s² * 3/8 / N; a tone of height A has (A / 4)²."""
    expected = 10 * math.log10((300 / 4) ** 2 / (100**2 * 3 / 8 / RATE))
    assert above_noise_db(heard(tone=300), RATE, HERTZ) == pytest.approx(expected, abs=4)


def test_neither_noise_nor_hum_is_a_tone() -> None:
    for seed in range(5):
        assert above_noise_db(heard(hum=8000, seed=seed), RATE, HERTZ) < 10
    assert above_noise_db([0] * RATE, RATE, HERTZ) == 0
    assert above_noise_db([7] * RATE, RATE, HERTZ) < 6


@given(st.lists(st.integers(-32768, 32767), max_size=300))
@settings(max_examples=50)
def test_any_recording_has_a_level(samples: list[int]) -> None:
    assert -120 <= above_noise_db(samples, RATE, HERTZ) <= 120


def test_decibels_are_bounded() -> None:
    assert decibels(100, 1) == 20
    assert (decibels(1, 0), decibels(0, 0)) == (90, 0)


# ---- the verdict


@pytest.mark.parametrize(
    ("level", "portable", "outcome"),
    [
        (15, True, Outcome.PASSED), (14.9, True, Outcome.DEGRADED), (6, True, Outcome.DEGRADED),
        (5.9, True, Outcome.FAILED), (15, False, Outcome.PASSED), (14.9, False, Outcome.DEGRADED),
        (5.9, False, Outcome.SKIPPED), (-120, True, Outcome.FAILED),
    ],
)  # fmt: skip
def test_both_sides_of_each_threshold(level: float, portable: bool, outcome: Outcome) -> None:
    for found in (Heard(level, 120), Heard(120, level)):
        assert sound.judge(found, SoundCheck(heard_db=15, faint_db=6), portable)[0] is outcome


def test_no_recording_is_an_error() -> None:
    assert sound.judge(Heard(), SoundCheck(), portable=True)[0] is Outcome.ERROR


def test_the_best_microphone_counts() -> None:
    silence, tone = [heard(seed=1), heard(seed=2), array("h")], [heard(seed=3), heard(tone=500, seed=4), array("h")]
    found = sound.measure(silence, tone)
    assert found.decibels is not None
    assert found.decibels > 15
    assert sound.measure([array("h")], [heard(tone=500)]) == Heard()
    assert sound.measure([], []) == Heard()


def test_a_tone_that_was_there_before_is_not_ours() -> None:
    found = sound.measure([heard(tone=500, seed=1)], [heard(tone=500, seed=2)])
    assert found.above_noise_db is not None
    assert found.above_noise_db > 15
    assert sound.judge(found, SoundCheck(), portable=True)[0] is Outcome.FAILED


def test_a_dead_microphone_is_called_so() -> None:
    found = sound.measure([array("h", [3] * RATE)], [array("h", [3] * RATE)])
    assert found.dead
    outcome, reason = sound.judge(found, SoundCheck(), portable=True)
    assert outcome is Outcome.FAILED
    assert "not even noise" in str(reason)


# ---- the check

CARDS = """ 0 [HDMI           ]: HDA-Intel - HDA Intel HDMI
                      HDA Intel HDMI at 0xf7e10000 irq 48
 1 [PCH            ]: HDA-Intel - HDA Intel PCH
"""
PCM = """00-03: HDMI 0 : HDMI 0 : playback 1
01-00: ALC269VC Analog : ALC269VC Analog : playback 1 : capture 1
01-06: DMIC : DMIC : capture 1
"""


@pytest.fixture
def laptop(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> Tree:
    tree.file("/proc/asound/cards", CARDS)
    tree.file("/proc/asound/pcm", PCM)

    def turned_up(card: int, percent: int) -> "pytest.MonkeyPatch.context":
        assert (card, percent) == (1, 70)
        return pytest.MonkeyPatch.context()

    monkeypatch.setattr(host, "turned_up", turned_up)
    return tree


def room(answers: Callable[[str | None], list[array]]) -> Callable[..., list[array]]:
    def listen(microphones: Sequence[str], seconds: int, speaker: str | None = None, hertz: int = 0) -> list[array]:
        assert list(microphones) == ["hw:1,0", "hw:1,6"]
        assert seconds == 3
        assert hertz in (0, HERTZ)
        return answers(speaker)

    return listen


def test_a_laptop_that_hears_itself(part_bench, laptop: Tree) -> None:
    listen = room(lambda speaker: [heard(seed=1), heard(tone=400 if speaker == "hw:1,0" else 0, seed=2)])
    result = sound.check(part_bench(), listen, lambda _: [])
    assert result.outcome is Outcome.PASSED
    assert [(one.name, one.threshold) for one in result.figures] == [
        ("tone_above_noise_db", 15), ("tone_above_silence_db", 15)
    ]  # fmt: skip
    assert len(result.model_dump_json()) < 1000


@pytest.mark.parametrize(
    ("chassis", "outcome"), [(Chassis.NOTEBOOK, Outcome.FAILED), (Chassis.DESKTOP, Outcome.SKIPPED)]
)
def test_nothing_was_heard(part_bench, laptop: Tree, chassis: Chassis, outcome: Outcome) -> None:
    listen = room(lambda _: [heard(seed=1), heard(seed=2)])
    assert sound.check(part_bench(chassis=chassis), listen, lambda _: []).outcome is outcome


def test_headphones_are_said(part_bench, laptop: Tree) -> None:
    result = sound.check(part_bench(), room(lambda _: []), lambda card: ["Headphone Jack"] if card == 1 else [])
    assert result.outcome is Outcome.SKIPPED
    assert "Unplug" in str(result.reason)


def test_a_card_that_is_busy(part_bench, laptop: Tree) -> None:
    def busy(speaker: str | None) -> list[array]:
        if speaker:
            raise host.CannotPlay("Device or resource busy")
        return [heard()]

    result = sound.check(part_bench(), room(busy), lambda _: [])
    assert result.outcome is Outcome.ERROR
    assert "Device or resource busy" in str(result.reason)


@pytest.mark.parametrize(
    ("chassis", "outcome"), [(Chassis.ALL_IN_ONE, Outcome.FAILED), (Chassis.DESKTOP, Outcome.SKIPPED)]
)
def test_only_a_screens_sound(part_bench, tree: Tree, chassis: Chassis, outcome: Outcome) -> None:
    tree.file("/proc/asound/cards", CARDS)
    tree.file("/proc/asound/pcm", "00-03: HDMI 0 : HDMI 0 : playback 1\n01-06: DMIC : DMIC : capture 1")
    result = sound.check(part_bench(chassis=chassis))
    assert result.outcome is outcome
    assert "No loudspeaker" in str(result.reason)


def test_devices(tree: Tree) -> None:
    tree.file("/proc/asound/cards", CARDS + " 2 [Loopback       ]: Loopback - Loopback\n")
    tree.file("/proc/asound/pcm", PCM + "02-00: Loopback : Loopback : playback 8 : capture 8\n")
    assert devices(tree) == (["hw:1,0"], ["hw:1,0", "hw:1,6"])
    assert devices(Tree(tree.root / "nothing")) == ([], [])


def test_which_machines() -> None:
    assert not sound.applies(Inventory())
    assert sound.missed(Inventory())
    assert sound.applies(Inventory(sound=[Sound(name="x", capture=True)]))


# ---- alsa-utils

SCRIPT = """#!/bin/sh
echo "$(basename $0) $*" >> {log}
case "$(basename $0) $*" in
    *scontrols) for name in Master Capture x; do echo "Simple mixer control '$name',0"; done;;
    *contents) cat {contents};;
    "arecord "*"hw:0,7"*) exit 1;;
    "arecord "*) head -c 32000 /dev/zero;;
    aplay*) {play};;
esac
"""
CONTENTS = """numid=23,iface=CARD,name='Headphone Jack'
  ; type=BOOLEAN,access=r-------,values=1
  : values=on
numid=24,iface=CARD,name='Mic Jack'
  ; type=BOOLEAN,access=r-------,values=1
  : values=off
numid=25,iface=CARD,name='Speaker Phantom Jack'
  ; type=BOOLEAN,access=r-------,values=1
  : values=on
numid=1,iface=MIXER,name='Master Playback Volume'
  ; type=INTEGER,access=rw---R--,values=2,min=0,max=87,step=0
  : values=60,60
  | dBscale-min=-65.25dB,step=0.75dB,mute=0
"""


@pytest.fixture
def alsa(stand_in, tmp_path: Path) -> Callable[..., Path]:
    """Stand-ins for all of alsa-utils; gives the file in which their arguments stand."""

    def make(play: str = ":") -> Path:
        (tmp_path / "contents").write_text(CONTENTS)
        program = stand_in("")
        for name in ("aplay", "arecord", "amixer", "alsactl"):
            file = program.with_name(name)
            file.write_text(SCRIPT.format(log=tmp_path / "log", contents=tmp_path / "contents", play=play))
            file.chmod(0o755)
        return tmp_path / "log"

    return make


@pytest.mark.runs_programs
def test_volumes_are_put_back_whatever_happens(alsa) -> None:
    log = alsa()
    with pytest.raises(KeyError), host.turned_up(2, 70):
        raise KeyError
    assert re.sub(r"/\S+/mixer", "FILE", log.read_text()).splitlines() == [
        "alsactl --file FILE store 2",
        "amixer --card 2 scontrols",
        "amixer --quiet --card 2 sset Master 70% unmute",
        "amixer --quiet --card 2 sset Capture 70% cap",
        "alsactl --file FILE restore 2",
    ]


@pytest.mark.runs_programs
def test_what_is_plugged(alsa) -> None:
    alsa()
    assert host.plugged(0) == ["Headphone Jack"]


@pytest.mark.runs_programs
def test_listening(alsa) -> None:
    log = alsa()
    first, second = host.listen(["hw:0,0", "hw:0,7"], 3, "hw:0,0", HERTZ)
    assert (len(first), len(second)) == (16_000, 0)
    said = log.read_text()
    assert "arecord --quiet --device plughw:0,0 --file-type raw --format S16_LE --rate 16000 --channels 1" in said
    assert "aplay --quiet --device plughw:0,0 /" in said


@pytest.mark.runs_programs
def test_what_does_not_play(alsa) -> None:
    alsa(play="echo 'audio open error: Device or resource busy' >&2; exit 1")
    with pytest.raises(host.CannotPlay, match="busy"):
        host.listen(["hw:0,0"], 1, "hw:0,0", HERTZ)


def test_without_alsa_utils_nothing_is_known_to_be_plugged(no_stress_ng) -> None:
    assert host.plugged(0) == []
