"""Starting a program that outlives us: the service, when a face finds none running."""

import contextlib
import logging
import os
import shlex
import subprocess
import sys
from pathlib import Path

log = logging.getLogger("ordis.host")


def start_module(module: str, *arguments: str, log_file: Path) -> "subprocess.Popen[bytes]":
    """Run `python -m module arguments…` in a session of its own, its output appended to `log_file`. Raises OSError."""
    command = [sys.executable, "-P", "-m", module, *arguments]
    log.info("start: %s", shlex.join(command))
    log_file.parent.mkdir(parents=True, exist_ok=True)
    output = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        started = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    finally:
        os.close(output)
    if os.getpriority(os.PRIO_PROCESS, 0) < 0:  # ours is the screen's, which goes before all that works
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, started.pid, 0)
    return started
