"""Currencies: the code and the signs by which a ledger may show that of its contract."""

from __future__ import annotations

SIGNS = {
    "USD": ("US$", "$"),
    "CAD": ("CA$", "C$", "$"),
    "AUD": ("AU$", "A$", "$"),
    "NZD": ("NZ$", "$"),
    "HKD": ("HK$", "$"),
    "SGD": ("S$", "$"),
    "MXN": ("MX$", "$"),
    "TWD": ("NT$", "$"),
    "BRL": ("R$",),
    "EUR": ("\u20ac",),
    "GBP": ("\u00a3",),
    "JPY": ("\u00a5", "\uffe5"),
    "CNY": ("\u00a5", "\uffe5"),
    "INR": ("\u20b9", "Rs.", "Rs"),
    "KRW": ("\u20a9",),
    "ILS": ("\u20aa",),
    "TRY": ("\u20ba",),
    "UAH": ("\u20b4",),
    "VND": ("\u20ab",),
    "NGN": ("\u20a6",),
    "PHP": ("\u20b1",),
    "THB": ("\u0e3f",),
    "PLN": ("z\u0142",),
    "CZK": ("K\u010d",),
    "CHF": ("Fr.", "SFr."),
    "DKK": ("kr.", "kr"),
    "NOK": ("kr.", "kr"),
    "SEK": ("kr.", "kr"),
    "ZAR": ("R",),
}
"""The signs of a currency beside its code; several currencies may share one."""


def list_marks(currency: str) -> list[str]:
    """List what shows that an amount is in a currency; nothing where the contract states none.

    >>> list_marks("usd"), list_marks("")
    (['USD', 'US$', '$'], [])
    """
    code = currency.strip().upper()
    return [code, *SIGNS.get(code, ())] if code else []
