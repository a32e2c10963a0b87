"""The pages: the list, and one page for each report. They show, and change nothing."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.templating import Jinja2Templates
from jinja2 import StrictUndefined

from agent.model.report import Report
from agent.report import naming
from agent.report.fates import all_sanitized, fates
from agent.report.keys import PublicKey
from agent.report.summary import subject_of
from agent.report.verify import verify
from agent.report.wording import LANGUAGES
from workshop.api import TheStore
from workshop.show import ORIGINS, Show
from workshop.store import Store
from workshop.words import labels

PER_PAGE = 50

router = APIRouter(default_response_class=Response)
_templates = Jinja2Templates(Path(__file__).parent / "templates")
# A misspelt name in a template is an error, not an empty place where a status should be.
_templates.env.undefined = StrictUndefined
_templates.env.trim_blocks = _templates.env.lstrip_blocks = True

Language = Annotated[str, Query(alias="lang")]
Wanted = Annotated[str, Query(max_length=200)]
Number = Annotated[int, Query(ge=1, le=1_000_000)]


@router.get("/")
def index(request: Request, store: TheStore, q: Wanted = "", page: Number = 1, language: Language = "fr") -> Response:
    """The reports, newest first."""
    return _page(request, "list.html", language, page=store.page(q, page, PER_PAGE), q=q, naming=naming)


@router.get("/reports/{report_id}")
def report_page(request: Request, report_id: UUID, store: TheStore, language: Language = "fr") -> Response:
    """One report in full. The signature is verified anew, from the stored bytes, each time."""
    stored = store.report(str(report_id))
    body = store.body(str(report_id))
    if stored is None or body is None:
        raise HTTPException(404)
    verdict = verify(body, [key.key for key in store.enrolled()])
    shown = verdict.report
    return _page(
        request, "report.html", language,
        stored=stored, verdict=verdict, report=shown, signer=_signer(store, verdict.signer),
        fates=fates(shown) if shown else [], all_sanitized=shown is not None and all_sanitized(shown),
        name=subject_of(shown) if shown else stored.machine, naming=naming, origins=ORIGINS,
        own_profile=shown is not None and _is_own(store, shown),
    )  # fmt: skip


@router.get("/profiles")
def profiles_page(request: Request, store: TheStore, language: Language = "fr") -> Response:
    """Every version of every profile that this workshop has served, the newest first."""
    return _page(request, "profiles.html", language, profiles=store.profiles(all_versions=True))


@router.get("/profiles/{sha256}")
def profile_file(sha256: str, store: TheStore) -> Response:
    """The profile that a report names by its digest, as it was given."""
    data = store.profile_version(sha256)
    if data is None:
        raise HTTPException(404)
    return Response(data, media_type="text/plain; charset=utf-8")


def problem(request: Request, status: int) -> Response:
    """The page for an address that leads nowhere, or for our own fault."""
    return _page(request, "problem.html", request.query_params.get("lang", "fr"), status_code=status, status=status)


def _is_own(store: Store, report: Report) -> bool:
    """The profile is one that this workshop has, so that a grade leads to what made it."""
    source = report.profile_source
    return source is not None and store.profile_version(source.sha256) is not None


def _signer(store: Store, key: PublicKey | None) -> dict[str, str | None]:
    enrolled = store.key(str(key))
    if enrolled is None:
        return {"key": str(key), "name": None, "doubt": "key not enrolled", "date": None}
    doubt = "key revoked on" if enrolled.revoked_at else None
    return {"key": enrolled.key, "name": enrolled.name, "doubt": doubt, "date": enrolled.revoked_at}


def _page(request: Request, template: str, language: str, status_code: int = 200, **context: object) -> Response:
    language = language if language in LANGUAGES else "fr"
    # Relative links hold behind a proxy that serves the workshop below a path.
    root = "../" * request.url.path.strip("/").count("/") or "./"
    common = {"language": language, "_": labels(language), "show": Show(language), "root": root}
    return _templates.TemplateResponse(request, template, {**common, **context}, status_code)
