"""The command `build`, where it writes the extension of LibreOffice."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from workbooks.extension import build_extension, was_built
from xlfuncs.cli.contracts import prefixed_contract_of
from xlfuncs.cli.refusals import ANSWERED, NO_ANSWER, Refused
from xlfuncs.cli.writing import NOT_WRITTEN, put, read_target
from xlfuncs.functions.declared import FUNCTIONS


def extend(target: Path, chosen: Namespace) -> int:
    """Writes the extension and names its functions."""
    if chosen.keep:
        raise Refused(f"{target}: an extension has no rows to keep; {NOT_WRITTEN}")
    contract = prefixed_contract_of(chosen.contract)
    content = build_extension(contract.prefix, contract.name)
    found = read_target(target)
    if chosen.check:
        return _check_extension(target, found, content)
    known = found is not None and was_built(found)
    if found is not None and not known and not chosen.force:
        raise Refused(
            f"{target}: is not from here; {NOT_WRITTEN}. Use -o FILE for another file, or --force "
            f"to replace it (what it holds is kept as .bak)"
        )
    print(f"{target}: {put(target, content, found, built_before=known)}")
    print(" ".join(f"{contract.prefix}_{function.name}" for function in FUNCTIONS))
    return ANSWERED


def _check_extension(target: Path, found: bytes | None, content: bytes) -> int:
    if found is None:
        raise Refused(f"{target}: there is no such file; expected an extension to check")
    if found == content:
        print(f"{target}: is as it would be built")
        return ANSWERED
    print(f"{target}: is not as it would be built; build it again")
    return NO_ANSWER
