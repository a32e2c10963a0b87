"""The memory check, in this process, over a stand-in for stress-ng; and how much memory it may take."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up import put

from agent.checks import memory, memory_modules
from agent.checks.base import Bench
from agent.checks.room import MIB, RESERVE_BYTES, allowance, free_bytes
from agent.model.check import CheckResult
from agent.model.inventory import Inventory, Memory, MemoryModule
from agent.model.words import Outcome

GIB = 1 << 30


def figures(result: CheckResult) -> dict[str, object]:
    return {figure.name: figure.value for figure in result.figures}


def asked(stress_ng: Path) -> list[dict[str, str]]:
    """The options of each run."""
    return [
        dict(re.findall(r"--([\w-]+) ([^-]\S*)", line))
        for line in stress_ng.with_name("stress-ng.log").read_text().splitlines()
    ]


@pytest.mark.runs_programs
def test_what_was_reached_is_what_was_checked(bench: Bench, seen, stand_in, monkeypatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    # A trial of 512 MiB in 0.1 s gives 5 GiB a second, so all the room there is; then 65536 * 32 KiB were checked.
    stand_in('[ "$trial" ] && metrics 2 20.0 || metrics 65536 65536.0; work')
    result = memory.check(bench)
    assert result.outcome is Outcome.PASSED
    assert figures(result)["reached_bytes"] == 2 * GIB
    assert figures(result)["reached_percent"] == 50
    assert str(result.reason) == "2 GB of 4 GB of memory (50%) were written and read back without an error."
    assert [str(detail) for _, detail, _ in seen][-1].startswith("Testing 2.4 GB")


@pytest.mark.runs_programs
def test_never_more_than_the_profile_and_the_reserve_permit(bench: Bench, stand_in, monkeypatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    stress_ng = stand_in("metrics 999999999 9999999999.0")
    result = memory.check(bench)
    trial, run = asked(stress_ng)
    assert trial["vm-ops"] == "1"
    assert "vm-ops" not in run
    for options in (trial, run):
        assert options["vm"] == "4"
        assert options["vm-method"] == "move-inv"
        assert int(options["vm-bytes"]) % (4 * 2 * MIB) == 0
    assert int(run["vm-bytes"]) <= 3 * GIB * 80 // 100
    assert figures(result)["reached_bytes"] == int(run["vm-bytes"])  # not more, however often it was checked


EDAC = "sys/devices/system/edac/mc/mc0"


def modules(*slots: str | None) -> Inventory:
    return Inventory(memory=Memory(modules=[MemoryModule(slot=slot, size_bytes=2 * GIB) for slot in slots]))


@pytest.mark.runs_programs
@pytest.mark.parametrize(
    ("label", "corrected", "words"),
    [("CPU0_DIMM_B1", 3, "(3 corrected, 0 not) in the module in slot DIMM B1"), ("mc#0", 1, "in slot mc#0")],
)
def test_errors_that_the_controller_counts(
    bench: Bench, put, stand_in, tmp_path: Path, label: str, corrected: int, words: str
) -> None:
    at = f"{EDAC}/dimm1"
    put({f"{at}/dimm_label": label, f"{at}/dimm_ce_count": 7, f"{at}/dimm_ue_count": 0, f"{EDAC}/ce_count": 7})
    stand_in(f'[ "$trial" ] || echo {7 + corrected} > {tmp_path}/{at}/dimm_ce_count; work; metrics 99999 99999.0')
    result = memory.check(replace(bench, inventory=modules("DIMM A1", "DIMM B1")))
    assert result.outcome is Outcome.FAILED
    assert words in str(result.reason)
    assert figures(result)["corrected_errors"] == corrected
    assert figures(result)["uncorrected_errors"] == 0


@pytest.mark.runs_programs
def test_no_error_is_counted(bench: Bench, put, stand_in) -> None:
    put({f"{EDAC}/ce_count": 7, f"{EDAC}/ue_count": 1})
    stand_in("work; metrics 99999 99999.0")
    result = memory.check(bench)
    assert result.outcome is Outcome.PASSED
    assert (figures(result)["corrected_errors"], figures(result)["uncorrected_errors"]) == (0, 0)


@pytest.mark.runs_programs
def test_a_trial_in_which_errors_are_counted(bench: Bench, put, stand_in, tmp_path: Path) -> None:
    put({f"{EDAC}/ue_count": 0})
    stand_in(f"echo 2 > {tmp_path}/{EDAC}/ue_count; work; metrics 99999 99999.0")
    result = memory.check(bench)
    assert result.outcome is Outcome.FAILED
    assert "(0 corrected, 2 not), and does not tell in which module" in str(result.reason)


WRONG = "echo 'stress-ng: fail:  [7] vm: detected 3 bit errors while stressing memory' >&2; exit 2"


@pytest.mark.runs_programs
@pytest.mark.parametrize(
    ("slots", "words"),
    [(("DIMM A1",), "The faulty module is in slot DIMM A1"), (("DIMM A1", "DIMM B1"), "test them one by one"),
     ((None,), "test them one by one"), ((), "test them one by one")],
)  # fmt: skip
def test_where_the_wrong_data_came_from(bench: Bench, stand_in, slots: tuple[str | None, ...], words: str) -> None:
    stand_in(WRONG)
    result = memory.check(replace(bench, inventory=modules(*slots)))
    assert result.outcome is Outcome.FAILED
    assert words in str(result.reason)


def test_the_controllers_names_for_slots() -> None:
    found = modules("DIMM A1", "DIMM A10", "ChannelB-DIMM0").memory
    assert memory_modules.slot(found, "DIMM_A1") == "DIMM A1"
    assert memory_modules.slot(found, "CPU1_DIMM_A10") == "DIMM A10"
    assert memory_modules.slot(found, "BANK 2 ChannelB-DIMM0") == "ChannelB-DIMM0"
    assert memory_modules.slot(found, "mc#0csrow#0channel#1") == "mc#0csrow#0channel#1"
    assert memory_modules.slot(modules("A", "A1", "A1").memory, "CPU A1") == "CPU A1"  # two are called so


@pytest.mark.runs_programs
def test_a_slow_machine_gets_as_much_as_it_can_do_in_the_time(bench: Bench, stand_in, monkeypatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    stress_ng = stand_in("metrics 2 1.0")  # 512 MiB in two seconds
    memory.check(bench)
    assert int(asked(stress_ng)[1]["vm-bytes"]) == int(256 * MIB * 0.8) // (4 * MIB) * (4 * MIB)


@pytest.mark.runs_programs
def test_little_memory_and_many_threads(bench: Bench, stand_in, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 32)
    (tmp_path / "proc/meminfo").write_text(f"MemAvailable: {(256 + 32 + 4 * 32 + 20) * 1024} kB\n")
    stress_ng = stand_in("metrics 640 640.0; work")
    result = memory.check(bench)
    assert result.outcome is Outcome.PASSED
    assert asked(stress_ng)[1]["vm-bytes"] == str(20 * MIB)
    assert asked(stress_ng)[1]["vm"] == "10"


@pytest.mark.runs_programs
@pytest.mark.parametrize("when", ["", '[ "$trial" ] || '])
def test_wrong_memory_fails_in_the_trial_or_later(bench: Bench, stand_in, when: str) -> None:
    stand_in(
        f"{when}{{ echo 'stress-ng: fail:  [7] vm: detected 1 bit errors while stressing memory'; exit 2; }}; work"
    )
    result = memory.check(bench)
    assert result.outcome is Outcome.FAILED
    assert "other data" in str(result.reason)


@pytest.mark.runs_programs
def test_killed_for_lack_of_memory_is_an_error(bench: Bench, stand_in) -> None:
    said = "stress-ng: debug: [2] vm: child died: signal 9 (SIGKILL) (instance 0)"
    stand_in(f"metrics 99999 99999.0; [ $trial ] || echo '{said}'")
    assert memory.check(bench).outcome is Outcome.ERROR


@pytest.mark.runs_programs
def test_memory_that_was_never_read_back_is_not_passed(bench: Bench, stand_in) -> None:
    stand_in('[ "$trial" ] && metrics 2 20.0 || metrics 0 0.0; work')
    result = memory.check(bench)
    assert result.outcome is Outcome.ERROR
    assert figures(result)["reached_bytes"] == 0


@pytest.mark.runs_programs
def test_a_hardware_error_fails(bench: Bench, stand_in, tmp_path: Path) -> None:
    stand_in(f"[ $trial ] || echo '3,1,1,-;EDAC MC0: 1 CE memory read error' >> {tmp_path}/kmsg; metrics 9999 9999.0")
    assert memory.check(bench).outcome is Outcome.FAILED


@pytest.mark.runs_programs
def test_it_gives_way_when_memory_becomes_scarce(bench: Bench, stand_in, tmp_path: Path) -> None:
    stand_in(f"[ $trial ] && exit 0; echo 'MemAvailable: 50000 kB' > {tmp_path}/proc/meminfo; exec sleep 60")
    result = memory.check(bench)
    assert result.outcome is Outcome.ERROR
    assert "other programs needed the memory" in str(result.reason)


def test_too_little_memory_starts_nothing(bench: Bench, tmp_path: Path) -> None:
    for meminfo in ("MemAvailable: 280000 kB\n", "nonsense"):
        (tmp_path / "proc/meminfo").write_text(meminfo)
        assert memory.check(bench).outcome is Outcome.ERROR


# How much may be taken


MEMINFO = {"proc/meminfo": f"MemTotal: {16 * 1024 * 1024} kB\nMemAvailable: {8 * 1024 * 1024} kB"}


def test_what_is_available(tmp_path: Path) -> None:
    assert free_bytes(put(tmp_path, MEMINFO)) == 8 * GIB


@pytest.mark.parametrize("path", ["/", "/system.slice/ordis.service", "/../.."])
def test_the_control_groups_limit_and_those_above_it(tmp_path: Path, path: str) -> None:
    source = put(
        tmp_path,
        MEMINFO
        | {
            "proc/self/cgroup": f"0::{path}",
            "sys/fs/cgroup/system.slice/ordis.service/memory.max": "max",
            "sys/fs/cgroup/system.slice/ordis.service/memory.current": 5 * GIB,
            "sys/fs/cgroup/memory.max": 4 * GIB,
            "sys/fs/cgroup/memory.current": 3 * GIB,
            "sys/fs/cgroup/memory.stat": f"anon {GIB}\nactive_file 5\ninactive_file {GIB}\n",
        },
    )
    assert free_bytes(source) == 2 * GIB  # the cache would be given back


def test_version_1_of_control_groups(tmp_path: Path) -> None:
    source = put(
        tmp_path,
        MEMINFO
        | {
            "proc/self/cgroup": "9:cpu,cpuacct:/\n4:memory:/jobs/a\n0::/",
            "sys/fs/cgroup/memory/jobs/a/memory.limit_in_bytes": 9223372036854771712,
            "sys/fs/cgroup/memory/jobs/a/memory.usage_in_bytes": GIB,
            "sys/fs/cgroup/memory/jobs/memory.limit_in_bytes": 3 * GIB,
            "sys/fs/cgroup/memory/jobs/memory.usage_in_bytes": GIB,
            "sys/fs/cgroup/memory/jobs/memory.stat": f"total_inactive_file {GIB // 2}",
        },
    )
    assert free_bytes(source) == 3 * GIB - GIB // 2


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 1 << 30), st.integers(1, 95), st.one_of(st.integers(-5, 1 << 50).map(str), st.text(max_size=20)))
def test_something_always_stays_free(tmp_path: Path, kib: int, percent: int, limit: str) -> None:
    limit = limit.encode("utf-8", "replace").decode()
    source = put(
        tmp_path,
        {
            "proc/meminfo": f"MemAvailable: {kib} kB",
            "proc/self/cgroup": f"0::/\n{limit}",
            "sys/fs/cgroup/memory.max": limit,
            "sys/fs/cgroup/memory.current": 0,
        },
    )
    taken = allowance(source, percent, 40 * MIB)
    assert taken >= 0
    assert taken == 0 or kib * 1024 - taken >= RESERVE_BYTES + 40 * MIB
    assert taken <= kib * 1024 * percent // 100
    if limit.strip().isdecimal() and limit.isascii():
        assert taken <= int(limit)
