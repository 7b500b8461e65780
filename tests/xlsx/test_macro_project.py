"""The macro workbook as a file: its project by the standard, its modules as others read them."""

import re
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest
from openxml_audit import FileFormat, OpenXmlValidator

from tests.support.contracts_hard_to_lay_out import BY_KIND
from tests.support.office import convert, need
from tests.support.ovba import Project, VBA_Parser, VBA_Scanner, read_project
from tests.support.wine import Windows, windows_path
from tests.support.workbook_edits import BUILT, built, shipped_draft, shipped_workbook
from xlfuncs.sheets.schema import AMENDMENTS, CONTRACT, GUIDE, POINTS, SETTINGS, TIERS
from xlfuncs.xlsx.builder import WorkbookKind, build_workbook
from xlfuncs.xlsx.compare import compare_workbooks
from xlfuncs.xlsx.package import open_package, read_parts
from xlfuncs.xlsx.reader import open_workbook
from xlfuncs.xlsx.vba.project import (
    PROJECT,
    XLWINGS_SETTINGS,
    list_modules,
    normalize_module,
    read_macros,
)

OURS = ("PriceFunctions", "PriceAnswers", "PricePython", "PriceSheets", "PriceChanges")
FROM_XLWINGS = {"xlwings": "xlwings/xlwings.bas", "Dictionary": "xlwings/addin/Dictionary.cls"}


@pytest.fixture(scope="module")
def content() -> bytes:
    return shipped_workbook(kind=WorkbookKind.MACROS)


@pytest.fixture(scope="module")
def parts(content: bytes) -> dict[str, bytes]:
    return read_parts(content)


@pytest.fixture(scope="module")
def project(parts: dict[str, bytes]) -> Project:
    return read_project(parts[PROJECT])


