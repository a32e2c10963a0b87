"""The journals that the workshop keeps: appended in order, once, for keys that it knows."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from agent.model.ledger import ENTRY_LIMIT, MOST_ENTRIES, Entry, EntryReceipt
from agent.model.words import Mode
from agent.report.entry import seal
from agent.report.keys import SigningKey, ephemeral
from workshop import ledger

JOURNAL = UUID("11111111-1111-4111-8111-111111111111")


def entry(number: int = 0, journal: UUID = JOURNAL, *, training: bool = False, **record: object) -> Entry:
    return Entry(journal=journal, number=number, training=training, record={"record": "erase_started", **record})


class Sender:
    def __init__(self, client: httpx.AsyncClient, key: SigningKey) -> None:
        self._client, self._key = client, key

    async def __call__(self, what: Entry | None = None, key: SigningKey | None = None) -> httpx.Response:
        what = what or entry()
        return await self.raw(seal(what, key or self._key), what.journal, what.number)

    async def raw(self, data: bytes, journal: object = JOURNAL, number: object = 0) -> httpx.Response:
        return await self._client.put(f"/api/v1/journals/{journal}/{number}", content=data)


@pytest.fixture
def send(client: httpx.AsyncClient, stick: SigningKey) -> Sender:
    return Sender(client, stick)


def said(answer: httpx.Response, status: int, error: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.json()["error"] == error


async def test_entries_are_kept_as_they_came(app: FastAPI, send: Sender, stick: SigningKey) -> None:
    for number in range(3):
        answer = await send(entry(number, drive={"serial": "S-1"}))
        assert answer.status_code == 201
        receipt = EntryReceipt.model_validate(answer.json())
        assert (receipt.journal, receipt.number) == (JOURNAL, number)
    assert app.state.store.entries(str(JOURNAL)) == [
        seal(entry(number, drive={"serial": "S-1"}), stick) for number in range(3)
    ]


async def test_the_same_entry_again_changes_nothing(app: FastAPI, send: Sender) -> None:
    first, second = await send(), await send()
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert len(app.state.store.entries(str(JOURNAL))) == 1


async def test_many_at_once_are_one(app: FastAPI, send: Sender) -> None:
    answers = await asyncio.gather(*(send() for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len(app.state.store.entries(str(JOURNAL))) == 1


async def test_nothing_that_is_kept_is_replaced(app: FastAPI, send: Sender, stick: SigningKey) -> None:
    await send()
    said(await send(entry(drive="another")), 409, "conflict")
    assert app.state.store.entries(str(JOURNAL)) == [seal(entry(), stick)]


async def test_no_gaps(send: Sender) -> None:
    said(await send(entry(1)), 409, "gap")
    await send(entry(0))
    said(await send(entry(2)), 409, "gap")
    assert (await send(entry(1))).status_code == 201
    assert (await send(entry(0, uuid4()))).status_code == 201  # of another machine


async def test_whoever_began_a_journal_goes_on_with_it(app: FastAPI, send: Sender) -> None:
    other = ephemeral(Mode.REAL)
    app.state.store.enrol(other.public, None)
    await send()
    said(await send(entry(1), other), 409, "conflict")
    said(await send(entry(0), other), 409, "conflict")


async def test_unknown_and_revoked_keys(app: FastAPI, send: Sender, stick: SigningKey) -> None:
    said(await send(key=ephemeral(Mode.REAL)), 401, "unknown_key")
    app.state.store.revoke(stick.public)
    said(await send(), 401, "unknown_key")
    assert app.state.store.entries(str(JOURNAL)) == []


async def test_training_and_real_are_never_mixed(send: Sender, training_stick: SigningKey) -> None:
    assert (await send(entry(training=True), training_stick)).status_code == 201
    said(await send(entry(0, uuid4()), training_stick), 422, "not_intact")
    said(await send(entry(0, uuid4(), training=True)), 422, "not_intact")


async def test_what_was_changed_on_the_way(send: Sender, stick: SigningKey) -> None:
    said(await send.raw(seal(entry(drive="S-1"), stick).replace(b"S-1", b"S-2")), 422, "not_intact")


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"\xff", b'{"entry":{},"signature":{}}', b'{"a":1,"a":2}', b"[" * 5000]
)
async def test_what_is_no_entry(send: Sender, data: bytes) -> None:
    said(await send.raw(data), 422, "not_intact")


async def test_the_address_and_the_entry_agree(send: Sender, stick: SigningKey) -> None:
    data = seal(entry(), stick)
    said(await send.raw(data, uuid4()), 422, "wrong_id")
    said(await send.raw(data, number=1), 422, "wrong_id")
    for odd in ("x", "-1", "0" * 5000 + "x"):
        assert (await send.raw(data, number=odd)).status_code in (404, 422)


async def test_sizes_are_bounded(
    send: Sender, monkeypatch: pytest.MonkeyPatch, client: httpx.AsyncClient, stick: SigningKey
) -> None:
    said(await send.raw(b"x" * (ENTRY_LIMIT + 1)), 413, "too_large")
    seen = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal seen
        while True:
            seen += 1 << 16
            yield b"x" * (1 << 16)

    said(await client.put(f"/api/v1/journals/{JOURNAL}/0", content=endless()), 413, "too_large")
    assert seen < 3 * ENTRY_LIMIT
    one = len(seal(entry(), stick))
    monkeypatch.setattr(ledger, "JOURNAL_LIMIT", 2 * one)
    assert [(await send(entry(number))).status_code for number in range(3)] == [201, 201, 413]
    with pytest.raises(ValueError, match="less than"):
        entry(MOST_ENTRIES)


async def test_they_are_shown_nowhere(send: Sender, client: httpx.AsyncClient) -> None:
    await send(entry(drive="SECRET-SERIAL"))
    assert (await client.get(f"/api/v1/journals/{JOURNAL}/0")).status_code == 405
    assert "SECRET-SERIAL" not in (await client.get("/")).text
    assert str(JOURNAL) not in (await client.get("/?q=SECRET-SERIAL")).text
