"""The command `calc install`."""

from __future__ import annotations

import tempfile
from argparse import Namespace
from pathlib import Path

from workbooks.extension import build_extension
from xlfuncs.cli.contracts import prefixed_contract_of
from xlfuncs.cli.refusals import ANSWERED, Refused
from xlfuncs.functions.declared import FUNCTIONS
from xlfuncs.libreoffice.found import find_office
from xlfuncs.libreoffice.installing import install as install_extension
from xlfuncs.libreoffice.running import Failed


def install(chosen: Namespace) -> int:
    """Installs the functions of a contract and says how to see them."""
    contract = prefixed_contract_of(chosen.contract)
    content = build_extension(contract.prefix, contract.name)
    try:
        office = find_office(chosen.soffice)
        with tempfile.TemporaryDirectory(prefix="xlfuncs-") as folder:
            path = Path(folder) / f"{contract.prefix.lower()}.oxt"
            path.write_bytes(content)
            install_extension(office, path, chosen.all_users)
    except Failed as error:
        raise Refused(str(error)) from None
    version = ".".join(map(str, office.version))
    print(f"{office.program}, LibreOffice {version}: the functions are installed; start it anew")
    print(" ".join(f"{contract.prefix}_{function.name}" for function in FUNCTIONS))
    return ANSWERED
