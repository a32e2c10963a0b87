"""The application without a network, and keys that it knows."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sample_report as sample
from fastapi import FastAPI

from agent.model.words import Mode
from agent.report.keys import SigningKey, ephemeral
from agent.report.verify import read, report_id
from workshop.app import create


@pytest.fixture(scope="session")
def stick() -> SigningKey:
    return ephemeral(Mode.REAL)


@pytest.fixture(scope="session")
def training_stick() -> SigningKey:
    return ephemeral(Mode.TRAINING)


@pytest.fixture
def app(tmp_path: Path, stick: SigningKey, training_stick: SigningKey) -> Iterator[FastAPI]:
    app = create(tmp_path)
    app.state.store.enrol(stick.public, "Clé bleue")
    app.state.store.enrol(training_stick.public, None)
    yield app
    app.state.store.close()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://workshop") as client:
        yield client


@pytest.fixture
def put(client: httpx.AsyncClient, stick: SigningKey) -> Callable[..., Any]:
    """`await put()` delivers an invented report, `await put(data)` these bytes; gives the answer."""

    async def deliver(data: bytes | None = None, *, key: SigningKey = stick, **facts: object) -> httpx.Response:
        data = sample.signed_bytes(key, **facts) if data is None else data
        return await client.put(f"/api/v1/reports/{report_id(read(data))}", content=data)

    return deliver
