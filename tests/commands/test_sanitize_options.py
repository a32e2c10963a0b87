"""What the options of `ordis sanitize` ask for. No drive is opened: the erase itself is caught."""

import io
import sys

import pytest

from agent import probing
from agent.cli import main
from agent.commands import sanitize
from agent.model.inventory import Drive
from agent.model.message import say
from agent.model.sanitization import Evidence, Plan, RevealedArea, Sanitization, SanitizationRequest, ended
from agent.model.words import Level, Method, PassSet, Pattern, SanitizationStatus, Technique, Transport, Verify

PSID = "ABCD-EFGH-" * 3 + "12345678"


class Caught:
    plan: Plan
    request: SanitizationRequest
    psid: str | None
    result: Sanitization | None = None


@pytest.fixture
def caught(monkeypatch: pytest.MonkeyPatch) -> Caught:
    found = Caught()
    # Locked, so that a PSID is of use.
    drive = Drive(path="/dev/sdz", serial="S1", transport=Transport.LOOP, size_bytes=1 << 20, locked=True,
                  psid_revert=True)  # fmt: skip

    async def erase(_: object, plan: Plan, request: SanitizationRequest, psid: str | None) -> Sanitization:
        found.plan, found.request, found.psid = plan, request, psid
        return found.result or ended(plan.drive, SanitizationStatus.SANITIZED, say("good"))

    async def as_it_is(drives: list[Drive]) -> list[Drive]:
        return drives

    monkeypatch.setattr(sanitize, "_find", lambda _: drive)
    monkeypatch.setattr(sanitize, "_erase", erase)
    monkeypatch.setattr(probing, "ask_all", as_it_is)
    return found


def ordis(*words: str) -> int:
    return main(["sanitize", "/dev/sdz", "--serial", "S1", "--lang", "en", *words])


def test_nothing_but_the_confirmation_asks_for_clear_with_zeros(caught: Caught) -> None:
    assert ordis() == 0
    assert caught.request == SanitizationRequest()
    assert caught.psid is None


def test_every_option_comes_into_the_request(caught: Caught) -> None:
    words = "--level purge --technique opal_revert --method crypto --pattern random --passes dod --verify sampled"
    assert ordis(*words.split(), "--keep-hidden", "--discard", "--psid", PSID) == 0
    assert caught.request == SanitizationRequest(
        level=Level.PURGE, technique=Technique.OPAL_REVERT, method=Method.CRYPTO, pattern=Pattern.RANDOM,
        passes=PassSet.DOD, verify=Verify.SAMPLED, reveal=False, discard=True,
    )  # fmt: skip


@pytest.mark.parametrize("typed", [PSID, PSID.lower().replace("-", " ")])
def test_a_psid_goes_to_the_worker_and_into_neither_plan_nor_request(caught: Caught, typed: str) -> None:
    assert ordis("--psid", typed) == 0
    assert caught.psid == typed
    assert [step.technique for step in caught.plan.steps] == [Technique.OPAL_REVERT, Technique.OVERWRITE]
    assert typed not in caught.plan.model_dump_json() + caught.request.model_dump_json()


def test_without_a_value_the_psid_is_asked_for(caught: Caught, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO(PSID + "\n")
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)
    assert ordis("--psid") == 0
    assert caught.psid is not None
    assert caught.psid.strip() == PSID


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--technique", "magic"], "no technique magic"),
        (["--method", "magic"], "no method magic"),
        (["--psid", "123"], "32 capitals"),
        (["--psid"], "Without a terminal"),
        (["--technique", "nvme_sanitize"], "Not for this kind"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_done(
    caught: Caught, words: list[str], why: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert ordis(*words) == 2
    told = capsys.readouterr().err
    assert why in told
    assert not hasattr(caught, "plan")


def test_the_plans_warnings_come_before_the_erase(caught: Caught, capsys: pytest.CaptureFixture[str]) -> None:
    assert ordis() == 0
    told = capsys.readouterr().out
    assert told.index("Type the number that is printed on its label") < told.index("sanitized")


def test_level_way_and_opened_areas_are_told(caught: Caught, capsys: pytest.CaptureFixture[str]) -> None:
    assert ordis() == 0
    evidence = Evidence(revealed=[RevealedArea(kind="hpa", bytes=10**9)], untouched=[say("RPMB stays.")])
    caught.result = ended(caught.plan.drive, SanitizationStatus.SANITIZED_WITH_EXCEPTIONS, say("almost")).model_copy(
        update={
            "level": Level.PURGE, "technique": Technique.ATA_SANITIZE, "method": Method.BLOCK, "evidence": evidence,
        }
    )  # fmt: skip
    assert ordis() == 1
    told = capsys.readouterr().out
    for words in ("level Purge, by ATA sanitize, block erase", "hidden area (HPA)", "1 GB more", "RPMB stays."):
        assert words in told
