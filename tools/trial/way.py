"""The way of a person through one intake, in French. Every step says what must be seen before the next key."""

import time
from collections.abc import Callable

from person import Person
from place import Keyboard

from agent.manual.layouts import layout

TAG, LOT, INITIALS = "PC-0042", "DON-2026-07", "MD"
ENDS = ("7Q2M", "5B0C", "3X81")
"""Of the serial numbers of the training drives (agent/training/bench.py), as the confirmation lists them."""
WORK_SECONDS = 240.0
"""The longest that checks and erases of the quick profile may take, beside whatever else the computer does."""
A = 16
"""The code of an AZERTY keyboard's A."""
SOME = 38
"""Keys pressed before the picture: some are lit, some not yet."""
LONE_SECONDS = 0.4

Keep = Callable[[str], None]


def walk(person: Person, keyboard: Keyboard, keep: Keep) -> None:
    """Raises Unseen."""
    _welcome(person, keep)
    _checklist(person, keep)
    _confirmation(person, keep)
    _erase(person, keep)
    _manual(person, keyboard, keep)
    _result(person, keep)


def _welcome(person: Person, keep: Keep) -> None:
    person.sees("ENTRAÎNEMENT", "portable", "Atelier : il répond", "Étiquette", "Rapide : premier tri", seconds=60)
    person.press("F1")
    person.sees("Le début", "Touches")
    person.press("F1")
    person.sees("Étiquette")
    for key, seen in (("F3", r"Wi-Fi"), ("F4", "Langue : français"), ("F9", "un fichier dit")):
        person.press(key)
        person.sees(seen)
        person.press("Escape")
        person.sees("Étiquette")
    person.type(TAG)
    person.press("Enter")
    person.type(LOT)
    person.press("F2")
    person.sees("Which profile", TAG, LOT)
    person.press("F2")
    person.sees("Quel profil", TAG, LOT)
    person.press("Enter")
    person.type(INITIALS)
    person.press("Enter")
    person.goes_to("Rapide : premier tri")
    person.sees(TAG, LOT, INITIALS)
    keep("welcome")
    person.press("Enter")


def _checklist(person: Person, keep: Keep) -> None:
    """What runs by itself, seen behind the question that is asked meanwhile."""
    person.sees("Effacer ces disques", seconds=60)
    person.press("F7")
    person.sees("Identification de la machine")
    person.goes_to(r"\[..\] Processeur à pleine charge")
    person.sees(r"\[>>\] Processeur à pleine charge +.*[3-9]\d %", r"MHz|°C", seconds=WORK_SECONDS)
    keep("checklist")
    person.press("F6")
    person.sees("Processeur à pleine charge", "┤")
    person.press("Escape")
    person.press("Escape")


def _confirmation(person: Person, keep: Keep) -> None:
    person.sees(
        "Effacer ces disques", "> Non, ne rien effacer <", "Dessus : Windows", r"Effacer : rien n'est encore désigné"
    )
    person.press("Tab")
    person.type("ABCD")
    person.sees(r"! .*ABCD", r"Effacer : rien n'est encore désigné")
    person.press(*["BSpace"] * 4)
    for end in ENDS:
        person.type(end)
        person.press("Enter")
    person.press("Enter")
    person.sees("> Effacer : disque 1, 2, 3 <")
    keep("confirm")
    person.press("Enter")


def _erase(person: Person, keep: Keep) -> None:
    """Seen while it runs: the first drive, the slowest, and beside it another that has begun or is done."""
    person.sees("Écran", "disques en effacement")
    person.press("F7")
    person.sees("Identification de la machine")
    person.goes_to(r"\[>>\] Effacement")
    first, *others = ENDS
    person.sees(rf"\({first}\)[^(]*[1-9]\d %[^(]*Mo/s", rf"\(({'|'.join(others)})\)[^(]*(\d+ %[^(]*Mo/s|\[ok\])")
    keep("erase")
    person.press("F7")


def _manual(person: Person, keyboard: Keyboard, keep: Keep) -> None:
    _display(person)
    _keyboard(person, keyboard, keep)
    person.sees("Aspect", "si abîmé")
    person.press("z")
    person.sees("si abîmé")
    for letter, following in (("b", "Quelle phrase convient"), ("l", "loquet"), ("b", "propre"), ("b", "Note|étapes")):
        time.sleep(LONE_SECONDS)  # a letter answers only if it is pressed alone
        person.press(letter)
        person.sees(following, seconds=WORK_SECONDS)


def _display(person: Person) -> None:
    person.sees("Écran", "Montrer les couleurs")
    person.press("c", "Enter")
    person.sees("couleur suivante")
    person.press("Space", "Space", "Escape")
    person.sees("Montrer les couleurs")
    person.press("b", "Enter")


def _keyboard(person: Person, keyboard: Keyboard, keep: Keep) -> None:
    person.sees("Clavier", "e: Commencer")
    person.press("e", "Enter")
    person.sees("la lettre A : sa place")
    keys = sorted(layout("azerty").wanted([]) - {A})
    keyboard.press(A, *keys[:SOME])
    keyboard.hold(keys[SOME])
    person.sees(f"{SOME + 1} sur|{SOME + 2} sur")
    keep("keyboard")
    keyboard.press(*keys[SOME:])
    person.sees("Toutes les touches marchent")
    person.press("b", "Enter")


def _result(person: Person, keep: Keep) -> None:
    person.sees("Note [A-D] :", "> Détails <", seconds=WORK_SECONDS)
    person.sees("Tous les disques sont effacés", "Rapport enregistré, et reçu par l'atelier")
    keep("result")
    person.press("Enter")
    person.sees("portable", "Contrôles", "plus bas")
    person.press("Escape")
    person.goes_to("Code QR", key="Right", back="Left")
    person.press("Enter")
    person.sees("Visez-le", "▀▄")
    keep("qr")
    person.press("Escape")
    person.goes_to("Recommencer", key="Right", back="Left")
    person.press("Enter")
    person.sees("Étiquette", "Quel profil", LOT)
    person.press("F10")
