"""`make campaign`: every way to erase, with every fault that drives show, and random power cuts, against the oracle.

    tools/campaign.py [--runs N] [--seed S] [--samples N] [--only WORD]

Prints the seed, a table, and every run in which something was claimed that is not so. Exits 1 if there is one.
Only simulated drives in memory are touched.
"""

import argparse
import os
import random
import secrets
import sys
import time
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from campaign import sampling
from campaign.case import FAULTS, UNSEEN, Case, cases
from campaign.oracle import Judged, judge
from campaign.play import play

RUNS = 2_500
SAMPLES = 400
STATUSES = ("sanitized", "sanitized_with_exceptions", "failed", "interrupted", "refused")


def run(case: Case) -> tuple[str, str, str, int, Judged]:
    """(case, fault, status, lives, judgement) of one case; a crash of the program is wrong as well."""
    try:
        played = play(case)
    except Exception as error:  # noqa: BLE001 - told with the case, so that it can be repeated
        return str(case), case.fault, "crash", 0, Judged((f"{type(error).__name__}: {error}",))
    return str(case), case.fault, played.status, played.lives, judge(played)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--samples", type=int, default=SAMPLES, help="runs for each size of a residue; 0: none")
    parser.add_argument("--only", default="", help="a word of the way or of the fault")
    options = parser.parse_args()
    seed = secrets.randbits(32) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    started = time.monotonic()
    todo = [case for case in cases(seed, options.runs) if options.only in str(case)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        wrong = _tell(list(pool.map(run, todo, chunksize=8)))
    wrong += _samples(random.Random(seed), options.samples)
    print(f"{len(todo)} runs in {time.monotonic() - started:.0f} s, {wrong} wrong; again with --seed {seed}")
    return 1 if wrong else 0


def _tell(done: list[tuple[str, str, str, int, Judged]]) -> int:
    table: dict[str, Counter[str]] = defaultdict(Counter)
    wrong = misses = unseen = resumed = 0
    for case, fault, status, lives, judged in done:
        table[fault][status] += 1
        misses += judged.missed is not None
        unseen += judged.unseen > 0
        resumed += lives > 1
        for reason in judged.wrong:
            wrong += 1
            print(f"WRONG {case}: {reason}")
    print(f"{'fault':32}" + "".join(f"{status:>14.13}" for status in STATUSES))
    for fault in FAULTS:
        if fault in table:
            mark = " *" if fault in UNSEEN else ""
            print(f"{fault + mark:32}" + "".join(f"{table[fault][status] or '':>14}" for status in STATUSES))
    total = Counter[str]()
    for row in table.values():
        total += row
    print(f"{'':32}" + "".join(f"{total[status]:>14}" for status in STATUSES))
    print("* no host can see this one: its runs are no passes")
    print(f"{resumed} runs were taken up again after an interruption")
    print(f"{misses} samples missed a residue smaller than what they state")
    print(f"{unseen} drives called sanitized keep old data where no address reaches it")
    return wrong


def _samples(rng: random.Random, runs: int) -> int:
    if not runs:
        return 0
    print(f"\n{'residue, of 65,536 blocks':32}{'runs':>8}{'missed':>8}{'expected':>10}")
    wrong = 0
    for left in sampling.RESIDUES:
        for measure in (sampling.overwritten, sampling.erased):
            found = measure(rng, left, max(20, runs if measure is sampling.overwritten else runs // 4))
            wrong += not found.tolerable
            print(
                f"{found.what + ', ' + str(left) + ' left':32}{found.runs:>8}{found.missed:>8}"
                f"{found.runs * found.expected:>10.2f}{'' if found.tolerable else '  WRONG'}"
            )
    return wrong


if __name__ == "__main__":
    raise SystemExit(main())
