"""The screens are tried in French, so the catalogues must be compiled and new."""

import pytest
from catalogue_tool import catalogue

from agent.report.wording import translator


@pytest.fixture(autouse=True, scope="session")
def compiled_catalogues() -> None:
    for language in catalogue.LANGUAGES:
        source = catalogue.po_file(language)
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            catalogue.compile_all()
            translator.cache_clear()


@pytest.fixture(autouse=True)
def nobody_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a test may take more than the minute after which the screen seen from afar lies over all."""
    monkeypatch.setattr("agent.tui.away.SECONDS", 3600.0)
