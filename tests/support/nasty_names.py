"""Services whose names are hard to compare, spellings of them, and which of them are meant."""

from collections.abc import Sequence
from typing import NamedTuple

from tests.support.asked_books import SERVICE
from tests.support.contracts_in_code import row
from tests.support.random_sheets import plain
from tests.support.workbook_edits import sheets_of
from xlfuncs.pricing.contract import Contract, Service
from xlfuncs.sheets.cells import WRONG_VALUE, Cell
from xlfuncs.sheets.reader import Sheets

DAY = 43997.0
UNKNOWN = ""


class Named(NamedTuple):
    """A service, and how a second row of the table spells it."""

    name: str
    otherwise: str


SERVICES = (
    Named("Cloud Basic", "CLOUD \u00a0basic"),
    Named("Cloud\u200b Basic", "cloud\u200b\tBASIC"),
    Named("Straße", "STRA\u1e9eE"),
    Named("Strasse", "\uff33TRASSE"),
    Named("Café", "\u3000CAFÉ"),
    Named("Cafe\u0301", "CAFE\u0301\u2003"),
    Named("Νέφος", "ΝΈΦΟΣ"),
    Named("İzmir", "İZMIR"),
    Named("izmir", "IZMIR"),
    Named("Cloud Plan \U0001f600", "CLOUD PLAN \U0001f600"),
    Named("Cloud Plan \U0001f601", "cloud plan\u2028\U0001f601"),
    Named("クラウド 基本", "クラウド\u3000基本"),
    Named("ｸﾗｳﾄﾞ 基本", "ｸﾗｳﾄﾞ\u202f基本"),
    Named("50% * ~ ?", "\uff150\uff05 \uff0a \uff5e \uff1f"),
    Named("Плата", "ПЛАТА"),
    Named("files [B's]", "FILES [b's]"),
    Named("5 µm", "5 ΜM"),
)
"""Two that look alike are two services, each with prices of its own."""

SPELLINGS = {
    "cloud basic": "Cloud Basic",
    "\u3000Cloud\u3000\u3000Basic\u3000": "Cloud Basic",
    "Ｃｌｏｕｄ\u2003ｂａｓｉｃ": "Cloud Basic",
    "Cloud\tBasic": "Cloud Basic",
    "Cloud\nBasic": "Cloud Basic",
    "\u1680Cloud\u205f\u2029Basic\u0085": "Cloud Basic",
    "Cloud Ba\u017fic": "Cloud Basic",
    "CloudBasic": UNKNOWN,
    "Cloud\u00adBasic": UNKNOWN,
    "Cloud\u200bBasic": UNKNOWN,
    "Сloud Basic": UNKNOWN,  # its first letter is Cyrillic
    "Cloud B*": UNKNOWN,
    "Cloud ?asic": UNKNOWN,
    "CLOUD\u200b BASIC": "Cloud\u200b Basic",
    "straße": "Straße",
    "\uff33tra\u1e9ee": "Straße",
    "STRASSE": "Strasse",
    "\u017ftra\u017fse": "Strasse",
    "strase": UNKNOWN,
    "café": "Café",
    "CAFÉ": "Café",
    "CAFE\u0301": "Cafe\u0301",
    "Cafe": UNKNOWN,
    "νέφος": "Νέφος",
    "νέφοσ": "Νέφος",
    "ΝΕΦΟΣ": UNKNOWN,
    "IZMIR": "izmir",
    "i\u0307zmir": UNKNOWN,
    "ızmir": UNKNOWN,
    "İZMİR": UNKNOWN,
    "cloud plan \U0001f600": "Cloud Plan \U0001f600",
    "cloud plan \U0001f601": "Cloud Plan \U0001f601",
    "cloud plan \U0001f602": UNKNOWN,
    "クラウド基本": UNKNOWN,
    "クラウド\u2003基本": "クラウド 基本",
    "ｸﾗｳﾄﾞ\u3000基本": "ｸﾗｳﾄﾞ 基本",
    "５０％ ＊ ～ ？": "50% * ~ ?",
    "50% x ~ ?": UNKNOWN,
    "плата": "Плата",
    "FILES [B\uff07S]": "files [B's]",
    "\ufb01les [B's]": UNKNOWN,
    "files [B\u2019s]": UNKNOWN,
    "5 μm": "5 µm",
    "S\u212aY": UNKNOWN,
}
"""What is asked for, and the service that is meant; each service under its own names, too."""

LETTERS = (
    "aAiIsSkK*?~'\"\\ \t\u00a0\u3000\u2003\u1680İıßẞſςσΣµμΜÅå\u212aéE\u0301\u0307ﬁﬂ\u200b\u00ad"
    "ΑаАAａＡｱア゙ﾞǄǅǆ\U00010400\U00010428\U0001d400ɐⱯꭰᏠႠⴀაᲐῼῳἈἀⅠⅰⒶⓐ"
)
"""What random names are made of: spaces, wildcards, and letters of which hosts think otherwise."""

ASKED: dict[str, str] = {
    **SPELLINGS,
    **{spelled: each.name for each in SERVICES for spelled in each},
}


def contract() -> Contract:
    """One unit of each service, and two units of it in a row that spells it otherwise."""
    rows = [
        row(0, count, count, "package", price_of(each.name, count))._replace(service=spelled)
        for each in SERVICES
        for count, spelled in enumerate(each, 1)
    ]
    return Contract("Test", "TEST", tuple(Service(each.name) for each in SERVICES), tuple(rows))


def price_of(name: str, count: int) -> float:
    return 100.0 * count + [each.name for each in SERVICES].index(name)


def sheets(said: Contract) -> Sheets:
    """The sheets of a contract with every row spelled as it is there."""
    built = sheets_of(said)
    tiers, amendments = ([[plain(cell) for cell in cells] for cells in grid] for grid in built[:2])
    for cells, each in zip(tiers[1:], said.rows, strict=True):
        cells[SERVICE] = each.service
    return Sheets(tiers, amendments)


def questions(asked: Sequence[str], counts: Sequence[float] = (1.0, 2.0)) -> list[list[Cell]]:
    return [[count, DAY, spelled, "", ""] for spelled in asked for count in counts]


def expected(question: Sequence[Cell]) -> Cell:
    count, _, spelled, *_ = question
    meant = ASKED[spelled]
    return price_of(meant, int(count)) if meant else WRONG_VALUE
