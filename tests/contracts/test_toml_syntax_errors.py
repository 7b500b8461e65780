"""What people write in place of TOML: the line is shown, and what belongs there."""

import pytest

from xlfuncs.contracts.toml_reader import read_toml
from xlfuncs.errors import FileFormatError

SLIPS = {
    "unit_price = 44,75": "a number with a decimal point",
    "price = $4500.00": "a number with a decimal point",
    "price = 4,500.00 # each": "a number with a decimal point",
    "price = 4500 USD": "a number with a decimal point",
    "signed = 14.06.2024": "a date such as 2024-07-01",
    "signed = 6/14/2024": "a date such as 2024-07-01",
    "signed = 2024-6-14": "a date such as 2024-07-01",
    "percent = 15%": "a number, 15 for 15 percent",
    "clause = Exhibit B": "text in quotes",
    "quantity_to = or more": "text in quotes",
    "clause = “1.A”": "straight quotes",
    'clause = "1.A': "text that ends with the same quote it begins with",
    "clause =": "a value after the =",
    "clause 1.A": "a key, = and a value",
    "number = 1\nnumber = 1": "each key once",
    "[services]": "two brackets, such as [[services]]",
    "[contract]\n[[contract]]": "the part [contract] once",
}


@pytest.mark.parametrize("line", SLIPS)
@pytest.mark.parametrize("following", ["", "\nnote = 'x'\n"])
def test_a_slip_is_shown_with_its_line_and_what_belongs_there(line: str, following: str) -> None:
    text = f"[[services]]\nname = 'IPs'\n\n{line}{following}"
    if following == "" and line.endswith('"1.A'):
        return  # a text that never ends, to Python's reader
    with pytest.raises(FileFormatError) as refusal:
        read_toml(text.encode())
    said = str(refusal.value)
    assert f"line {4 + line.count(chr(10))} is " in said
    assert line.rpartition("\n")[2] in said
    assert f"expected {SLIPS[line]}" in said
