"""A real workshop on this computer's loopback, which the computers reach as 10.0.2.2."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Workshop:
    data: Path
    port: int

    @property
    def url(self) -> str:
        """As a computer sees it."""
        return f"http://10.0.2.2:{self.port}"

    def enrol(self, key: str) -> None:
        self._command("enrol", key)

    def _command(self, *words: str) -> str:
        command = [sys.executable, "-m", "workshop", *words, "--data", str(self.data)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=dict(os.environ))
        return done.stdout

    def reports(self) -> dict[str, dict[str, Any]]:
        """Every report that has arrived, by its asset tag and in the order of arrival."""
        with closing(sqlite3.connect(f"file:{self.data}/workshop.sqlite?mode=ro", uri=True)) as store:
            rows = store.execute("SELECT body FROM reports ORDER BY number").fetchall()
        reports = [json.loads(row[0])["report"] for row in rows]
        return {report["asset_tag"]: report for report in reports}


@contextmanager
def serving(data: Path, port: int = 0) -> Iterator[Workshop]:
    """`port`: where one that was stopped listened before."""
    command = [sys.executable, "-m", "workshop", "serve", "--port", str(port), "--data", str(data)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ))
    try:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        yield Workshop(data, int(address.rstrip("/").rpartition(":")[2]))
    finally:
        server.terminate()
        server.wait(30)
        if server.stdout is not None:
            server.stdout.close()
