"""All groups of the catalogue, in the order of the page."""

from messages.building import BUILDING
from messages.commands import COMMANDS
from messages.comparing import COMPARING
from messages.contract_files import CONTRACT_FILES
from messages.doctor import DOCTOR
from messages.engines import ENGINES
from messages.findings import FINDINGS
from messages.from_python import FROM_PYTHON
from messages.importing import IMPORTING
from messages.keeping import KEEPING
from messages.ledgers import LEDGERS
from messages.libreoffice import LIBREOFFICE_GROUP
from messages.macros import MACRO_GROUP
from messages.no_price import NO_PRICE
from messages.questions import QUESTIONS
from messages.sheets import SHEETS
from messages.slips import SLIPS
from messages.starting import DIFFERING, STARTING
from messages.unreadable import UNREADABLE
from messages.windows import WINDOWS

GROUPS = (
    COMMANDS,
    QUESTIONS,
    NO_PRICE,
    CONTRACT_FILES,
    SLIPS,
    SHEETS,
    FINDINGS,
    DIFFERING,
    UNREADABLE,
    STARTING,
    BUILDING,
    KEEPING,
    COMPARING,
    IMPORTING,
    LIBREOFFICE_GROUP,
    MACRO_GROUP,
    DOCTOR,
    WINDOWS,
    LEDGERS,
    ENGINES,
    FROM_PYTHON,
)
