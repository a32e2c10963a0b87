"""The pages: plain about drives and training, and harmless whatever a report holds."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
import sample_report as sample
from fastapi import FastAPI
from sqlalchemy import text

from agent.model.check import Figure
from agent.model.inventory import Drive, Inventory, UnseenDrive
from agent.model.message import Message, say
from agent.model.words import SanitizationStatus
from agent.report.keys import SigningKey
from agent.report.sign import sign, to_bytes
from workshop import pages
from workshop.show import TIME_SOURCES, Show
from workshop.words import FRENCH, labels

Put = Callable[..., Any]
NOBODY = "11111111-1111-4111-8111-111111111111"
WORKSHOP = Path(pages.__file__).parent
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;"


class Elements(HTMLParser):
    """Collects tags with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


async def page_of(client: httpx.AsyncClient, answer: httpx.Response, language: str = "fr") -> str:
    assert answer.status_code == 201, answer.text
    page = await client.get(f"/{answer.json()['url']}", params={"lang": language})
    assert page.status_code == 200
    return page.text


async def test_a_page_shows_everything(client: httpx.AsyncClient, put: Put, stick: SigningKey) -> None:
    page = await page_of(client, await put())
    for words in ("NTS-0042", "Lenovo ThinkPad T480", "PF0ABCDE", "Mairie 2026-05", "8 Go", "WD-WX11A22B3344",
                  "500 Go", "Tous les disques de cette machine sont effacés", "The drive is a hard disk.",
                  "78,5 °C", "Provisoire", "La signature est valable", "Clé bleue", str(stick.public).split(":")[0],
                  "à l’heure du réseau", "04/05/2026 09:42 UTC"):  # fmt: skip
        assert words in page, words
    assert "ENTRAÎNEMENT" not in page


@pytest.mark.parametrize(("volunteer", "shown"), [("J. & M.", "J. &amp; M."), (HOSTILE, "&lt;img src=x"), (None, None)])
async def test_who_took_it_in_and_from_which_lot(
    client: httpx.AsyncClient, put: Put, stick: SigningKey, volunteer: str | None, shown: str | None
) -> None:
    for report in (sample.report(), sample.bare_report(sample.drive("ONE-1"))):
        told = report.model_copy(update={"volunteer": volunteer, "lot": f"Lot {volunteer}"})
        page = await page_of(client, await put(to_bytes(sign(told, stick))))
        assert ("Pris en charge par" in page) is (shown is not None)
        if shown is not None:
            assert page.count(shown) == 2
        assert not any("onerror" in attributes for _, attributes in Elements(page).found)
        assert "<script>alert" not in page


async def test_training_is_unmistakable(client: httpx.AsyncClient, put: Put, training_stick: SigningKey) -> None:
    answer = await put(key=training_stick)
    page = await page_of(client, answer)
    assert "<title>ENTRAÎNEMENT" in page
    assert '<p class="banner training"><b>ENTRAÎNEMENT</b>' in page
    assert "sont effacés" not in page, "nothing may look like a promise"
    assert '<p class="banner training"><b>TRAINING</b>' in await page_of(client, answer, "en")
    assert '<span class="badge">ENTRAÎNEMENT</span>' in (await client.get("/")).text


async def test_a_drive_that_is_not_sanitized_is_in_plain_sight(client: httpx.AsyncClient, put: Put) -> None:
    one, two = sample.drive("ONE"), sample.drive("TWO")
    for done in ([sample.erased(one)], [sample.erased(one), sample.erased(two, SanitizationStatus.FAILED)]):
        page = await page_of(client, await put(drives=[one, two], sanitizations=done))
        assert "ne sont pas tous effacés" in page
        assert "Tous les disques" not in page
    index = (await client.get("/")).text
    assert index.count("PAS tous effacés") == 2


async def test_no_drive_and_unseen_drives(client: httpx.AsyncClient, put: Put, stick: SigningKey) -> None:
    assert "Aucun disque" in await page_of(client, await put(drives=[]))
    report = sample.report()
    hidden = [UnseenDrive(sign=say("Intel RST is on."), remedy=say("Set AHCI."))]
    report = report.model_copy(
        update={"inventory": report.inventory.model_copy(update={"unseen_drives": hidden})},
    )
    page = await page_of(client, await put(to_bytes(sign(report, stick))))
    assert "Intel RST is on." in page
    assert "ne sont pas tous effacés" in page


