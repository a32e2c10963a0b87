"""A check as a child process: it ends well, badly, or not at all, and leaves nothing behind."""

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.checks import registry, runner
from agent.checks.__main__ import _answer as answer
from agent.checks.runner import CheckOrder
from agent.host.child import Child
from agent.model.check import CheckResult
from agent.model.inventory import Inventory, UnseenDrive
from agent.model.message import Message, say
from agent.model.profile import Checks, MemoryCheck, ProcessorCheck, Profile
from agent.model.words import Outcome

pytestmark = pytest.mark.runs_programs

HANG = 'echo $$ > "$0.pid"; exec sleep 60'


def order(check: str = "processor", seconds: int = 1) -> CheckOrder:
    checks = Checks(
        processor=ProcessorCheck(seconds=seconds, speed=False), memory=MemoryCheck(seconds=seconds, percent=1)
    )
    profile = Profile(name="p", title_fr="p", title_en="p", checks=checks)
    inventory = Inventory(unseen_drives=[UnseenDrive(sign=say("{a:bytes}", a=5), remedy=say("b"))])
    return next(one for one in registry.orders(profile, inventory) if one.check == check)


async def run(wanted: CheckOrder, seen: list[object] | None = None) -> CheckResult:
    return await runner.run(wanted, runner.Ears(lambda *report: seen.append(report) if seen is not None else None))


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not happened():  # noqa: ASYNC110 (another process makes it happen)
            await asyncio.sleep(0.02)


async def pid_of(stress_ng: Path) -> int:
    """What the hanging stand-in wrote."""
    written: list[str] = []

    def complete() -> bool:
        file = stress_ng.with_name("stress-ng.pid")
        written[:] = [file.read_text() if file.exists() else ""]
        return written[0].endswith("\n")

    await until(complete)
    return int(written[0])


async def test_a_good_end(stand_in) -> None:
    stand_in("work; metrics 20 10.5")
    seen: list[tuple[float | None, Message | None, float | None]] = []
    result = await run(order(), seen)  # type: ignore[arg-type]
    assert result.outcome is Outcome.PASSED
    assert result.title == order().title
    assert seen
    percent, _, left = seen[0]
    assert percent is not None
    assert left is not None
    assert 0 < percent < 100
    assert 0 < left < 1


@pytest.mark.parametrize("check", ["processor", "memory"])
def test_without_stress_ng(check: str, no_stress_ng) -> None:
    result = answer(json.dumps(order(check).as_dict()).encode())
    assert (result.id, result.outcome) == (check, Outcome.ERROR)
    assert "stress-ng is not installed" in str(result.reason)


async def test_an_unknown_check_is_an_error() -> None:
    wanted = order()
    result = await run(CheckOrder("juggling", say("Juggling"), wanted.loads, 1, wanted.checks, wanted.inventory))
    assert (result.id, result.outcome, result.title) == ("juggling", Outcome.ERROR, say("Juggling"))
    assert "juggling" in str(result.reason)


async def test_a_child_that_is_killed(stand_in) -> None:
    stand_in("kill -9 $PPID; exec sleep 5")
    result = await run(order())
    assert result.outcome is Outcome.ERROR
    assert "signal 9" in str(result.reason)


async def test_a_child_that_hangs(stand_in, monkeypatch, gone) -> None:
    monkeypatch.setattr(runner, "MARGIN_SECONDS", 0)
    script = stand_in(HANG)
    wanted = order(seconds=60)
    task = asyncio.ensure_future(
        run(CheckOrder("processor", wanted.title, wanted.loads, 1, wanted.checks, wanted.inventory))
    )
    pid = await pid_of(script)
    result = await task
    assert result.outcome is Outcome.ERROR
    assert "did not end within 2 s" in str(result.reason)
    await until(lambda: gone(pid))


@pytest.mark.parametrize(
    "rubbish",
    [
        "hello",
        "[]",
        '{"event": "party"}',
        '{"event": "progress", "percent": 120}',
        '{"event": "result", "result": {"id": "processor"}}',
        json.dumps({"event": "result", "result": {
            "id": "memory", "title": {"text": "Memory"}, "outcome": "passed", "reason": {"text": "fine"},
        }}),
        "",
    ],
)  # fmt: skip
async def test_a_child_that_talks_nonsense(rubbish: str, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "babbler.py").write_text(f"print({rubbish!r})")
    monkeypatch.setenv("PYTHONPATH", f"{os.environ['PYTHONPATH']}:{tmp_path}")
    start = Child.start
    monkeypatch.setattr(Child, "start", lambda _module: start("babbler"))
    assert (await run(order())).outcome is Outcome.ERROR


async def test_cancelling_ends_child_and_program(stand_in, gone) -> None:
    script = stand_in(HANG)
    task = asyncio.ensure_future(run(order(seconds=60)))
    pid = await pid_of(script)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: gone(pid))


@pytest.mark.parametrize("how", ["end of input", "SIGTERM", "SIGKILL"])
async def test_the_program_dies_with_the_child(how: str, stand_in, gone) -> None:
    if how == "SIGKILL" and not shutil.which("setpriv"):
        pytest.skip("setpriv, which ties the program to the child, is not installed")
    script = stand_in(HANG)
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "agent.checks", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdin
    child.stdin.write(json.dumps(order(seconds=60).as_dict()).encode() + b"\n")
    pid = await pid_of(script)
    assert not gone(pid)
    if how == "end of input":
        child.stdin.close()
    else:
        child.send_signal(signal.Signals[how])
    out, _ = await child.communicate()
    assert b"result" not in out
    await until(lambda: gone(pid))


async def test_the_child_answers_even_what_it_cannot_read() -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "agent.checks",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, errors = await child.communicate(b"nonsense\n")
    assert child.returncode == 0
    assert json.loads(out)["result"]["outcome"] == "error"
    assert b"Traceback" in errors


@pytest.mark.parametrize("line", [b"\n", b"\xff\n", b'{"check": "processor"}', b'{"check": ["x"]}\n', b"[]\n"])
def test_an_unreadable_order_is_an_error(line: bytes) -> None:
    assert answer(line).outcome is Outcome.ERROR


@pytest.mark.skipif(not shutil.which("stress-ng"), reason="stress-ng is not installed")
async def test_the_real_stress_ng() -> None:
    seen: list[object] = []
    result = await run(order("processor", 2), seen)
    assert result.outcome in (Outcome.PASSED, Outcome.DEGRADED), str(result.reason)
    figures = {figure.name: figure.value for figure in result.figures}
    assert figures["threads"] == os.cpu_count()
    assert float(figures["bogo_ops_per_second"]) > 0
    assert seen


@pytest.mark.skipif(not shutil.which("stress-ng"), reason="stress-ng is not installed")
async def test_the_real_stress_ng_on_memory() -> None:
    result = await run(order("memory", 1))
    if "Too little memory" in str(result.reason):
        pytest.skip("this machine has too little free memory")
    assert result.outcome is Outcome.PASSED, str(result.reason)
    figures = {figure.name: figure.value for figure in result.figures}
    assert 0 < float(figures["reached_bytes"]) < float(figures["total_bytes"])
    assert float(figures["checks_per_byte"]) >= 1
