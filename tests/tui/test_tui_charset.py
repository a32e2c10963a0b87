import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from agent.tui.charset import ALLOWED, fit


@given(st.text())
def test_everything_becomes_showable(text: str) -> None:
    shown = fit(text)
    assert ALLOWED.issuperset(shown)
    assert fit(shown) == shown


def test_french_stays_french() -> None:
    text = "Déjà « reçu » : 98 % à 71 °C, Noël, ça où"
    assert fit(text) == text


def test_what_has_a_likeness_gets_it() -> None:
    assert fit("l’œuvre – 5 € → “oui”…") == 'l\'oeuvre - 5 EUR -> "oui"...'
    assert fit(unicodedata.normalize("NFD", "é")) == "é"
    assert fit("ＡＢ č") == "AB c"


def test_what_has_none_shows_as_a_question_mark() -> None:
    assert fit("日本 ☃ \x1b[31m") == "?? ? ?[31m"
