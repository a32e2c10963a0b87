"""Showing the screen and surviving its errors: the command line's way in."""

import contextlib
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from agent.tui.app import OrdisApp
from agent.tui.crash import CrashApp
from agent.tui.face import Leave


def show(make: Callable[[], OrdisApp], log_file: Path | None = None) -> Leave:
    """Show the screen that `make` gives until the person leaves; returns how.

    `log_file` takes what would otherwise be printed over the screen. After an error of the screen's own it is made
    and opened again if the person wants that, in another event loop.
    """
    language: str | None = None
    with _logging_to(log_file):
        while True:
            app = make()
            app.face.language = language or app.face.language
            leave = app.run()
            if leave is not Leave.CRASHED:
                return leave or Leave.QUIT
            language = app.face.language
            if not CrashApp(app.face.mode, language, log_file).run():
                return Leave.CRASHED


@contextlib.contextmanager
def _logging_to(file: Path | None) -> Iterator[None]:
    """Send all log lines to the file; whoever logs to standard error would write over the screen."""
    root = logging.getLogger()
    handlers = root.handlers[:]
    try:
        ours: logging.Handler = logging.FileHandler(file) if file else logging.NullHandler()
    except OSError:
        ours = logging.NullHandler()  # a full or read-only disk is no reason for a dark screen
    ours.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
    root.handlers[:] = [ours]
    try:
        yield
    finally:
        root.handlers[:] = handlers
        ours.close()
