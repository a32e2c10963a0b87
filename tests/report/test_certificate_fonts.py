"""The typeface: what it shows, and what it does with what it cannot show."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st

from agent.report.certificate import fonts
from agent.report.certificate.sheet import Sheet, Style

NOWHERE = Path("/nowhere")
STANDARD = fonts.load(FPDF(), NOWHERE)


@pytest.fixture(scope="module")
def dejavu() -> Iterator[fonts.Typeface]:
    if not (fonts.DEJAVU / "DejaVuSans.ttf").is_file():
        pytest.skip("the package fonts-dejavu-core is not installed")
    pdf = FPDF()
    yield fonts.load(pdf)
    pdf.add_page()
    pdf.output()  # closes the files


FRENCH = "Œuvre à 5 € – « ça » naïf, l’été, ÿ Ÿ"


def test_french_is_whole_in_both(dejavu: fonts.Typeface) -> None:
    assert STANDARD.harmless(FRENCH) == FRENCH
    assert dejavu.harmless(FRENCH) == FRENCH
    assert dejavu.harmless("Zażółć Ωμέγα Привет") == "Zażółć Ωμέγα Привет"


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("e\u0301te\u0301", "été"),  # composed
        ("a\u0301\u0301\u0301", "á"),  # what would stack up is left out
        ("ﬁn ½ ①", "fin ½ 1"),
        ("ő ł", "o ?"),
        ("Привет", "??????"),
        ("\u202eabc\u2066", "abc"),
        ("שa", "?a"),
        ("a\nb\tc\u2003d", "a b c d"),
        ("5\u202f%", "5\xa0%"),
        ("\x00\x1b\x9f", ""),
        ("😀", "?"),
    ],
)
def test_the_standard_fonts_show_the_nearest(given_text: str, shown: str) -> None:
    assert STANDARD.harmless(given_text) == shown


def test_dejavu_marks_what_it_lacks(dejavu: fonts.Typeface) -> None:
    assert dejavu.harmless("ש漢") == "\ufffd\ufffd"


def test_only_embedded_where_all_three_files_are_there(tmp_path: Path) -> None:
    (tmp_path / "DejaVuSans.ttf").write_bytes(b"")
    assert fonts.load(FPDF(), tmp_path).names == STANDARD.names


@given(st.text(), st.floats(5, 60))
def test_lines_fit_and_lose_nothing(text: str, width: float) -> None:
    sheet, style = Sheet(NOWHERE), Style(points=8)
    lines = sheet.wrap(text, style, width)
    assert all(sheet.width(line, style) <= width + 1e-6 or len(line) == 1 for line in lines)
    assert "".join("".join(lines).split(" ")) == STANDARD.harmless(text).replace(" ", "")


@given(st.text(), st.floats(3, 60))
def test_what_is_shortened_fits(text: str, width: float) -> None:
    sheet, style = Sheet(NOWHERE), Style(points=8)
    assert sheet.width(sheet.fit(text, style, width), style) <= width + 1e-6
