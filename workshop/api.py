"""The interface for sticks: PUT a signed report, GET it back byte for byte; PUT the entries of a journal."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from agent.model.ledger import ENTRY_LIMIT
from agent.report.canonical import LIMIT
from workshop.errors import ApiError
from workshop.intake import accept
from workshop.ledger import append
from workshop.store import Store

BODY_SECONDS = 300.0
"""For one body: 8 MiB at a modest 230 kbit/s."""

router = APIRouter(prefix="/api/v1")


def store_of(request: Request) -> Store:
    store = request.app.state.store
    assert isinstance(store, Store)
    return store


TheStore = Annotated[Store, Depends(store_of)]


@router.put("/reports/{report_id}")
async def put_report(report_id: UUID, request: Request, store: TheStore) -> Response:
    """201 for a new report, 200 for one that is known already, each with its receipt."""
    data = await _body(request)
    receipt, new = await run_in_threadpool(accept, store, report_id, data)
    return JSONResponse(receipt.model_dump(mode="json"), 201 if new else 200)


@router.get("/reports/{report_id}")
def get_report(report_id: UUID, store: TheStore) -> Response:
    """The bytes as they were received."""
    data = store.body(str(report_id))
    if data is None:
        raise ApiError(404, "not_found", "There is no such report.")
    name = f'attachment; filename="ordis-{report_id}.json"'
    return Response(data, media_type="application/json", headers={"Content-Disposition": name})


@router.get("/stick")
def get_stick(request: Request, store: TheStore, key: str = "") -> JSONResponse:
    """What a stick asks to know whether it is up to date: the newest version, and whether its key is enrolled."""
    found = store.key(key[:200]) if key else None
    enrolled = found is not None and found.revoked_at is None
    return JSONResponse({"version": request.app.state.image_version, "enrolled": enrolled if key else None})


@router.get("/profiles")
def get_profiles(store: TheStore) -> JSONResponse:
    """What a stick asks to know which profiles this workshop has for it."""
    found = store.profiles()
    return JSONResponse({"profiles": [{"name": one.name, "sha256": one.sha256} for one in found]})


@router.get("/profiles/{name}")
def get_profile(name: str, store: TheStore) -> Response:
    """One of them, as it was given."""
    data = store.profile(name)
    if data is None:
        raise ApiError(404, "not_found", "There is no such profile.")
    return Response(data, media_type="application/toml")


@router.put("/journals/{journal}/{number}")
async def put_entry(journal: UUID, number: int, request: Request, store: TheStore) -> Response:
    """201 for a new entry of a machine's journal, 200 for one that is kept already, each with its receipt."""
    data = await _body(request, ENTRY_LIMIT)
    receipt, new = await run_in_threadpool(append, store, journal, number, data)
    return JSONResponse(receipt.model_dump(mode="json"), 201 if new else 200)


async def _body(request: Request, limit: int = LIMIT) -> bytes:
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _bounded(request, limit)
    except TimeoutError as error:
        raise ApiError(408, "too_slow", "It did not arrive in time.") from error


async def _bounded(request: Request, limit: int) -> bytes:
    data = bytearray()
    received = 0
    more = True
    # Once over the limit, the rest is read and dropped: who is cut off while still sending may never see the answer.
    while more and received <= 2 * limit:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ApiError(400, "cut_off", "The connection ended too early.")
        part = message.get("body", b"")
        more = message.get("more_body", False)
        received += len(part)
        if received <= limit:
            data += part
    if received > limit:
        raise ApiError(413, "too_large", f"At most {limit} bytes are taken.")
    return bytes(data)
