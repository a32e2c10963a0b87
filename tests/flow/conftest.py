"""What holds for every test of the flow."""

from pathlib import Path

import pytest

from agent.unsaved import Unsaved


@pytest.fixture(autouse=True)
def copies_stay_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports that could not be saved leave no copy behind on this computer."""
    monkeypatch.setattr(Unsaved, "_copies", tmp_path / "copies")
