"""The rules by which a contract and its amendments make a price.

Standard library only, and the syntax of Python 3.9: LibreOffice's own Python can import it.

| rule | module |
|---|---|
| 1 in force, 2 which row prevails, 8 known on a day | `claims`, `contest` |
| 3 charges | `bands`, `slabs` |
| 4 no row fits | `gaps` |
| 5 money | `lines` |
| 6 quantities | `quantities` |
| 7 dates | `xlfuncs.tables.cells`, where cells become days |
| 9 three kinds of no answer | `kinds`, `pieces` |

`pricelist` puts them together into the flat price list, `pricebook` and `quotes` answer questions
from it, and `explanation` says the answer in a sentence.
"""
