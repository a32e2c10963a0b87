"""Who made a drive, told from its model: most drives do not say it themselves.

The names are those under which the makers sell; the number schemes are those of their own data sheets.
"""

import re

# Brands that stand as words anywhere in a model ("PC SN530 NVMe WDC 512GB"). First match wins, so brands that label
# others' drives come first.
_BY_WORD = (
    (r"apple", "Apple"),
    (r"dell", "Dell"),
    (r"maxtor stm\w*", "Seagate"),
    (r"wdc?|western ?digital", "Western Digital"),
    (r"seagate", "Seagate"),
    (r"samsung", "Samsung"),
    (r"toshiba", "Toshiba"),
    (r"kioxia", "Kioxia"),
    (r"hgst", "HGST"),
    (r"hitachi", "Hitachi"),
    (r"solidigm", "Solidigm"),
    (r"intel", "Intel"),
    (r"crucial", "Crucial"),
    (r"micron", "Micron"),
    (r"kingston", "Kingston"),
    (r"san ?disk", "SanDisk"),
    (r"sk ?hynix|hynix", "SK hynix"),
    (r"ssstc", "SSSTC"),
    (r"lite-?on(it)?|plds", "Lite-On"),
    (r"ocz", "OCZ"),
    (r"transcend", "Transcend"),
    (r"corsair", "Corsair"),
    (r"plextor", "Plextor"),
    (r"adata|xpg", "ADATA"),
    (r"fujitsu", "Fujitsu"),
    (r"maxtor", "Maxtor"),
    (r"quantum|fireball", "Quantum"),
    (r"excelstor", "ExcelStor"),
    (r"ibm", "IBM"),
    (r"conner", "Conner"),
    (r"patriot", "Patriot"),
    (r"pny", "PNY"),
    (r"emtec", "Emtec"),
    (r"union memory|umis", "Union Memory"),
    (r"phison", "Phison"),
    (r"gigabyte|aorus", "Gigabyte"),
    (r"lexar", "Lexar"),
    (r"silicon power|spcc", "Silicon Power"),
    (r"team\w*|t-force", "Team Group"),
    (r"verbatim", "Verbatim"),
    (r"netac", "Netac"),
    (r"kingspec", "KingSpec"),
    (r"kingfast", "KingFast"),
    (r"kingdian", "KingDian"),
    (r"goodram|irdm", "Goodram"),
    (r"intenso", "Intenso"),
    (r"apacer", "Apacer"),
    (r"biwin", "Biwin"),
    (r"foresee|longsys", "Longsys"),
    (r"hikvision|hiksemi|hs-ssd", "Hikvision"),
    (r"mushkin", "Mushkin"),
    (r"sabrent", "Sabrent"),
    (r"ymtc|zhitai", "YMTC"),
    (r"ramaxel", "Ramaxel"),
    (r"super ?talent", "Super Talent"),
    (r"innodisk", "Innodisk"),
    (r"integral", "Integral"),
    (r"radeon", "AMD"),
    (r"supermicro", "Supermicro"),
    (r"stec", "STEC"),
    (r"atp", "ATP"),
    (r"lenovo", "Lenovo"),
    (r"acer", "Acer"),
    (r"msi", "MSI"),
    (r"hpe?|compaq", "HP"),
    (r"vmware", "VMware"),
    (r"qemu", "QEMU"),
    (r"vbox", "VirtualBox"),
    (r"msft", "Microsoft"),
)
# How model numbers without a brand begin. First match wins.
_BY_BEGINNING = (
    # Numbers of Hewlett-Packard's own: kind of drive, capacity, five letters (MB0500EBNCR, VK000960GWTHA).
    (r"([gm]b|m[mko]|e[gho]|v[kor]|l[kotx]|d[gfho])\d{4}(\d{2})?[a-z]{5}\b", "HP"),
    (r"wd[a-z]{1,2}s?\d|wd\d{2}|w[us][hs]\d", "Western Digital"),
    (r"stm?\d{2,}|oem st|[zx]a\d{3,4}[a-z]{2}\d|xf1\d{3}-", "Seagate"),
    (r"mz[-\d]?[a-z0-9]{5}|h[dm]\d{3}[a-z]{2}\b|s[pv]\d{4}|mmc[rq]e|mmdoe|mc[cb][oq]e", "Samsung"),
    (r"(tos )?mk\d{4}|m[qgnd]\d\d[a-z]|dt01|thns|kxg|kbg|ksg|hdw", "Toshiba"),
    (r"k[cxp][dm]\d|kxd\d|exceria", "Kioxia"),
    (r"hus[a-z]*\d|huh\d|ht[se]\d{6}..e6|hcc", "HGST"),
    (r"h(t[aces]|d[pst]|e[jn]|ua)\d|ic\d{2}[lnt]", "Hitachi"),
    (r"dtla|djsa|dara|djna|dpta|dtna|dtca", "IBM"),
    (r"ssdsc|ssdpe|ssdpf|ssdsa|ssdmc|mempek", "Intel"),
    (r"ct\d{3,4}[a-z]", "Crucial"),
    (r"mtfd|[cmp]\d{3}-[cm]tfd|m4-ct", "Micron"),
    (r"skc\d|suv\d|sa400|snvs?|sfyr|om[a-z]p|rbusns|shfs|sv300|skingston", "Kingston"),
    (r"sdss|sd[6-9][a-z]|sdap|sdc[ft]|sd[a-z0-9]{4,8}-\d{3}[gt]", "SanDisk"),
    (r"hf[bms]\d|shg[ps]\d", "SK hynix"),
    (r"cv\d-|ca\d-|cl1-|cx2-|lmt-|lcs-|lct-|lgt-", "Lite-On"),
    (r"vertex|agility|trion", "OCZ"),
    (r"ts\d+g", "Transcend"),
    (r"force ", "Corsair"),
    (r"px-", "Plextor"),
    (r"ads|imsx|im2[sp]|axns", "ADATA"),
    (r"m[ahjpbv][a-z]\d{4}", "Fujitsu"),
    (r"rpj|rpe|rpi|lense", "Union Memory"),
    (r"stt_", "Super Talent"),
    (r"mknssd", "Mushkin"),
    (r"ssd2sc|cs\d{3,4} ", "PNY"),
    (r"gp-gs", "Gigabyte"),
    (r"ssdpr", "Goodram"),
)
_WORDS = tuple((re.compile(rf"(?<![a-z0-9])(?:{words})(?![a-z0-9])"), name) for words, name in _BY_WORD)
_BEGINNINGS = tuple((re.compile(pattern), name) for pattern, name in _BY_BEGINNING)
_NO_MAKER = re.compile(r"(ata|nvme|scsi|disk|linux|(usb|generic|mass|multi|external|removable|flash)\b.*)\W*")


def maker(model: str | None, said: str | None = None) -> str | None:
    """The maker from the model; else what the drive says itself, unless that names a kind of bus or of
    device ("ATA", "USB 2.0", "Generic-")."""
    return _known(model) or _known(said) or (None if said is None or _NO_MAKER.fullmatch(said.lower()) else said)


def _known(text: str | None) -> str | None:
    lower = (text or "").lower()
    return next((name for word, name in _WORDS if word.search(lower)), None) or next(
        (name for beginning, name in _BEGINNINGS if beginning.match(lower)), None
    )
