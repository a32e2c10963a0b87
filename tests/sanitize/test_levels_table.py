"""Which way reaches which level: purge only what the standards tie to it, and never a key alone."""

import pytest

from agent.model.words import Level, Method, Technique
from agent.sanitize.levels import LEVELS, crypto_only, reaches

SANITIZE = {Technique.ATA_SANITIZE, Technique.NVME_SANITIZE, Technique.SCSI_SANITIZE}


@pytest.mark.parametrize("way", LEVELS, ids=lambda way: f"{way[0]}-{way[1]}")
def test_purge_is_for_the_sanitize_commands_alone(way: tuple[Technique, Method | None]) -> None:
    purges = way[0] in SANITIZE
    assert reaches(*way) is (Level.PURGE if purges else Level.CLEAR)


def test_keys_are_told_apart_and_every_technique_has_a_way() -> None:
    assert {technique for technique, _ in LEVELS} == set(Technique)
    assert {way[0] for way in LEVELS if crypto_only(*way)} == {*SANITIZE, Technique.NVME_FORMAT, Technique.OPAL_REVERT}
    assert not crypto_only(Technique.OVERWRITE)


@pytest.mark.parametrize(
    "way", [(Technique.OVERWRITE, Method.BLOCK), (Technique.ATA_SANITIZE, None), (Technique.OPAL_REVERT, Method.BLOCK)]
)
def test_what_no_drive_offers_has_no_level(way: tuple[Technique, Method | None]) -> None:
    with pytest.raises(KeyError):
        reaches(*way)
