"""The service learns in the background which profiles the workshop serves, and tells the faces."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from bench_place import place

from agent import errands as errands_module
from agent.errands import Errands
from agent.model.message import Message, say
from agent.model.messages import ProfilesEvent
from agent.model.words import Mode
from agent.settings import Workshop


@pytest.fixture
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[ProfilesEvent]]:
    monkeypatch.setattr(errands_module, "PROFILE_SECONDS", 0.0)

    async def follow(answers: list[list[Message] | None]) -> list[ProfilesEvent]:
        left, used = list(answers), asyncio.Event()
        events: list[object] = []
        loop = asyncio.get_running_loop()

        class Played:
            def __init__(self, *_: object) -> None: ...

            def refresh(self) -> list[Message] | None:
                if left:
                    return left.pop(0)
                loop.call_soon_threadsafe(used.set)
                return None

        monkeypatch.setattr(errands_module, "Served", Played)
        errands = Errands(place(tmp_path, workshop=Workshop(url="https://w.test")), lambda: False, events.append)
        asking = asyncio.ensure_future(errands.learn_profiles())
        await asyncio.wait_for(used.wait(), 60)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        return [event for event in events if isinstance(event, ProfilesEvent)]

    def hear(*answers: list[Message] | None) -> list[ProfilesEvent]:
        return asyncio.run(follow(list(answers)))

    return hear


def test_it_is_told_once_and_again_when_it_changes(heard: Callable[..., list[ProfilesEvent]]) -> None:
    remark = say("The workshop's profile {name} is not used.", name="ours")
    told = heard([], [], None, [remark], [remark], None, [])
    assert [event.remarks for event in told] == [[], [remark], []]
    assert {event.mode for event in told} == {Mode.TRAINING}


def test_an_unreachable_workshop_is_no_news(heard: Callable[..., list[ProfilesEvent]]) -> None:
    assert heard(None, None, None) == []


def test_without_a_workshop_nobody_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errands_module, "Served", None)
    asyncio.run(Errands(place(tmp_path), lambda: False, print).learn_profiles())
