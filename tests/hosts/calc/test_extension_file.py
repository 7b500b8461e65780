"""The extension of LibreOffice: every name and help in it is the registry's; its file is steady."""

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from defusedxml.ElementTree import fromstring

from tests.support.places import DATA
from xlfuncs.cli import main
from xlfuncs.functions.registry import FUNCTIONS
from xlfuncs.hosts.calc import method_of, parameter_of
from xlfuncs.hosts.extension import build_extension

OOR = "{http://openoffice.org/2001/registry}"


def parts_of(content: bytes) -> dict[str, str]:
    package = ZipFile(BytesIO(content))
    return {name: package.read(name).decode() for name in package.namelist()}


PARTS = parts_of(build_extension("QUALYS", "Ohio"))


def nodes_of(xml: str) -> dict[str, dict[str, str]]:
    """The properties of each node, by its names from the outermost on."""
    found: dict[str, dict[str, str]] = {}

    def visit(element, path: str) -> None:
        for child in element:
            name = child.get(f"{OOR}name", "")
            if child.tag == "node":
                visit(child, f"{path}/{name}")
            else:
                found.setdefault(path, {})[name] = child[0].text

    visit(fromstring(xml), "")
    return found


def test_names_and_help_are_those_of_the_registry() -> None:
    shown = nodes_of(PARTS["CalcAddIns.xcu"])
    top = "/AddInInfo/org.xlfuncs.QualysFunctions/AddInFunctions"
    expected = {}
    for function in FUNCTIONS:
        node = f"{top}/{method_of(function)}"
        name = f"QUALYS_{function.name}"
        expected[node] = {
            "DisplayName": name,
            "CompatibilityName": name,
            "Description": function.help,
            "Category": "Add-In",
        }
        for argument in function.arguments:
            expected[f"{node}/Parameters/{parameter_of(argument)}"] = {
                "DisplayName": argument.name,
                "Description": argument.help,
            }
    assert shown == expected


def test_the_type_library_has_a_method_for_each_function() -> None:
    methods = re.findall(r"> (\w+)\((.*)\);", PARTS["functions.idl"])
    assert [name for name, _ in methods] == [method_of(function) for function in FUNCTIONS]
    for (_, handed), function in zip(methods, FUNCTIONS, strict=True):
        names = re.findall(r"(\w+)(?:,|$)", handed)
        assert names == ["document", *(parameter_of(each) for each in function.arguments)]


def test_the_same_prefix_gives_the_same_bytes_and_another_one_other_names() -> None:
    assert build_extension("QUALYS") == build_extension("QUALYS")
    acme = parts_of(build_extension("ACME"))
    assert "ACME_PRICE" in acme["CalcAddIns.xcu"]
    named = [text for name, text in acme.items() if not name.startswith("pythonpath/")]
    assert "QUALYS" not in "".join(named).upper()


def test_two_extensions_of_one_version_share_their_code_and_others_do_not() -> None:
    """LibreOffice has one Python; a module's name says which code it is."""
    packages = {name.split("/")[1] for name in PARTS if name.startswith("pythonpath/")}
    assert len(packages) == 1
    [package] = packages
    assert f"from {package}.hosts.calc import component" in PARTS["functions.py"]
    assert not re.search(r"^\s*(from|import) xlfuncs\b", "\n".join(PARTS.values()), re.MULTILINE)
    assert f"from {package}.pricing" in PARTS[f"pythonpath/{package}/functions/evaluate.py"]
    acme = parts_of(build_extension("ACME"))
    assert f"pythonpath/{package}/hosts/calc.py" in acme


def test_it_asks_for_a_libreoffice_that_can_run_it() -> None:
    assert '<l:LibreOffice-minimal-version value="25.2"' in PARTS["description.xml"]
    assert "QUALYS functions: Ohio" in PARTS["description.xml"]


def test_build_writes_it_and_leaves_other_files_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "qualys.oxt"
    assert main(["build", "-o", str(path)]) == 0
    written, contract, functions = capsys.readouterr().out.splitlines()
    assert (written, contract.partition(":")[0]) == (f"{path}: written", "Contract")
    assert functions.startswith("QUALYS_PRICE QUALYS_UNIT_PRICE")
    assert main(["build", "-o", str(path), "--check"]) == 0
    assert main(["build", "-o", str(path)]) == 0
    assert "not written again" in capsys.readouterr().out
    path.write_bytes(build_extension("OLDER"))
    assert main(["build", "-o", str(path), "--check"]) == 1
    assert main(["build", "-o", str(path)]) == 0, "one that was built can be built again"
    assert not list(tmp_path.glob("*.bak"))
    for content in (b"mine", b""):
        path.write_bytes(content)
        capsys.readouterr()
        assert main(["build", "-o", str(path)]) == 2
        assert "was not made by xlfuncs; nothing was written" in capsys.readouterr().err
        assert path.read_bytes() == content
    path.write_bytes(b"mine")
    assert main(["build", "-o", str(path), "--force"]) == 0
    assert (tmp_path / "qualys.oxt.bak").read_bytes() == b"mine"
    assert main(["build", "-o", str(path), "--keep"]) == 2
    assert main(["build", "-o", str(tmp_path / "none.oxt"), "--check"]) == 2


def test_a_contract_of_another_vendor_gives_its_functions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contract = DATA / "contracts" / "snotarator.toml"
    path = tmp_path / "it.oxt"
    assert main(["build", "--contract", str(contract), "-o", str(path)]) == 0
    prefix = capsys.readouterr().out.splitlines()[2].partition("_")[0]
    assert f"{prefix}_PRICE" in parts_of(path.read_bytes())["CalcAddIns.xcu"]
    assert prefix != "QUALYS"
