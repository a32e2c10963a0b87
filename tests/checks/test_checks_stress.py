"""What is made of stress-ng's words. Those quoted here come from real runs of 0.15.06 and 0.18.12."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.checks.stress import Stress, stress
from agent.host.run import Ran, ToolMissing
from agent.model.message import say
from agent.model.words import Outcome

WRONG = say("wrong")


def trouble(said: str, code: int = 0, seconds: float = 4.0) -> Outcome | None:
    found = Stress(Ran(code, "", said, seconds), 1, 1.0).trouble(WRONG, at_least=3.5)
    return found[0] if found else None


def test_a_good_run() -> None:
    good = """stress-ng: debug: [23589] invoked with 'stress-ng --verify' by user 0 'root'
stress-ng: debug: [24182] cpu: [24184] terminated (success)
stress-ng: info:  [24182] failed: 0
stress-ng: info:  [24182] metrics untrustworthy: 0
stress-ng: info:  [24182] successful run completed in 4.01 secs"""
    assert trouble(good) is None


def test_a_wrong_result() -> None:
    said = """stress-ng: fail:  [7] moving inversion: detected 3 memory errors
stress-ng: fail:  [7] vm: detected 3 bit errors while stressing memory
stress-ng: error: [5] process [7] (vm) terminated with an error, exit status=2 (stressor failed)
stress-ng: info:  [5] unsuccessful run completed in 4.04s"""
    found = Stress(Ran(2, "", said, 4), None, None).trouble(WRONG)
    assert found == (Outcome.FAILED, WRONG)
    assert trouble(said, code=0) is Outcome.FAILED
    assert trouble(said, code=-9) is Outcome.FAILED


def test_corrupted_counters_of_a_run_that_nobody_disturbed() -> None:
    said = """stress-ng: fail:  [20725] cpu instance 1 corrupted bogo-ops counter, 1813 vs 1812
stress-ng: fail:  [20725] metrics-check: stressor metrics corrupted, data is compromised"""
    assert trouble(said, code=2) is Outcome.FAILED


KILLED_15 = """stress-ng: debug: [20725] process [20728] (cpu) terminated on signal: 9 (Killed)
stress-ng: debug: [20725] process [20728] (cpu) was possibly killed by the OOM killer
stress-ng: fail:  [20725] cpu instance 1 corrupted bogo-ops counter, 1813 vs 0
stress-ng: fail:  [20725] cpu instance 1 hash error in bogo-ops counter and run flag, 2088465856 vs 0
stress-ng: fail:  [20725] metrics-check: stressor metrics corrupted, data is compromised
stress-ng: info:  [20725] unsuccessful run completed in 4.01s"""
KILLED_18 = """stress-ng: debug: [24182] cpu: [24185] terminated on signal: 9 (Killed)
stress-ng: debug: [24182] cpu: [24185] possibly killed by the OOM killer
stress-ng: debug: [24182] cpu: [24185] terminated (success)
stress-ng: info:  [24182] failed: 0
stress-ng: info:  [24182] successful run completed in 4.01 secs"""
KILLED_VM = """stress-ng: debug: [20756] vm: child died: signal 9 'SIGKILL' (instance 0)
stress-ng: debug: [20756] vm: assuming killed by OOM killer, restarting again (instance 0)
stress-ng: info:  [20754] successful run completed in 4.04s"""


@pytest.mark.parametrize(("said", "code"), [(KILLED_15, 2), (KILLED_18, 0), (KILLED_VM, 0), ("", -9)])
def test_a_killed_worker_is_no_fault_of_the_machine_and_no_pass(said: str, code: int) -> None:
    assert trouble(said, code) is Outcome.ERROR


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("stress-ng: debug: [20770] process [20773] (cpu) terminated on signal: 11 (Segmentation fault)", 2),
        ("stress-ng: info:  [24207] stressor terminated with unexpected signal 11 'SIGSEGV'", 2),
        ("stress-ng: info:  [24207] stressor terminated with unexpected signal signal 4 'SIGILL'", 0),
        ("stress-ng: debug: [24257] vm: child died: signal 7 'SIGBUS' (instance 1)", 0),
        ("", -11),
    ],
)
def test_a_crash_is_a_fault_even_if_stress_ng_calls_it_success(said: str, code: int) -> None:
    assert trouble(said, code) is Outcome.FAILED


@pytest.mark.parametrize("code", [1, 3, 7, 99, -15])
def test_every_other_end_is_no_pass(code: int) -> None:
    assert trouble("stress-ng: error: [1] something", code) is Outcome.ERROR


def test_a_run_that_was_told_to_stop_early_is_no_pass() -> None:
    assert trouble("stress-ng: info:  [24299] successful run completed in 1.50s", seconds=1.5) is Outcome.ERROR


def test_an_alarm_is_how_a_run_ends() -> None:
    said = "stress-ng: debug: [24215] vm: terminated by SIGALRM externally at 22:44:44.69 by user 0"
    assert trouble(said) is None


@given(st.text(), st.integers(-64, 255))
def test_whatever_it_says_nothing_is_raised(said: str, code: int) -> None:
    found = trouble(said, code)
    assert found is not None or code == 0


@pytest.mark.runs_programs
def test_what_is_asked_for_and_what_was_measured(stand_in) -> None:
    log = stand_in("echo lost\nmetrics 300 150.5").with_name("stress-ng.log")
    run = stress(["--cpu", "2"], 7, lambda _: True)
    assert (run.ran.code, run.bogo_ops, run.bogo_rate) == (0, 300, 150.5)
    assert run.working_seconds == pytest.approx(300 / 150.5)
    asked = log.read_text().split()
    assert asked[:2] == ["--cpu", "2"]
    assert {"--verify", "--abort", "--verbose"} <= set(asked)
    assert asked[-2:] == ["--timeout", "7s"]


@pytest.mark.runs_programs
@pytest.mark.parametrize("script", ["", "echo ': [' > $yaml", "metrics many 1e5", "metrics 99999999999999999999 -1.0"])
def test_nothing_measured(stand_in, script: str) -> None:
    stand_in(script)
    run = stress([], 1, lambda _: True)
    assert (run.bogo_ops, run.bogo_rate) == (None, None)
    assert run.working_seconds == run.ran.seconds


@pytest.mark.runs_programs
def test_it_ends_when_it_is_no_longer_wanted(stand_in) -> None:
    stand_in("exec sleep 60")
    assert stress([], 30, lambda _: False).ran.seconds < 10


def test_no_stress_ng(no_stress_ng) -> None:
    with pytest.raises(ToolMissing, match="stress-ng"):
        stress([], 1, lambda _: True)
