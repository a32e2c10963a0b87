"""Families of products whose name tells the kind of computer, whatever the firmware calls the case.

Only names under which makers sold one kind for years, and words that say the kind themselves. A pattern is searched in
"vendor | model | product name | family | board", in any capitals.
"""

import re

from agent.model.words import Chassis

# Stronger than every word about the case. The first that fits counts.
_CERTAIN: tuple[tuple[Chassis, str], ...] = (
    # Apple has written most kinds into the case's type at one time or another; its model names never change.
    (Chassis.NOTEBOOK, r"\bmacbook"),
    (Chassis.ALL_IN_ONE, r"\bimac"),
    (Chassis.MINI_PC, r"\bmac ?mini"),
    (Chassis.DESKTOP, r"\bmac ?(?:pro|studio)"),
    # Microsoft calls its tablets laptops, and one a server. The screen of the Book comes off as well.
    (Chassis.CONVERTIBLE, r"\bsurface laptop studio"),
    (Chassis.NOTEBOOK, r"\bsurface laptop"),
    (Chassis.ALL_IN_ONE, r"\bsurface (?:studio|hub)"),
    (Chassis.TABLET, r"\bsurface (?:pro|go|book|rt|\d|with windows)"),
    # All-in-ones say so in all makers' names, or by their family: ProOne, EliteOne, ThinkCentre M90z, Veriton Z.
    (Chassis.ALL_IN_ONE, r"\ball[- ]?in[- ]?one\b|\baio(?=\b|\d)|\b(?:pro|elite)one\b|\b(?:xps|inspiron) one\b"),
    (Chassis.ALL_IN_ONE, r"\bthinkcentre (?:edge |neo )?[a-z]?\d{2,3}[az]\b|\bideacentre [abc]\d{3}\b|\bonetwo\b"),
    (Chassis.ALL_IN_ONE, r"\b(?:veriton|aspire) (?:a?z|zc|u|[cs]2\d)-?\d|^acer \| az\d{4}\b|\besprimo [kx]\d"),
    (
        Chassis.ALL_IN_ONE,
        r"^asus \| et\d{4}|^msi \|.*\bms-a[0-9a-f]|\bchromebase\b|\bgoogle\b.*\b(?:buddy|kalista|karma|dooly)\b",
    ),
    # Lenovo's machine types: those that begin with F0 are the all-in-ones for homes.
    (Chassis.ALL_IN_ONE, r"^lenovo \|.*\| f0[0-9a-z]{2}(?:[0-9a-z]{6})? \|"),
    (Chassis.STICK_PC, r"\bstick ?pc\b|\bpc ?stick\b|\bcompute stick\b"),
    # Small computers that call themselves anything: ZOTAC's ZBOX, Intel's NUC; its notebook kits are NUCs as well.
    (Chassis.NOTEBOOK, r"^intel \|.*\blap[a-z0-9]{4}\b|\bnuc\b[^|]* laptop\b"),
    (Chassis.MINI_PC, r"\bnuc(?=\b|\d)|\bzbox"),
    # Servers: families of the large makers, and what Supermicro's and HPE's numbers name.
    (Chassis.SERVER, r"\bpoweredge\b|\bproliant\b|\bprimergy\b|\bthinkserver\b|\bthinksystem\b|\bsystem x\d{4}"),
    (Chassis.SERVER, r"\bsuper ?server\b|^supermicro \| (?:sys|ssg|as|ams)\b|^hpe \||\bucs[bc]-|\bbladecenter\b"),
    (Chassis.SERVER, r"\bsun fire\b|\bmicroserver\b|^asus \| (?:esc|rs)\d"),
    # What guards a network is no computer for a desk.
    (Chassis.OTHER, r"\bfirewall\b|^sophos \||\bfortigate\b"),
)

_COMMON = frozenset({Chassis.DESKTOP, Chassis.NOTEBOOK, Chassis.OTHER})
"""What the case's type says where it was filled in without thought, or not at all."""
_NOT_DESKTOP = _COMMON - {Chassis.DESKTOP}
_NOT_NOTEBOOK = _COMMON - {Chassis.NOTEBOOK}