@pytest.fixture(scope="module")
def parser(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> VBA_Parser:
    path = tmp_path_factory.mktemp("macros") / "book.xlsm"
    path.write_bytes(content)
    return VBA_Parser(str(path))


@pytest.mark.parametrize("kind", [WorkbookKind.MACROS, WorkbookKind.ADD_IN])
def test_the_same_contract_gives_the_same_bytes(kind: WorkbookKind) -> None:
    assert build_workbook(shipped_draft(), BUILT, kind) == shipped_workbook(kind=kind)


@pytest.mark.parametrize("kind", [".xlsx", ".xlsm"])
def test_every_computer_builds_the_same_bytes(windows: Windows, kind: str, tmp_path: Path) -> None:
    here, there = (tmp_path / f"{name}{kind}" for name in ("here", "there"))
    building = ["-m", "xlfuncs", "build", "-o"]
    subprocess.run([sys.executable, *building, here], check=True, capture_output=True)
    program = windows.start(*building, windows_path(there))
    said, complaints = program.communicate(timeout=120)
    assert program.returncode == 0, complaints
    assert "255000" in said
    assert there.read_bytes() == here.read_bytes()


def test_the_project_is_as_the_standard_has_it(project: Project) -> None:
    names = [module.name for module in project.modules]
    assert names == list(project.listed) == project.named
    classes = {name for name, kind in project.listed.items() if kind == "Class"}
    procedural = {module.name for module in project.modules if module.is_procedural}
    assert classes == {"Dictionary"}
    assert procedural == {name for name, kind in project.listed.items() if kind == "Module"}


def test_each_sheet_and_the_workbook_have_the_module_of_their_code_name(
    parts: dict[str, bytes], project: Project
) -> None:
    book = parts["xl/workbook.xml"].decode()
    [name] = re.findall(r'<workbookPr[^>]*codeName="(\w+)"', book)
    sheets = sorted(part for part in parts if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", part))
    names = [re.findall(r'<sheetPr[^>]*codeName="(\w+)"', parts[part].decode()) for part in sheets]
    code_names = [name, *(each for [each] in names)]
    documents = [name for name, kind in project.listed.items() if kind == "Document"]
    assert len(sheets) == len(open_workbook_titles(parts))
    assert sorted(documents) == sorted(code_names) == sorted(set(code_names))


def open_workbook_titles(parts: dict[str, bytes]) -> list[str]:
    return re.findall(r'<sheet [^>]*name="([^"]+)"', parts["xl/workbook.xml"].decode())


def test_every_module_holds_its_text_and_says_its_name(project: Project) -> None:
    texts = {module.name: module.text for module in project.modules}
    for name, text in texts.items():
        assert text.startswith(f'Attribute VB_Name = "{name}"\r\n')
        assert "\n" not in text.replace("\r\n", "")
    for module in list_modules("QUALYS"):
        text = texts[module.name]
        assert normalize_module(text) == normalize_module(module.text)
        assert lines_shown(text) == lines_shown(module.text)


def lines_shown(text: str) -> list[str]:
    """The lines that Excel's editor shows."""
    lines = text.splitlines()
    if lines[0].startswith("VERSION"):
        del lines[: lines.index("END") + 1]
    return [line for line in lines if not line.lstrip().startswith("Attribute ")]


def test_the_modules_of_xlwings_are_those_that_are_installed(project: Project) -> None:
    texts = {module.name: module.text for module in project.modules}
    for name, path in FROM_XLWINGS.items():
        installed = Path(str(distribution("xlwings").locate_file(path))).read_text("cp1252")
        assert lines_shown(texts[name]) == lines_shown(installed)
    assert "BSD 3-clause license" in texts["xlwings"]
    assert "@license: MIT" in texts["Dictionary"]


def test_olevba_reads_every_module_and_flags_nothing_that_xlwings_does_not_bring(
    parser: VBA_Parser, project: Project
) -> None:
    read = {name.rpartition(".")[0]: text for _, _, name, text in parser.extract_macros()}
    assert set(read) == {module.name for module in project.modules}
    for module in project.modules:
        shown = re.sub(r"(?m)^Attribute .*\r\n", "", module.text)
        assert re.sub(r"(?m)^Attribute .*\r?\n", "", read[module.name]).split() == shown.split()
    flagged = {
        name: {(kind, found) for kind, found, _ in VBA_Scanner(text).scan()}
        for name, text in read.items()
    }
    by_xlwings = flagged["xlwings"] | flagged["Dictionary"]
    by_others = set().union(*(each for name, each in flagged.items() if name not in FROM_XLWINGS))
    # The workbook has to look at its sheets when it is opened, and nothing else is remarkable.
    assert by_others - by_xlwings <= {("AutoExec", "Workbook_Open"), ("Suspicious", "Hex Strings")}
    assert parser.detect_vba_stomping() is False


def test_our_macros_touch_neither_files_nor_other_programs() -> None:
    modules = list_modules("QUALYS")
    ours = "\n".join(module.text for module in modules if module.name not in FROM_XLWINGS)
    for word in ("CreateObject", "Shell", "Open ", "Declare", "Environ", "Kill", "SendKeys"):
        assert not re.search(rf"^[^'\n]*\b{word}", ours, re.MULTILINE), word


def test_our_macros_are_short() -> None:
    for module in list_modules("QUALYS"):
        if module.name not in FROM_XLWINGS:
            lines = module.text.splitlines()
            assert len(lines) <= 150, module.name
            assert max(map(len, lines)) <= 140, module.name


def test_our_macros_name_the_sheets_of_the_schema() -> None:
    text = "\n".join(module.text for module in list_modules("QUALYS") if module.name in OURS)
    for title in (TIERS, AMENDMENTS, CONTRACT):
        assert text.count(f'"{title}"') >= 2


@pytest.mark.parametrize(
    ("contract", "kind"),
    [
        ("shipped", WorkbookKind.ADD_IN),  # another in two parts alone, as is tested below
        *((contract, WorkbookKind.MACROS) for contract in ("shipped", *BY_KIND)),
    ],
)
def test_a_macro_workbook_is_valid_by_the_standard(
    contract: str, kind: WorkbookKind, tmp_path: Path
) -> None:
    path = tmp_path / f"book{kind}"
    made = (
        shipped_workbook(kind=kind)
        if contract == "shipped"
        else built(BY_KIND[contract](), kind=kind)
    )
    path.write_bytes(made)
    result = OpenXmlValidator(file_format=FileFormat.MICROSOFT_365).validate(path)
    assert [str(error) for error in result.errors] == []
    read_project(read_parts(made)[PROJECT])


def test_an_add_in_is_the_same_workbook_of_another_kind(parts: dict[str, bytes]) -> None:
    add_in = read_parts(shipped_workbook(kind=WorkbookKind.ADD_IN))
    differing = {name for name in {*parts, *add_in} if parts.get(name) != add_in.get(name)}
    assert differing == {"[Content_Types].xml", "docProps/custom.xml"}
    assert b"addin.macroEnabled" in add_in["[Content_Types].xml"]


def test_the_sheets_are_those_of_the_plain_workbook(content: bytes) -> None:
    differing = compare_workbooks(content, shipped_workbook()).lines
    expected = [
        "the file: is a workbook with macros",
        *(f"the macros in '{name}':" for name in ("ThisWorkbook", *OURS, *FROM_XLWINGS)),
        *(f"the sheet '{SETTINGS}':", f"{POINTS}!", f"{GUIDE}!"),
    ]
    for line in differing:
        assert line.startswith(tuple(expected)), line
    for start in expected:
        assert any(line.startswith(start) for line in differing), start


def test_the_workbook_tells_xlwings_nothing_about_this_computer(content: bytes) -> None:
    rows = open_workbook(content).sheets[SETTINGS].rows
    assert {row[0].value: row[1].value for row in rows} == XLWINGS_SETTINGS
    assert not any("INTERPRETER" in name or name == "PYTHONPATH" for name in XLWINGS_SETTINGS)


@pytest.mark.host
def test_libreoffice_opens_the_workbook_with_its_sheets_intact(
    content: bytes, tmp_path: Path
) -> None:
    need("soffice")
    path = tmp_path / "book.xlsm"
    path.write_bytes(content)
    back, before = open_workbook(convert(path, "xlsx").read_bytes()), open_workbook(content)
    assert back.titles == before.titles
    for title in (TIERS, AMENDMENTS, CONTRACT):
        here, there = (
            [
                [cell.value for cell in row if cell.value is not None]
                for row in book.sheets[title].rows
                if any(cell.value is not None for cell in row)
            ]
            for book in (back, before)
        )
        assert here == there


def test_libreoffice_loads_the_modules(
    calc: object, content: bytes, tmp_path: Path, project: Project
) -> None:
    path = tmp_path / "book.xlsm"
    path.write_bytes(content)
    loaded = calc.modules(calc.open(str(path)))
    assert set(loaded) == {module.name for module in project.modules}
    for name in OURS:
        [text] = [module.text for module in project.modules if module.name == name]
        lines = [line for line in text.split("\r\n") if not line.startswith("Attribute ")]
        assert loaded[name].split("\n", 2)[2].split() == "\n".join(lines).split()


def test_a_build_reads_its_own_macros_back(content: bytes) -> None:
    assert list(read_macros(open_package(content))) == ["ThisWorkbook", *OURS, *FROM_XLWINGS]
