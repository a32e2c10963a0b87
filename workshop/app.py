"""The web application: the interface for sticks, the pages for people, and what holds for every answer."""

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from workshop import api, errors, pages
from workshop.store import Store

HEADERS = {
    # Nothing but our own style sheet: no script runs, whatever a report holds.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}

log = logging.getLogger("ordis.workshop")


def create(data: Path) -> FastAPI:
    """The application over the data folder. Close `app.state.store` when done. Raises as Store does."""
    # No interactive documentation: it would load scripts from elsewhere.
    app = FastAPI(title="Ordis workshop", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.store = Store(data)
    app.state.image_version = None
    app.include_router(api.router)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    app.middleware("http")(_harden)
    app.add_exception_handler(errors.ApiError, errors.answer)  # type: ignore[arg-type]
    for status in (404, 405):
        app.add_exception_handler(status, _refused)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _misaddressed)
    return app


async def _harden(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    try:
        response = await call_next(request)
    except Exception:
        log.exception("%s %s", request.method, request.url.path)
        response = _tell(request, 500, "fault", "The workshop server has a fault; its log says more.")
    response.headers.update(HEADERS)
    return response


def _refused(request: Request, error: HTTPException) -> Response:
    return _tell(request, error.status_code, "refused", str(error.detail))


def _misaddressed(request: Request, _error: Exception) -> Response:
    return _tell(request, 404, "not_found", "There is nothing at this address.")


def _tell(request: Request, status: int, error: str, detail: str) -> Response:
    if request.url.path.startswith(api.router.prefix):
        return JSONResponse({"error": error, "detail": detail}, status)
    return pages.problem(request, status)
