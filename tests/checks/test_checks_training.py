"""Training leaves camera, loudspeaker, microphone and radios of the trainee's own computer alone, yet shows checks."""

import itertools

import pytest
from fake_tree import PCI, Tree

from agent.checks import bluetooth, camera, sound, wifi
from agent.host.source import Live
from agent.manual import __main__ as child
from agent.manual.felt import Order
from agent.model.manual import Aid, FrameView, LevelView, ToneView
from agent.model.words import Mode, Outcome
from agent.settings import Settings
from agent.training import aids, checks
from agent.workplace import workplace


def forbidden(*_: object, **__: object) -> None:
    raise AssertionError("a device of the trainee's computer")


@pytest.fixture
def laptop(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> Tree:
    """It has everything, with radios that are switched off; and whoever runs a program for it, or opens a socket to a
    radio, is caught."""
    tree.file("/sys/class/video4linux/video0/index", 0)
    tree.file("/sys/class/video4linux/video0/name", "Eye: Eye")
    tree.links("/sys/class/video4linux/video0/device", tree.usb("1-5", "0e01", "uvcvideo"))
    tree.file("/proc/asound/cards", " 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n      HDA Intel PCH at 0xf0")
    tree.file("/proc/asound/pcm", "00-00: ALC269VB Analog : ALC269VB Analog : playback 1 : capture 1")
    tree.pci("0000:03:00.0", "0x028000", "8086:095a", "iwlwifi")
    tree.file("/sys/class/net/wlan0/type", 1)
    tree.folder("/sys/class/net/wlan0/wireless/x")
    tree.links("/sys/class/net/wlan0/device", f"{PCI}/0000:03:00.0")
    tree.folder("/sys/class/bluetooth/hci0")
    tree.links("/sys/class/bluetooth/hci0/device", tree.usb("1-7", "e00101", "btusb"))
    for number, kind in enumerate(("wlan", "bluetooth")):
        for name, value in {"type": kind, "hard": 0, "soft": 1}.items():
            tree.file(f"/sys/class/rfkill/rfkill{number}/{name}", value)
    monkeypatch.setattr(tree, "tool", forbidden)
    for gate in ("agent.host.run.find", "agent.host.bluetooth.socket.socket"):
        monkeypatch.setattr(gate, forbidden)
    return tree


def test_every_device_is_played_and_passes(part_bench, laptop: Tree) -> None:
    for module, subject in ((camera, "Eye"), (sound, None), (wifi, "wlan0"), (bluetooth, "hci0")):
        result = checks.PLAYED[module.ID](part_bench(subject))
        assert (result.id, result.outcome) == (module.ID, Outcome.PASSED), result.reason


def test_the_real_ones_are_caught_here(part_bench, laptop: Tree) -> None:
    for module, subject in ((camera, "Eye"), (sound, None), (wifi, "wlan0"), (bluetooth, "hci0")):
        with pytest.raises(AssertionError, match="trainee"):
            module.check(part_bench(subject))


@pytest.mark.parametrize(("aid", "do"), [(Aid.TONE, "left"), (Aid.LEVEL, "start"), (Aid.FRAME, "start")])
def test_aids_play_too(aid: Aid, do: str, laptop: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count(0.0, 0.5)
    monkeypatch.setattr("agent.training.aids.time.monotonic", lambda: next(clock))
    made = aids.PLAYED[aid](Live(), Order(aid=aid, do=do, before=ToneView(played=["right"]) if do == "left" else None))
    views = []
    with made as playing:
        while not playing.ended():
            views.append(playing.view())
            assert not playing.watched()
        views.append(playing.view())
    match views[-1]:
        case ToneView():
            assert views[0].playing == "left"
            assert views[-1].played == ["left", "right"]
        case LevelView():
            assert views[-1].highest_percent - views[-1].lowest_percent > 20
        case FrameView():
            assert len({tuple(view.greys) for view in views}) > 3
    assert len(views) < 100


def test_what_hands_do_is_felt_as_it_is() -> None:
    assert {aid for aid in Aid if aids.PLAYED.get(aid) is not child.AIDS.get(aid)} == {Aid.TONE, Aid.LEVEL, Aid.FRAME}


def test_only_training_plays() -> None:
    training, real = workplace(Mode.TRAINING, Settings()), workplace(Mode.REAL, Settings())
    assert (training.checks, training.aids) == (checks.__name__, aids.__name__)
    assert (real.checks, real.aids) == ("agent.checks", "agent.manual")
