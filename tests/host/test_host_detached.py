"""A program that outlives us does not inherit what only the screen is given."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from agent.host import detached


@pytest.mark.parametrize(("ours", "given"), [(-10, [0]), (0, []), (19, [])])
def test_only_the_screens_own_priority_is_taken_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ours: int, given: list[int]
) -> None:
    asked: list[int] = []
    started: Callable[..., object] = lambda *_, **__: SimpleNamespace(pid=4711)  # noqa: E731
    monkeypatch.setattr(subprocess, "Popen", started)
    monkeypatch.setattr(detached.os, "getpriority", lambda *_: ours)
    monkeypatch.setattr(
        detached.os, "setpriority", lambda _kind, pid, nice: asked.append(nice) if pid == 4711 else None
    )
    detached.start_module("agent.service", log_file=tmp_path / "service.log")
    assert asked == given
