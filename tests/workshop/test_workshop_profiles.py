"""The profiles that a workshop serves: command, interface and page; and its pages about bare drives."""

import hashlib
from pathlib import Path

import httpx
import pytest
import sample_report as sample
from fastapi import FastAPI

from agent.model.profile import ProfileSource
from agent.model.words import Origin, SanitizationStatus
from agent.report.keys import SigningKey
from agent.report.sign import sign, to_bytes
from workshop.cli import main
from workshop.store import Store

TOML = 'name = "ours"\ntitle_fr = "À nous"\ntitle_en = "Ours"\n'
NEWER = TOML + "[checks.processor]\nseconds = 7\n"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out, err = capsys.readouterr()
    return code, out, err


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def test_adding_serving_replacing_and_removing(
    tmp_path: Path, app: FastAPI, client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    data, file = ("--data", str(tmp_path)), tmp_path / "ours.toml"
    file.write_text(TOML)
    assert run(capsys, "profile", "add", str(file), *data) == (0, f"served ours {digest(TOML)}\n", "")
    assert (await client.get("/api/v1/profiles")).json() == {"profiles": [{"name": "ours", "sha256": digest(TOML)}]}
    assert (await client.get("/api/v1/profiles/ours")).content == TOML.encode()
    assert "ours" in run(capsys, "profile", "list", *data)[1]

    file.write_text(NEWER)
    assert run(capsys, "profile", "add", str(file), *data)[0] == 0
    assert (await client.get("/api/v1/profiles")).json() == {"profiles": [{"name": "ours", "sha256": digest(NEWER)}]}
    assert (await client.get("/api/v1/profiles/ours")).content == NEWER.encode()

    assert run(capsys, "profile", "remove", "ours", *data) == (0, "removed ours\n", "")
    assert run(capsys, "profile", "remove", "ours", *data)[0] == 1
    assert (await client.get("/api/v1/profiles")).json() == {"profiles": []}
    assert (await client.get("/api/v1/profiles/ours")).status_code == 404
    # What a report may name is there for good.
    page = (await client.get("/profiles")).text
    assert page.count("À nous") == 2
    assert (await client.get(f"/profiles/{digest(TOML)}")).content == TOML.encode()
    assert (await client.get("/profiles/none")).status_code == 404


@pytest.mark.parametrize(
    ("name", "text", "part"),
    [
        ("quick", TOML.replace("ours", "quick"), "comes with Ordis"),
        ("other", TOML, "file's name"),
        ("ours", TOML + "[sanitization]\nguard = false\n", "sanitization.guard"),
        ("ours", TOML + "[checks.memory]\npercent = 99\n", "percent"),
        ("ours", "a = ", "no profile"),
        ("ours", "#" * 70_000, "too large"),
        ("ours", "a = " + "[" * 5000, "no profile"),
    ],
)
def test_what_sticks_would_refuse_is_not_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, part: str
) -> None:
    file = tmp_path / f"{name}.toml"
    file.write_text(text)
    code, _, err = run(capsys, "profile", "add", str(file), "--data", str(tmp_path / "data"))
    assert code == 2
    assert part in err
    store = Store(tmp_path / "data")
    assert not store.profiles()
    store.close()


async def test_a_grade_leads_to_the_profile_that_made_it(
    tmp_path: Path, app: FastAPI, client: httpx.AsyncClient, stick: SigningKey, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(TOML)
    run(capsys, "profile", "add", str(file), "--data", str(tmp_path))
    source = ProfileSource(origin=Origin.WORKSHOP, sha256=digest(TOML))
    report = sample.report().model_copy(update={"profile": "ours", "profile_source": source})
    await client.put(f"/api/v1/reports/{report.report_id}", content=to_bytes(sign(report, stick)))
    page = (await client.get(f"/reports/{report.report_id}")).text
    assert f'href="../profiles/{digest(TOML)}"' in page
    assert "de l’atelier" in page


@pytest.mark.parametrize("status", [SanitizationStatus.SANITIZED, SanitizationStatus.FAILED])
async def test_a_bare_drive_is_listed_and_shown_as_one(
    app: FastAPI, client: httpx.AsyncClient, stick: SigningKey, status: SanitizationStatus
) -> None:
    report = sample.bare_report(sample.drive("ONE-1"), status, asset_tag="D-9")
    answer = await client.put(f"/api/v1/reports/{report.report_id}", content=to_bytes(sign(report, stick)))
    assert answer.status_code == 201
    good = status is SanitizationStatus.SANITIZED
    page = (await client.get(f"/reports/{report.report_id}")).text
    assert "Disque seul" in page
    assert ("Le disque est effacé." in page) is good
    assert ("Le disque n’est PAS effacé." in page) is not good
    assert "cette machine" not in page
    index = (await client.get("/?q=one-1")).text
    assert "Example 500 Blue ONE-1" in index
    assert "D-9" in index
