"""Settings on a stick that is plugged in when the service runs already."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agent import late
from agent.settings import Settings

OURS = 'asset_tag_pattern = "N-[0-9]+"\n'


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the settings of a stick will be; there are none yet, but others further down."""
    monkeypatch.delenv("ORDIS_CONFIG")
    (tmp_path / "system.toml").write_text('language = "en"\n')
    monkeypatch.setattr("agent.settings.PLACES", (tmp_path / "stick/ordis.toml", tmp_path / "system.toml"))
    monkeypatch.setattr(late, "LOOK_SECONDS", 0.0)
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick/ordis.toml"


def plug_in(stick: Path, text: str = OURS) -> None:
    stick.write_text(text)


def pull(stick: Path) -> None:
    stick.unlink()


class Watch:
    def __init__(self) -> None:
        self.used: list[Settings] = []
        self.busy = False
        self.asked = 0

    def is_busy(self) -> bool:
        self.asked += 1
        return self.busy

    async def until(self, done: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while True:
                await asyncio.sleep(0)
                if done():
                    return

    @asynccontextmanager
    async def watching(self, config: Path | None = None) -> "AsyncIterator[Watch]":
        looking = asyncio.ensure_future(late.settings(config, self.is_busy, self.used.append))
        await asyncio.sleep(0)
        yield self
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


async def test_they_are_used_once(stick: Path) -> None:
    async with Watch().watching() as watch:
        plug_in(stick)
        await watch.until(lambda: bool(watch.used))
        pull(stick)  # pulled: what it said still counts
        await asyncio.sleep(0.01)
    assert [each.asset_tag_pattern for each in watch.used] == ["N-[0-9]+"]


async def test_those_that_were_there_from_the_start_are_no_news(stick: Path) -> None:
    plug_in(stick)
    watch = Watch()
    await late.settings(None, watch.is_busy, watch.used.append)
    assert (watch.used, watch.asked) == ([], 0)


async def test_an_intake_that_runs_keeps_its_own(stick: Path) -> None:
    watch = Watch()
    watch.busy = True
    async with watch.watching():
        plug_in(stick)
        await watch.until(lambda: watch.asked > 3)
        assert watch.used == []
        watch.busy = False
        await watch.until(lambda: bool(watch.used))
    assert watch.used[0].asset_tag_pattern == "N-[0-9]+"


async def test_what_makes_no_sense_is_told_and_not_used(stick: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with Watch().watching() as watch:
        plug_in(stick, "asset_tag_pattern = [")
        await watch.until(lambda: "not used" in caplog.text)
        assert watch.used == []


async def test_where_a_file_was_named_no_other_counts(
    stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0
    where = late.settings_file.where

    def counted(config: Path | None) -> Path | None:
        nonlocal looks
        looks += 1
        return where(config)

    monkeypatch.setattr(late.settings_file, "where", counted)
    async with Watch().watching(tmp_path / "system.toml") as watch:
        plug_in(stick)
        await watch.until(lambda: looks > 5)
    assert watch.used == []
