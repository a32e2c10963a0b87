"""Sound cards, from ALSA's own list (/proc/asound: Documentation/sound/designs/procfile.rst of the kernel).

A card that only feeds a screen plays through HDMI or DisplayPort: its codec says so, and it records nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.host.source import Source
from agent.inventory.called import driver
from agent.inventory.values import real
from agent.model.inventory import Sound

_FOLDER = "/proc/asound"
_CARD = re.compile(r" ?(\d{1,3}) \[.{0,40}\]: (.{0,80}?) - (.*)")
_MADE_UP = {"loopback", "dummy", "virmidi", "pcsp"}
"""Drivers of cards without hardware, and of the beeper."""
_STREAM = re.compile(r"0*(\d{1,3})-(\d{1,3}): (.*)")
_SCREEN = re.compile(r"HDMI|DisplayPort", re.IGNORECASE)
_CODEC_BYTES = 256
"""The name stands in the first line of a file that goes on for pages."""
_MOST = 32
"""ALSA numbers no more cards (CONFIG_SND_MAX_CARDS)."""


@dataclass(frozen=True)
class Card:
    number: int
    driver: str
    name: str


@dataclass
class Streams:
    playback: bool = False
    capture: bool = False


def read(source: Source) -> list[Sound]:
    text = source.text(f"{_FOLDER}/pcm")
    streams = parse_streams(text or "")
    found = []
    for card in parse_cards(source.text(f"{_FOLDER}/cards") or ""):
        able = streams.get(card.number)
        if card.driver.lower() in _MADE_UP or (text and able is None):
            continue  # a card that neither plays nor records: music keyboards, and a volume knob of some laptops
        found.append(
            Sound(
                name=card.name,
                driver=driver(source, f"/sys/class/sound/card{card.number}/device"),
                codec=_codec(source, card.number),
                playback=able.playback if able else None,
                capture=able.capture if able else None,
            )
        )
    return found


def parse_cards(text: str) -> list[Card]:
    """The cards of /proc/asound/cards; its second line of each only tells addresses. Never raises."""
    found: dict[int, Card] = {}
    for line in text.splitlines():
        parts = _CARD.match(line)
        if parts and (name := real(parts[3])) and len(found) < _MOST:
            number = int(parts[1])
            found.setdefault(number, Card(number, parts[2], name))
    return list(found.values())


def parse_streams(text: str) -> dict[int, Streams]:
    """What each card can do, from /proc/asound/pcm ("00-00: ALC269 : ALC269 : playback 1"). Never raises."""
    found: dict[int, Streams] = {}
    for line in text.splitlines():
        if (parts := _STREAM.match(line)) is None:
            continue
        able = found.setdefault(int(parts[1]), Streams())
        words = [part.strip() for part in parts[3].split(" : ")]
        able.playback |= any(re.fullmatch(r"playback \d+", word, re.ASCII) for word in words)
        able.capture |= any(re.fullmatch(r"capture \d+", word, re.ASCII) for word in words)
    return found


def devices(source: Source) -> tuple[list[str], list[str]]:
    """Where sound goes out and comes in, as ALSA calls it ("hw:0,6"), without the screens' and without what is made
    up: (loudspeakers, microphones)."""
    real_cards = {
        card.number
        for card in parse_cards(source.text(f"{_FOLDER}/cards") or "")
        if card.driver.lower() not in _MADE_UP
    }
    speakers, microphones = [], []
    for line in (source.text(f"{_FOLDER}/pcm") or "").splitlines():
        if (parts := _STREAM.match(line)) is None or int(parts[1]) not in real_cards:
            continue
        place = f"hw:{int(parts[1])},{int(parts[2])}"
        able = parse_streams(line)[int(parts[1])]
        if able.playback and not _SCREEN.search(line) and place not in speakers:
            speakers.append(place)
        if able.capture and place not in microphones:
            microphones.append(place)
    return speakers, microphones


def _codec(source: Source, number: int) -> str | None:
    """The first codec that has sockets of its own; the one of the screens where there is no other."""
    names = list(_codecs(source, f"{_FOLDER}/card{number}"))
    plain = [name for name in names if not _SCREEN.search(name)]
    return next(iter(plain or names), None)


def _codecs(source: Source, folder: str) -> Iterator[str]:
    for entry in source.names(folder):
        if re.fullmatch(r"codec#\d+", entry):
            head = (source.raw(f"{folder}/{entry}", _CODEC_BYTES) or b"").decode("utf-8", "replace")
            found = re.match(r"Codec: (.+)", head)
            if found and (name := real(found[1])) and not re.search(r"modem|si3054", name, re.IGNORECASE):
                yield name
