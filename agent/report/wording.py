"""Sentences in the reader's language, from the catalogue that comes with the package."""

import gettext
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from agent.model.message import Message, render
from agent.model.text import clean

LANGUAGES = ("fr", "en")
LOCALE = Path(__file__).resolve().parent.parent / "locale"


@cache
def translator(language: str) -> Callable[[str], str]:
    """From an English sentence to the language's; the sentence itself where there is no translation."""
    if language not in LANGUAGES:
        return str
    return gettext.translation("ordis", LOCALE, [language], fallback=True).gettext


def tell(message: Message, language: str) -> str:
    """The message as one harmless line, even when a stranger's report brought it."""
    return render(Message(clean(message.text, 1000), message.values), translator(language), language)


def preferred(environment: Mapping[str, str]) -> str:
    """`fr` or `en`, by the variables that gettext looks at; French where they say nothing that we speak."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        for wish in environment.get(name, "").split(":"):
            if (language := wish[:2].lower()) in LANGUAGES:
                return language
    return "fr"