def poisoned(drive: Drive) -> Any:
    """A report in which every text is hostile."""
    report = sample.report(drives=[drive])
    dump = report.model_dump(mode="json", by_alias=True)

    def poison(node: Any, key: str = "") -> Any:
        if isinstance(node, dict):
            return {name: poison(item, name) for name, item in node.items()}
        if isinstance(node, list):
            return [poison(item) for item in node]
        free = isinstance(node, str) and key not in {"report_id", "schema", "created_at", "started_at", "time_source"}
        return HOSTILE if free and node not in CLOSED else node

    return type(report).model_validate(poison(dump))


CLOSED = {
    "ata", "notebook", "sanitized", "clear", "overwrite", "zero", "full", "passed", "degraded", "skipped", "A", "C",
    "ordis", "none", "machine",
}  # fmt: skip


async def test_a_hostile_report_is_only_text(client: httpx.AsyncClient, put: Put, stick: SigningKey) -> None:
    report = poisoned(sample.drive(HOSTILE))
    page = await page_of(client, await put(to_bytes(sign(report, stick))))
    index = (await client.get("/")).text
    search = (await client.get("/", params={"q": HOSTILE, "lang": HOSTILE})).text
    assert page.count("&lt;script&gt;") > 20
    for html in (page, index, search):
        elements = Elements(html).found
        assert not {tag for tag, _ in elements} & {"script", "iframe", "object", "style"}
        assert all(set(attributes) <= ALLOWED for _, attributes in elements)
        assert all(attributes["src"] in ("./static/icon.svg", "../static/icon.svg")
                   for tag, attributes in elements if tag == "img")  # fmt: skip


ALLOWED = {
    "action", "alt", "aria-label", "charset", "class", "content", "data-label", "datetime", "height", "href",
    "hreflang", "lang", "maxlength", "method", "name", "placeholder", "rel", "role", "scope", "size", "src", "type",
    "value", "width",
}  # fmt: skip


