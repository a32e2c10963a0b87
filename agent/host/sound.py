"""A tone played through the loudspeaker, and what the microphones hear, by alsa-utils. Recordings stay in memory, and
the volumes are put back as they were."""

import contextlib
import math
import re
import tempfile
import wave
from array import array
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from agent.host.run import ToolMissing, ToolTimeout, run, run_in_memory

RATE = 16_000
"""Samples a second."""
_SECONDS = 10
_LOUDNESS = 0.5
"""Of the largest sample: loud enough, and far from where small loudspeakers rattle."""
_SPEAKERS = ("Master", "Speaker", "PCM", "Front", "Bass Speaker", "Speaker+LO", "Master Mono", "Line Out")
_MICROPHONES = ("Capture", "Internal Mic", "Dmic0", "Digital")
_CONTROL = re.compile(r"^Simple mixer control '([^']{1,60})',0$", re.MULTILINE)
_JACK = re.compile(r"name='([^']{1,60} Jack)'\n(?:  [;|].*\n)*  : values=(on|off)$", re.MULTILINE)


@contextlib.contextmanager
def turned_up(card: int, percent: int) -> Iterator[None]:
    """Loudspeakers and microphones on and at this volume while this lasts. Raises ToolMissing, ToolTimeout, OSError."""
    with tempfile.TemporaryDirectory(prefix="ordis-sound-") as folder:
        kept = str(Path(folder, "mixer"))
        saved = run(["alsactl", "--file", kept, "store", str(card)], timeout=_SECONDS).code == 0
        try:
            there = _CONTROL.findall(run(["amixer", "--card", str(card), "scontrols"], timeout=_SECONDS).out)
            for name in there:
                if name in _SPEAKERS:
                    _set(card, name, percent, "unmute")
                elif name in _MICROPHONES:
                    _set(card, name, percent, "cap")
            yield
        finally:
            if saved:
                with contextlib.suppress(ToolMissing, ToolTimeout, OSError):
                    run(["alsactl", "--file", kept, "restore", str(card)], timeout=_SECONDS)


def plugged(card: int) -> list[str]:
    """The sockets of a card in which something is plugged: "Headphone Jack", "Mic Jack". Never raises."""
    with contextlib.suppress(ToolMissing, ToolTimeout, OSError):
        told = run(["amixer", "--card", str(card), "contents"], timeout=_SECONDS).out
        return [name for name, state in _JACK.findall(told) if state == "on" and "Phantom" not in name]
    return []


def listen(microphones: Sequence[str], seconds: int, speaker: str | None = None, hertz: int = 0) -> list[Sequence[int]]:
    """What each microphone (`hw:0,0`) hears for so long, in the order given: 16-bit samples at RATE; empty where it
    cannot be used. With a speaker a tone is played meanwhile. Raises ToolMissing, CannotPlay, OSError."""
    with tempfile.TemporaryDirectory(prefix="ordis-sound-") as folder:
        tone = Path(folder, "tone.wav")
        with ThreadPoolExecutor(len(microphones) + 1) as at_once:
            if speaker is not None:
                _write_tone(tone, hertz, seconds + 1)
                playing = at_once.submit(_play, speaker, tone, seconds)
            hearing = [at_once.submit(_record, each, seconds) for each in microphones]
            if speaker is not None:
                playing.result()
            return [each.result() for each in hearing]


def play(speaker: str, hertz: int, seconds: int, side: str) -> None:
    """A tone on one side only, `left` or `right`, to its end. Raises ToolMissing, CannotPlay, OSError."""
    with tempfile.TemporaryDirectory(prefix="ordis-sound-") as folder:
        tone = Path(folder, "tone.wav")
        _write_tone(tone, hertz, seconds, left=side == "left", right=side == "right")
        _play(speaker, tone, seconds)


def card(device: str) -> int:
    """The number of the card of a device ("hw:1,0")."""
    return int(device.removeprefix("hw:").split(",")[0])


class CannotPlay(Exception):
    """The loudspeaker's card does not play. The text says why, in the words of the program."""


def _set(card: int, name: str, percent: int, how: str) -> None:
    run(["amixer", "--quiet", "--card", str(card), "sset", name, f"{percent}%", how], timeout=_SECONDS)


def _play(speaker: str, tone: Path, seconds: int) -> None:
    try:
        ran = run(["aplay", "--quiet", "--device", f"plug{speaker}", str(tone)], timeout=seconds + _SECONDS)
    except ToolTimeout as hung:
        raise CannotPlay("it does not end") from hung
    if ran.code != 0:
        raise CannotPlay((ran.err.strip().splitlines() or ["-"])[-1])


def _record(microphone: str, seconds: int) -> Sequence[int]:
    samples = array("h")
    how = ["--file-type", "raw", "--format", "S16_LE", "--rate", str(RATE), "--channels", "1"]
    try:
        ran, data = run_in_memory(
            ["arecord", "--quiet", "--device", f"plug{microphone}", *how, "--duration", str(seconds)],
            timeout=seconds + _SECONDS,
        )
    except ToolTimeout:
        return samples
    if ran.code == 0:
        samples.frombytes(data[: len(data) // 2 * 2])
    return samples


def _write_tone(path: Path, hertz: int, seconds: int, *, left: bool = True, right: bool = True) -> None:
    top = _LOUDNESS * 32767
    samples = array("h")
    for at in range(RATE * seconds):
        sample = round(top * math.sin(math.tau * hertz * at / RATE))
        samples.extend((sample * left, sample * right))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
