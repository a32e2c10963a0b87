"""Waiting for a unit of systemd: whatever happens, whoever waits goes on."""

import logging
from pathlib import Path

import pytest

from agent.host.units import wait_for_start


@pytest.mark.runs_programs
@pytest.mark.parametrize(
    ("ends", "told"), [("exit 0", ""), ("exit 5", "did not start"), ("sleep 9", "was not waited for")]
)
def test_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, ends: str, told: str
) -> None:
    tool = tmp_path / "systemctl"
    tool.write_text(f'#!/bin/sh\necho "$@" >{tmp_path}/asked\n{ends}\n')
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with caplog.at_level(logging.WARNING):
        wait_for_start("ordis-stick.service", seconds=0.3)
    assert (tmp_path / "asked").read_text() == "start ordis-stick.service\n"
    assert told in caplog.text if told else not caplog.text


def test_without_systemd(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr("agent.host.run.SYSTEM_PATH", "")
    monkeypatch.setenv("PATH", str(tmp_path))
    wait_for_start("ordis-stick.service", seconds=0.3)
    assert "was not waited for" in caplog.text
