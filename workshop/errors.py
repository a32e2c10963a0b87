"""Errors of the API: `{"error": code, "detail": sentence}` and a status."""

from fastapi import Request
from fastapi.responses import JSONResponse


class ApiError(Exception):
    """A request that is refused, and why."""

    def __init__(self, status: int, error: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.error = error
        self.detail = detail


def answer(_request: Request, error: ApiError) -> JSONResponse:
    return JSONResponse({"error": error.error, "detail": error.detail}, error.status)