@pytest.mark.parametrize("path", ["/", f"/reports/{NOBODY}", "/nothing", "/static/style.css", "/api/v1/nothing"])
async def test_every_answer_is_hardened(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self';")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


async def test_nothing_comes_from_elsewhere(client: httpx.AsyncClient, put: Put) -> None:
    for html in (await page_of(client, await put()), (await client.get("/")).text):
        for tag, attributes in Elements(html).found:
            assert "style" not in attributes, "the policy would block it"
            assert not any(name.startswith("on") for name in attributes)
            assert not re.match(r"[a-z]*:?//", attributes.get("href") or attributes.get("src") or ""), tag
    assert "url(" not in (WORKSHOP / "static" / "style.css").read_text()


async def test_every_link_leads_somewhere(client: httpx.AsyncClient, put: Put) -> None:
    url = "/" + (await put()).json()["url"]
    for start in ("/", url, "/nothing/here"):
        page = await client.get(start)
        for _, attributes in Elements(page.text).found:
            link = attributes.get("href") or attributes.get("src")
            if link and not link.startswith("?"):
                answer = await client.get(str(httpx.URL("http://workshop" + start).join(link)))
                assert answer.status_code == 200, (start, link)


@pytest.mark.parametrize(("language", "word"), [("fr", "Introuvable"), ("en", "Not found"), ("xx", "Introuvable")])
@pytest.mark.parametrize("path", ["/nothing", "/reports/x", f"/reports/{NOBODY}", "/?page=0", "/?page=x"])
async def test_addresses_that_lead_nowhere(client: httpx.AsyncClient, path: str, language: str, word: str) -> None:
    answer = await client.get(path + ("&" if "?" in path else "?") + f"lang={language}")
    assert answer.status_code == 404
    assert word in answer.text


async def test_search_and_pages(client: httpx.AsyncClient, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PER_PAGE", 2)
    for number in range(5):
        await put(asset_tag=f"TAG-{number}", drives=[sample.drive(f"SN%{number}")])

    async def tags(**params: Any) -> list[str]:
        return re.findall(r">(TAG-\d)<", (await client.get("/", params=params)).text)

    assert await tags() == ["TAG-4", "TAG-3"]
    assert await tags(page=3) == ["TAG-0"]
    assert await tags(page=99) == ["TAG-0"]
    assert await tags(q="tag-2") == ["TAG-2"]
    assert await tags(q="sn%3") == ["TAG-3"], "the serial of a drive; % is no wild card"
    assert await tags(q="thinkpad TAG-1") == ["TAG-1"]
    assert await tags(q="%") == ["TAG-4", "TAG-3"]
    assert await tags(q="S_%") == []
    assert "Rien trouvé" in (await client.get("/", params={"q": "nothing"})).text
    assert 'href="?q=a+b&amp;lang=en"' in (await client.get("/", params={"q": "a b"})).text
    assert 'href="?q=a+b&amp;lang=fr"' in (await client.get("/", params={"q": "a b", "lang": "en"})).text
    assert 'href="?q=tag&amp;page=2&amp;lang=fr"' in (await client.get("/", params={"q": "tag"})).text


async def test_an_empty_workshop_says_what_to_do(client: httpx.AsyncClient) -> None:
    assert "ordis-workshop enrol" in (await client.get("/")).text
    assert "No report yet" in (await client.get("/?lang=en")).text


async def test_the_signer_s_standing_is_shown(
    client: httpx.AsyncClient, app: FastAPI, put: Put, stick: SigningKey
) -> None:
    answer = await put()
    app.state.store.revoke(stick.public)
    assert "clé révoquée le" in await page_of(client, answer)


async def test_a_record_changed_afterwards_is_noticed(client: httpx.AsyncClient, app: FastAPI, put: Put) -> None:
    answer = await put()
    with app.state.store._engine.begin() as connection:
        connection.execute(text("UPDATE reports SET body = CAST(replace(CAST(body AS TEXT), 'NTS-0042', 'X') AS BLOB)"))
    page = await page_of(client, answer)
    assert "LA SIGNATURE N’EST PAS VALABLE" in page
    assert "sont effacés" not in page


async def test_a_bare_report_has_a_page(client: httpx.AsyncClient, put: Put, stick: SigningKey) -> None:
    report = sample.report(drives=[], asset_tag=None).model_copy(
        update={"inventory": Inventory(), "checks": [], "grade": None, "lot": None}
    )
    page = await page_of(client, await put(to_bytes(sign(report, stick))))
    assert "sans étiquette" in page
    assert "machine inconnue" in page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_odd_values_are_shown_somehow(language: str) -> None:
    show = Show(language)
    far = timezone(timedelta(hours=14))
    for moment in (
        datetime.min.replace(tzinfo=far),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),
        "x",
        "",
    ):
        assert show.time(moment)
    for value in (1e308, -5, 0, 2**53, "text", 0.04):
        for name in ("x_bytes", "x_seconds", "x_percent", "x_celsius", "bytes", "_", "x"):
            assert show.figure_value(value, Figure(name=name, value=value))
    assert show.figure_name(Figure(name="temperature_max_celsius", value=1)) == "temperature max"
    assert show.figure_name(Figure(name="bytes", value=1)) == "bytes"
    assert show.message(Message("{x}", {})) == "?"
    assert show.message(None) == ""


def test_every_word_of_the_templates_is_french_too() -> None:
    templates = "".join(template.read_text() for template in (WORKSHOP / "templates").iterdir())
    assert set(re.findall(r'_\("([^"]+)"\)', templates)) <= set(FRENCH)
    assert set(TIME_SOURCES.values()) <= set(FRENCH)
    code = templates + "".join(module.read_text() for module in WORKSHOP.glob("*.py") if module.name != "words.py")
    axes = {"processor", "memory", "drive", "battery", "stress", "functions", "cosmetic"}
    assert {word for word in FRENCH if f'"{word}"' not in code} <= axes, "nobody says these"
    assert labels("fr")("Grade") == "Note"
    assert labels("en")("Grade") == "Grade"
