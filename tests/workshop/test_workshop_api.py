"""What the workshop accepts from a stick, and what it refuses."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
import sample_report as sample
from fastapi import FastAPI

from agent.model.report import Receipt, Signature, SignedReport
from agent.model.words import Mode
from agent.report.canonical import LIMIT, canonical
from agent.report.keys import SigningKey, encode, ephemeral
from agent.report.sign import to_bytes
from agent.report.verify import read, report_id
from workshop import api

Put = Callable[..., Any]
NOBODY = "11111111-1111-4111-8111-111111111111"


def said(answer: httpx.Response, status: int, error: str) -> str:
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert set(body) == {"error", "detail"}
    assert body["error"] == error
    return str(body["detail"])


async def test_a_report_is_stored_byte_for_byte(client: httpx.AsyncClient, put: Put, stick: SigningKey) -> None:
    data = sample.signed_bytes(stick)
    answer = await put(data)
    assert answer.status_code == 201
    receipt = Receipt.model_validate(answer.json())
    number = report_id(read(data))
    assert receipt.report_id == number
    assert receipt.sha256 == hashlib.sha256(data).hexdigest()
    assert receipt.url == f"reports/{number}"
    stored = await client.get(f"/api/v1/reports/{number}")
    assert stored.content == data
    assert stored.headers["content-type"] == "application/json"
    assert (await client.get("/" + receipt.url)).status_code == 200


async def test_the_same_report_again_gets_the_same_receipt(app: FastAPI, put: Put, stick: SigningKey) -> None:
    data = sample.signed_bytes(stick)
    first, second = await put(data), await put(data)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert app.state.store.page("", 1, 10).total == 1


async def test_many_at_once_are_one(app: FastAPI, put: Put, stick: SigningKey) -> None:
    data = sample.signed_bytes(stick)
    answers = await asyncio.gather(*(put(data) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.text for answer in answers}) == 1
    assert app.state.store.page("", 1, 10).total == 1


async def test_another_report_under_the_same_number(client: httpx.AsyncClient, put: Put, stick: SigningKey) -> None:
    data = sample.signed_bytes(stick)
    number = report_id(read(data))
    await put(data)
    assert str(number) in said(await put(report_id=number, asset_tag="OTHER"), 409, "conflict")
    assert (await client.get(f"/api/v1/reports/{number}")).content == data


async def test_an_unknown_key(app: FastAPI, put: Put) -> None:
    key = ephemeral(Mode.REAL)
    assert str(key.public) in said(await put(key=key), 401, "unknown_key")
    assert app.state.store.page("", 1, 10).total == 0


async def test_a_training_key_is_not_enrolled_with_the_real_one(app: FastAPI, put: Put, stick: SigningKey) -> None:
    said(await put(key=SigningKey(Mode.TRAINING, stick._private)), 401, "unknown_key")


async def test_a_revoked_key_delivers_nothing_more(app: FastAPI, put: Put, stick: SigningKey) -> None:
    data = sample.signed_bytes(stick)
    await put(data)
    app.state.store.revoke(stick.public)
    said(await put(), 401, "unknown_key")
    said(await put(data), 401, "unknown_key")
    app.state.store.enrol(stick.public, None)
    assert (await put(data)).status_code == 200


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b'{"a":1,"a":2}', b'{"report":{},"signature":{}}'])
async def test_what_is_no_report(client: httpx.AsyncClient, data: bytes) -> None:
    said(await client.put(f"/api/v1/reports/{uuid4()}", content=data), 422, "not_intact")


async def test_a_changed_report(put: Put, stick: SigningKey) -> None:
    data = sample.signed_bytes(stick).replace(b"NTS-0042", b"NTS-0043")
    assert "does not hold" in said(await put(data), 422, "not_intact")


async def test_another_number_in_the_address(client: httpx.AsyncClient, stick: SigningKey) -> None:
    answer = await client.put(f"/api/v1/reports/{uuid4()}", content=sample.signed_bytes(stick))
    said(answer, 422, "wrong_id")


@pytest.mark.parametrize("change", [{"added": 1}, {"seconds": -1}, {"inventory": None}])
async def test_signed_but_not_of_the_model(put: Put, stick: SigningKey, change: dict[str, object]) -> None:
    body = {**sample.signed(stick).report, **change}
    signature = Signature(key=str(stick.public), value=encode(stick.sign(canonical(body))))
    said(await put(to_bytes(SignedReport(report=body, signature=signature))), 422, "not_understood")


async def parts(size: int, seen: list[int]) -> AsyncIterator[bytes]:
    for _ in range(size >> 16):
        seen.append(1 << 16)
        yield b"x" * (1 << 16)


async def test_too_large_whatever_the_header_says(client: httpx.AsyncClient) -> None:
    seen: list[int] = []
    answer = await client.put(f"/api/v1/reports/{uuid4()}", content=parts(LIMIT + (1 << 16), seen))
    said(answer, 413, "too_large")
    answer = await client.put(f"/api/v1/reports/{uuid4()}", content=b"x" * (LIMIT + 1))
    said(answer, 413, "too_large")


async def test_an_endless_body_is_not_read_to_its_end(client: httpx.AsyncClient) -> None:
    seen: list[int] = []
    said(await client.put(f"/api/v1/reports/{uuid4()}", content=parts(10 * LIMIT, seen)), 413, "too_large")
    assert sum(seen) < 3 * LIMIT


async def test_a_body_that_does_not_come(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "BODY_SECONDS", 0.05)

    async def slow() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(5)
        yield b"}"

    said(await client.put(f"/api/v1/reports/{uuid4()}", content=slow()), 408, "too_slow")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"/api/v1/reports/{NOBODY}", 404),
        ("GET", "/api/v1/reports/x", 404),
        ("PUT", "/api/v1/reports/..%2f..%2fetc", 404),
        ("GET", "/api/v1/nothing", 404),
        ("DELETE", f"/api/v1/reports/{NOBODY}", 405),
    ],
)
async def test_errors_of_the_api_are_json(client: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "detail"}


async def test_a_fault_of_our_own_tells_nothing_inward(
    client: httpx.AsyncClient, app: FastAPI, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret path")

    monkeypatch.setattr(app.state.store, "add", broken)
    answer = await put()
    assert "secret" not in said(answer, 500, "fault")
    monkeypatch.setattr(app.state.store, "page", broken)
    page = await client.get("/")
    assert page.status_code == 500
    assert "Erreur du serveur" in page.text
    assert "secret" not in page.text


async def test_there_is_no_documentation_from_elsewhere(client: httpx.AsyncClient) -> None:
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert (await client.get(path)).status_code == 404


async def test_the_bytes_come_as_a_file(client: httpx.AsyncClient, put: Put) -> None:
    number = (await put(asset_tag="<script>")).json()["report_id"]
    answer = await client.get(f"/api/v1/reports/{number}")
    assert answer.headers["content-disposition"] == f'attachment; filename="ordis-{number}.json"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert json.loads(answer.content)["report"]["asset_tag"] == "<script>"
