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
    (Chassis.ALL_IN_ONE, r"\ball[- ]?in[- ]?one\b|\baio(?=\b|\d)|\b(?:pro|elite)one\b|\b(?:xps|inspiron|studio) one\b"),
    (
        Chassis.ALL_IN_ONE,
        r"\bthinkcentre (?:(?:edge |neo )?[a-z]?\d{2,3}[az]\b|x1\b)|\bideacentre [abc]\d{3}\b|\bonetwo\b",
    ),
    (Chassis.ALL_IN_ONE, r"\b(?:veriton|aspire) (?:a?z|zc|u|[cs]2\d)-?\d|^acer \| az\d{4}\b|\besprimo [kx]\d"),
    (
        Chassis.ALL_IN_ONE,
        r"^asus \| et\d{4}|^msi \|.*\bms-a[0-9a-f]|\bchromebase\b|\bgoogle\b.*\b(?:buddy|kalista|karma|dooly)\b",
    ),
    # Numbers that their makers gave to all-in-ones alone: Acer 7600U, Sony VPCL, VPCJ, SVL, SVJ and VGC with L or J
    # (VGC-R is a tower), eMachines' EZ, MSI's AP, Samsung's A behind three digits (700A3D), LG's V behind the inches
    # (22V280).
    (
        Chassis.ALL_IN_ONE,
        r"\baspire [57]600u\b|^(?:acer|gateway|emachines) \| [^|]*\b(?:zx|ez)\d{4}|\b(?:vpc|sv)[lj]\d|\bvgc-[jl]",
    ),
    (Chassis.ALL_IN_ONE, r"^msi \|.*(?:\bwind top\b|\bpro ap\d{3})|^samsung \| (?:[a-z]?\d{3}a\d[a-z]|dp\d{3}[a-z-])"),
    (
        Chassis.ALL_IN_ONE,
        r"^lg \| (?:2\dv\d{3}|v\d{3}-)|\bideacentre horizon\b|\bvostro 3[236]0\b|^lenovo \| (?:v\d\da|[sv]\d{3}z)\b",
    ),
    # Dell's numbers for inches, of which no notebook has so many; HP's families of the time before it said All-in-One.
    (
        Chassis.ALL_IN_ONE,
        r"\binspiron 2[0-7][- ](?:model )?\d{4}\b|^hp \| [^|]*\b(?:touchsmart (?:iq)?|omni (?:pro )?)\d{3}\b",
    ),
    # Lenovo's machine types: those that begin with F0 are the all-in-ones for homes.
    (Chassis.ALL_IN_ONE, r"^lenovo \|.*\| f0[0-9a-z]{2}(?:[0-9a-z]{6})? \|"),
    (Chassis.STICK_PC, r"\bstick ?pc\b|\bpc ?stick\b|\bcompute stick\b|^intel \|.*\bstc?k\d[a-z0-9]+\b"),
    # Small computers that call themselves anything: ZOTAC's ZBOX, Intel's NUC; its notebook kits are NUCs as well.
    (Chassis.NOTEBOOK, r"^intel \|.*\blap[a-z0-9]{4,6}\b|\bnuc\b[^|]* laptop\b"),
    (Chassis.MINI_PC, r"\bnuc(?=\b|\d)|\bzbox"),
    # Servers: families of the large makers, and what Supermicro's and HPE's numbers name.
    (Chassis.SERVER, r"\bpoweredge\b|\bproliant\b|\bprimergy\b|\bthinkserver\b|\bthinksystem\b|\bsystem x\d{4}"),
    (Chassis.SERVER, r"\bsuper ?server\b|^supermicro \| (?:sys|ssg|as|ams)\b|^hpe \||\bucs[bc]-|\bbladecenter\b"),
    (Chassis.SERVER, r"\bsun fire\b|\bmicroserver\b|^asus \| (?:esc|rs)\d|\bxserve"),
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
    (
        _COMMON,
        Chassis.CONVERTIBLE,
        r"(?<![a-z])x360\b|\b2(?:[- ]i|)n[- ]?1\b|\bconvertible\b|\byoga\b|\bspin (?=sp|\d)|\bflip\b",
    ),
    # Lenovo's for schools, beside its 100 and 14, which do not turn over.
    (_COMMON, Chassis.CONVERTIBLE, r"^lenovo \| [35]00[ew]\b"),
    # Dell calls its tablets by the line of its notebooks.
    (_COMMON, Chassis.TABLET, r"\brugged (?:extreme )?tablet\b|\blatitude (?:10|st)\b"),
    # Tablets with a keyboard, and the old notebooks whose screen turns around, are notebooks where they say so.
    (_NOT_NOTEBOOK, Chassis.CONVERTIBLE, r"\bthinkpad x\d{2,3} ?t(?:ablet)?\b|\bthinkpad helix\b|\brevolve\b"),
    (_NOT_NOTEBOOK, Chassis.TABLET, r"\bdetachable\b|\bmiix\b|\bduet\b|\bideapad d\d{3}\b|^hp \| (?:[^|]* )?x2\b"),
    (
        _NOT_NOTEBOOK,
        Chassis.TABLET,
        r"\bvenue \d+ pro\b|\b(?:aspire|switch) (?:one sw|alpha|s[aw]\d|1[0-2])|^acer \| one (?:10|s1)",
    ),
    (
        _NOT_NOTEBOOK,
        Chassis.TABLET,
        r"\bstylistic\b|\biconia\b|\belitepad\b|\bfz-[a-z]\d|^asus \| (?:transformer (?:book )?)?t(?:90|[1-3]0\d)[a-z]",
    ),
    # A tablet PC is one whose screen turns around; the word alone means what it says.
    (_NOT_NOTEBOOK, Chassis.TABLET, r"\btablet\b(?! pc)|\bthinkpad (?:8|10)\b|^toshiba \| (?:encore|[^|]*\bwt\d)"),
    # Numbers that stand for inches in HP's names, and Lenovo's C: large ones beside a type that nobody filled in.
    (
        _NOT_DESKTOP,
        Chassis.ALL_IN_ONE,
        r"^hp \| (?:pavilion |envy )?(?:1[89]|2\d|3[24])-[a-z]?\d[\dx]{2}|^lenovo \| c(?:[2-5]\d{2}|[2-5]0-\d\d)\b",
    ),
    (
        _NOT_DESKTOP,
        Chassis.ALL_IN_ONE,
        r"^toshiba \| (?:qosmio )?[dlp]x\d|^asus \| (?:zen )?(?:a[46]\d{3}|[vz]2[0247]\d|zn2\d{2})",
    ),
    # Flex is many makers' word for it; in IBM's Flex System it means a rack.
    (_NOT_NOTEBOOK, Chassis.CONVERTIBLE, r"flex(?: ?\d{1,3})?\b(?! system)"),
    # Thin clients, except HP's mobile ones.
    (_COMMON, Chassis.NOTEBOOK, r"\bmobile thin client\b"),
    (_COMMON, Chassis.MINI_PC, r"\bthin client\b|\bwyse\b|\bfutro\b|\bigel\b"),
    # The smallest of the business lines: HP's Desktop Mini, Lenovo's Tiny and …q, Dell's Micro, Fujitsu's Q; and what
    # its maker calls a box.
    (_NOT_NOTEBOOK, Chassis.MINI_PC, r"^hp \| [^|]* (?:dm|mini)\b|\besprimo [gq]\d"),
    (_COMMON, Chassis.MINI_PC, r"\bthink(?:centre|station)\b[^|]* (?:\w+q|m\d\dn|tiny|nano)\b|\w{3}box\b"),
    (_COMMON, Chassis.MINI_PC, r"\boptiplex\b[^|]* (?:micro|mff)\b"),
    # Small computers for homes. Where one of them calls itself a desktop it is left so: its line has no larger case,
    # and people do not agree on the word. As a notebook it would be searched for a battery, so that is put right.
    (_NOT_DESKTOP, Chassis.MINI_PC, r"\bmini[- ]?pc\b|\bvivo ?mini\b|\bvivo pc\b|\bdeskmini\b|\baspire ?revo|\bcubi\b"),
    (
        _NOT_DESKTOP,
        Chassis.MINI_PC,
        r"\bbrix\b|\bgb-b[a-z]{2}|\bm[myz][a-z0-9]{3,5}p-(?:si|00)\b|\bliva\b|\belite slice\b",
    ),
    (
        _NOT_DESKTOP,
        Chassis.MINI_PC,
        r"^asus \| [^|]*\b(?:(?:p[nb]|un|vm|vc)\d{2}|eb\d{4}\w?)\b|\bveriton n\d|^acer \| revo\b|\bideacentre q\d",
    ),
    (_NOT_DESKTOP, Chassis.MINI_PC, r"^hp \| (?:compaq )?t\d{3,4}\b"),
    # Makers of nothing but boxes of that size.
    (_NOT_DESKTOP, Chassis.MINI_PC, r"^(?:azw|beelink|geekom|gmktec|minisforum|micro computer \(hk\)[^|]*|trigkey) \|"),
    # Chrome OS names machines by their boards, and coreboot calls them all desktops; these boards are in boxes.
    (_COMMON, Chassis.MINI_PC, r"^google \|.*(?:panther|tricky|zako|mccloud|guado|rikku|tidus|fizz|puff|brask)\b"),
    (
        _COMMON,
        Chassis.MINI_PC,
        r"^google \|.*\b(?:bleemo|jax|kench|sion|teemo|wukong|duffy|faffy|kaisa|noibat|wyvern)\b",
    ),
    (_COMMON, Chassis.MINI_PC, r"^google \|.*\b(?:aurash|constitution|gladios|kinox|kuldax|lisbon|moli)\b"),
    (_COMMON, Chassis.NOTEBOOK, r"^google \|"),
    # What is sold for cabinets alone: Intel's boards with S and four digits, and makers of little else.
    (_NOT_DESKTOP, Chassis.SERVER, r"^intel \| s\d{4}[a-z]{2}|^(?:asrock rack|tyan|inspur|cisco) \||\bexpress5800\b"),
    # Families that are notebooks and nothing else. Four digits, with a 1 in front, were Acer's and Dell's way.
    (_COMMON, Chassis.NOTEBOOK, r"\bnotebook pc\b|\bnetbook\b|\blaptop\b|\bthinkpad\b|\b(?:elite|pro|chrome|z)book\b"),
    (_COMMON, Chassis.NOTEBOOK, r"\b(?:latitude|lifebook|travelmate|easynote|satellite|tecra|port[eé]g[eé]|ideapad)\b"),
    (_COMMON, Chassis.NOTEBOOK, r"\b(?:vivobook|zenbook|eee pc|matebook|magicbook|aspire \d{4}\w*|ao[ad]?\d{3}h?)\b"),
    (_COMMON, Chassis.NOTEBOOK, r"\besprimo mobile\b|\baspire one\b|\binspiron (?:[1689]\d{3}|[nm]\d{4})\b"),
    # Numbers that their makers gave to notebooks alone, line by line: HP and Compaq (dv6, CQ56, nc6400, 6730b), Dell
    # (XPS 13, M1330, Studio 15, Precision M4300), Sony, Acer (E5-571: the number has a hyphen), Fujitsu Siemens' Amilo.
    (
        _COMMON,
        Chassis.NOTEBOOK,
        r"^(?:hp|compaq) \|.*\b(?:d[vm]\d|pavilion (?:g|tx|z[de])\d|cq\d{2}\b|\d{4}[bsw]\b|n[cwx]\d{4})",
    ),
    (
        _COMMON,
        Chassis.NOTEBOOK,
        r"\bxps (?:1[3-7]\b|[lm]\d{3})|\bstudio (?:xps )?1[3-7]|\bprecision (?:m\d|[357][57]\d0\b)",
    ),
    (
        _COMMON,
        Chassis.NOTEBOOK,
        r"\binspiron (?:1[0-7]|mini|duo)\b|\bvostro (?:a?1\d{3}|v1\d{2})\b|\bv(?:pc|gn-)[a-z]|\bsv[defpstz]\d",
    ),
    (
        _COMMON,
        Chassis.NOTEBOOK,
        r"\baspire (?:[aefmrsv]|es|vn)\d{1,3}-\d|\bextensa \d{4}|\bswift s|\bnitro an\d|\bpredator (?:g9|p[ht]\d)",
    ),
    (
        _COMMON,
        Chassis.NOTEBOOK,
        r"\bamilo (?:pro|[adklmpsx][aix]? ?\d)|\bcelsius (?:mobile|h\d)|\btoughbook\b|\bcf-[0-9a-z]{2,3}\b",
    ),
    # ASUS: a letter, two or three digits (with fewer than 40 they are desktops), and letters to the end (K53SD). Of S,
    # those with M, S or T behind the number are desktops (S300MA).
    (
        _COMMON,
        Chassis.NOTEBOOK,
        r"^asus \| (?:(?:[fgknx](?:[4-9]\d|\d{3})|u[4-8]\d)[a-z]{1,3} \||(?:gl|fx|ux|ul|tp)\d{2,3}[a-z])",
    ),
    (_COMMON, Chassis.NOTEBOOK, r"^asus \| s[3-5]\d\d[^mst][a-z] \||\btuf (?:dash|gaming (?:[af]1|fx\d)\d)"),
    (_COMMON, Chassis.NOTEBOOK, r"\brog (?:flow|zephyrus|strix g\d{3})"),
    (_COMMON, Chassis.NOTEBOOK, r"\bterra mobile\b|\bfz-?[45]\d\b"),
    # What its maker calls a book: LapBook, CoreBook, Joybook, GemiBook.
    (_COMMON, Chassis.NOTEBOOK, r"\w{2}book\b"),
    # Samsung and LG write the inches, or a letter, before the number.
    (_COMMON, Chassis.NOTEBOOK, r"^samsung \| (?:r[cfv]?|n[cfp]?|q|x)\d{2,3}\b|^lg \| 1[0-7][a-z]{1,2}\d{2,3}"),
    (
        _COMMON,
        Chassis.NOTEBOOK,
        r"^msi \| (?:[cg][efprstx]\d{2,3}\b|(?:modern|prestige|summit|bravo|katana|stealth) [a-z]{0,2}1\d)",
    ),
    # Builders of notebooks for others, and who sells little else.
    (
        _COMMON,
        Chassis.NOTEBOOK,
        r"^(?:clevo|notebook|compal|getac|hasee|gpd) \||^razer \| blade\b|^framework \| laptop\b",
    ),
    # Supermicro builds little else.
    (_COMMON, Chassis.SERVER, r"^supermicro \|"),
    (_COMMON, Chassis.NOTEBOOK, r"^lenovo \| (?:3000 [cgnv]\d|v1[457]\b|1[1-4][ew]\b|legion (?:[sy]?\d|slim|pro \d))"),
    (_COMMON, Chassis.NOTEBOOK, r"^tuxedo \| (?:book|pulse|infinity|polaris|stellaris|aura|gemini)"),
    (_COMMON, Chassis.NOTEBOOK, r"^system76 \| (?:adder|bonobo|darter|galago|gazelle|kudu|lemur|oryx|pangolin|serval)"),
    # Boards that carry the word: Lenovo's LNVNB, Samsung's NP.
    (_COMMON, Chassis.NOTEBOOK, r"\blnvnb\d|^samsung \|.*\| (?:samsung[_ ])?np-?[0-9a-z]{3}"),
    # MSI's numbers: 1 and N are notebooks, 7 a desktop's board.
    (_COMMON, Chassis.NOTEBOOK, r"^msi \|.*\bms-[1n][0-9a-z]{3}"),
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