# Believed against the types named first.
_LIKELY: tuple[tuple[frozenset[Chassis], Chassis, str], ...] = (
    # Lenovo's Yoga turns over, except those that it calls Slim, Pro, Air and Creator.
    (_COMMON, Chassis.NOTEBOOK, r"\byoga (?:slim|pro|air|creator)\b"),
    (_COMMON, Chassis.CONVERTIBLE, r"x360\b|\b2(?:[- ]i|)n[- ]?1\b|\bconvertible\b|\byoga\b|\bspin (?=sp|\d)|\bflip\b"),
    # Tablets with a keyboard, and the old notebooks whose screen turns around, are notebooks where they say so.
    (_NOT_NOTEBOOK, Chassis.CONVERTIBLE, r"\bthinkpad x\d{2,3} ?t(?:ablet)?\b|\bthinkpad helix\b|\brevolve\b"),
    (_NOT_NOTEBOOK, Chassis.TABLET, r"\bdetachable\b|\bmiix\b|\b(?:elite|pro|pavilion|spectre) x2\b|\bia tablet\b"),
    (_NOT_NOTEBOOK, Chassis.TABLET, r"\bvenue \d+ pro\b|\bswitch (?:one|alpha|sw\d)|\bthinkpad (?:8|10|tablet)\b"),
    # Thin clients, except HP's mobile ones.
    (_COMMON, Chassis.NOTEBOOK, r"\bmobile thin client\b"),
    (_COMMON, Chassis.MINI_PC, r"\bthin client\b|\bwyse\b|\bfutro\b|\bigel\b"),
    # The smallest of the business lines: HP's Desktop Mini, Lenovo's Tiny and …q, Dell's Micro, Fujitsu's Q; and what
    # its maker calls a box.
    (_NOT_NOTEBOOK, Chassis.MINI_PC, r"^hp \| [^|]* (?:dm|mini)\b|\besprimo [gq]\d"),
    (_COMMON, Chassis.MINI_PC, r"\bthink(?:centre|station)\b[^|]* (?:\w+q|tiny|nano)\b|\w{3}box\b"),
    (_COMMON, Chassis.MINI_PC, r"\boptiplex\b[^|]* (?:micro|mff)\b"),
    # Small computers for homes. Where one of them calls itself a desktop it is left so: its line has no larger case,
    # and people do not agree on the word. As a notebook it would be searched for a battery, so that is put right.
    (_NOT_DESKTOP, Chassis.MINI_PC, r"\bmini[- ]?pc\b|\bvivo ?mini\b|\bvivo pc\b|\bdeskmini\b|\baspire revo|\bcubi\b"),
    (_NOT_DESKTOP, Chassis.MINI_PC, r"\bbrix\b|\bgb-b[a-z]{2}|\bm[myz][a-z0-9]{3,5}p-(?:si|00)\b|\bliva\b"),
    # Chrome OS names machines by their boards, and coreboot calls them all desktops; these boards are in boxes.
    (_COMMON, Chassis.MINI_PC, r"^google \|.*(?:panther|tricky|zako|mccloud|guado|rikku|tidus|fizz|puff|brask)\b"),
    (_COMMON, Chassis.NOTEBOOK, r"^google \|"),
    # Supermicro builds little else.
    (_COMMON, Chassis.SERVER, r"^supermicro \|"),
    # Families that are notebooks and nothing else. Four digits, with a 1 in front, were Acer's and Dell's way.
    (_COMMON, Chassis.NOTEBOOK, r"\bnotebook pc\b|\bnetbook\b|\blaptop\b|\bthinkpad\b|\b(?:elite|pro|chrome|z)book\b"),
    (_COMMON, Chassis.NOTEBOOK, r"\b(?:latitude|lifebook|travelmate|easynote|satellite|tecra|port[eé]g[eé]|ideapad)\b"),
    (_COMMON, Chassis.NOTEBOOK, r"\b(?:vivobook|zenbook|eee pc|matebook|magicbook|aspire \d{4}\w*|ao[ad]?\d{3}h?)\b"),
    (_COMMON, Chassis.NOTEBOOK, r"\besprimo mobile\b|\baspire one\b|\binspiron (?:[1689]\d{3}|[nm]\d{4})\b"),
    # MSI's numbers: 1 and N are notebooks, 7 a desktop's board.
    (_COMMON, Chassis.NOTEBOOK, r"^msi \|.*\bms-[1n][0-9a-f]{3}"),
)

_CERTAIN_PATTERNS = [(chassis, re.compile(pattern, re.IGNORECASE)) for chassis, pattern in _CERTAIN]
_LIKELY_PATTERNS = [(against, chassis, re.compile(pattern, re.IGNORECASE)) for against, chassis, pattern in _LIKELY]


def certain(names: str) -> Chassis | None:
    """The kind that a name tells whatever the case says; None where no name does."""
    return next((chassis for chassis, pattern in _CERTAIN_PATTERNS if pattern.search(names)), None)


def likely(names: str, told: Chassis) -> Chassis | None:
    """The kind that a name tells better than the case, which says `told`; None where no name does."""
    rows = (row for row in _LIKELY_PATTERNS if told in row[0])
    return next((chassis for _, chassis, pattern in rows if pattern.search(names)), None)
