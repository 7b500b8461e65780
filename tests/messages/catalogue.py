"""All groups of the catalogue, in the order of the page."""

from tests.messages.building import BUILDING
from tests.messages.commands import COMMANDS
from tests.messages.comparing import COMPARING
from tests.messages.contract_files import CONTRACT_FILES
from tests.messages.doctor import DOCTOR
from tests.messages.engines import ENGINES
from tests.messages.findings import FINDINGS
from tests.messages.from_python import FROM_PYTHON
from tests.messages.importing import IMPORTING
from tests.messages.keeping import KEEPING
from tests.messages.ledgers import LEDGERS
from tests.messages.libreoffice import LIBREOFFICE_GROUP
from tests.messages.macros import MACRO_GROUP
from tests.messages.no_price import NO_PRICE
from tests.messages.questions import QUESTIONS
from tests.messages.sheets import SHEETS
from tests.messages.slips import SLIPS
from tests.messages.starting import DIFFERING, STARTING
from tests.messages.unreadable import UNREADABLE
from tests.messages.windows import WINDOWS

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
