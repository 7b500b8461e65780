"""`xlfuncs build -o NAME.addin`: a folder that is written whole, rebuilt, checked and kept."""

import json
import shutil
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.support.cli_runner import Run
from tests.support.small_contract import CONTRACT
from xlfuncs.addin import pyodide
from xlfuncs.addin.pyodide import FILES, PinnedFile, format_integrity

URL = "https://prices.example.org/acme"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a contract file, as the current one."""
    (tmp_path / "acme.toml").write_text(CONTRACT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def pinned(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with small files in place of Pyodide's, which are pinned for the test."""
    place = folder / "python"
    place.mkdir()
    files = []
    for file in FILES:
        content = file.name.encode()
        (place / file.original).write_bytes(content)
        files.append(PinnedFile(file.original, file.name, format_integrity(content)))
    for module in (pyodide, sys.modules["xlfuncs.addin.folder"]):
        monkeypatch.setattr(module, "FILES", tuple(files))
    return place


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def build(run: Run, *others: str | Path) -> str:
    built = run("build", "acme.toml", "-o", "acme.addin", *others)
    assert built.status == 0, built.err
    assert built.err == ""
    return built.out


def test_the_folder_is_written_and_its_functions_are_named(folder: Path, run: Run) -> None:
    said = build(run, "--url", URL)
    assert said.splitlines()[0].startswith("acme.addin: written (17 files, 0.")
    assert "ACME.PRICE ACME.UNIT_PRICE" in said
    assert f"Copy the folder to {URL}, and hand manifest.xml to Excel" in said
    described = json.loads((folder / "acme.addin/build.json").read_text(encoding="utf-8"))
    assert described["built"] == date.today().isoformat()
    assert set(contents(folder / "acme.addin")) == {*described["files"], "build.json", "SHA256SUMS"}


def test_the_same_again_writes_nothing(folder: Path, run: Run) -> None:
    build(run, "--url", f"{URL}/")
    before = contents(folder)
    assert "is up to date; not written again" in build(run)
    assert contents(folder) == before


def test_a_later_build_keeps_the_address_the_manifest_and_pyodide(
    folder: Path, run: Run, pinned: Path
) -> None:
    build(run, "--url", URL, "--pyodide", pinned)
    target = folder / "acme.addin"
    shutil.rmtree(pinned)
    # as if it had been built on an earlier day
    for name in ("manifest.xml", "build.json"):
        path = target / name
        text = path.read_text(encoding="utf-8")
        today = date.today()
        text = text.replace(f"{today.year}.{today.month}.{today.day}.0", "2020.3.1.0")
        path.write_text(text.replace(today.isoformat(), "2020-03-01"), encoding="utf-8")
    described = json.loads((target / "build.json").read_text(encoding="utf-8"))
    described["files"]["manifest.xml"] = format_integrity((target / "manifest.xml").read_bytes())
    (target / "build.json").write_text(json.dumps(described), encoding="utf-8")
    manifest = (target / "manifest.xml").read_bytes()
    (folder / "acme.toml").write_text(CONTRACT.replace("995.00", "990.00"), encoding="utf-8")
    said = build(run)
    assert "manifest.xml has not changed" in said
    assert (target / "manifest.xml").read_bytes() == manifest
    assert (target / "pyodide/pyodide.asm.wasm").read_bytes() == b"pyodide.asm.wasm"
    assert b"990" in (target / "contract.json").read_bytes()
    assert not list(folder.rglob("*.bak*"))
    assert run("build", "acme.toml", "-o", "acme.addin", "--check").status == 0


def test_another_address_is_another_manifest_to_hand_out(folder: Path, run: Run) -> None:
    build(run, "--url", URL)
    said = build(run, "--url", f"{URL}/new")
    assert "hand out manifest.xml again, since it has changed" in said
    assert "xlfuncs addin serve acme.addin" in build(run, "--url", "https://localhost:3000")


def test_an_edited_file_is_not_replaced_unasked(folder: Path, run: Run) -> None:
    build(run, "--url", URL)
    page = folder / "acme.addin/taskpane.css"
    page.write_text("body { color: red }", encoding="utf-8")
    before = contents(folder)
    refused = run("build", "acme.toml", "-o", "acme.addin")
    assert refused.status == 2
    assert "not as xlfuncs built it: taskpane.css; nothing was written" in refused.err
    assert contents(folder) == before
    build(run, "--force")
    assert (folder / "acme.addin/taskpane.css.bak").read_text(encoding="utf-8") == (
        "body { color: red }"
    )


def test_a_folder_with_other_files_of_those_names_is_not_replaced_unasked(
    folder: Path, run: Run
) -> None:
    (folder / "acme.addin").mkdir()
    (folder / "acme.addin/manifest.xml").write_text("mine", encoding="utf-8")
    refused = run("build", "acme.toml", "-o", "acme.addin", "--url", URL)
    assert (refused.status, "manifest.xml" in refused.err) == (2, True)
    assert set(contents(folder / "acme.addin")) == {"manifest.xml"}


def test_what_else_is_in_the_folder_stays(folder: Path, run: Run) -> None:
    build(run, "--url", URL)
    (folder / "acme.addin/web.config").write_text("theirs", encoding="utf-8")
    build(run, "--url", f"{URL}/new")
    assert (folder / "acme.addin/web.config").read_text(encoding="utf-8") == "theirs"


def test_files_of_an_earlier_build_go_unless_they_were_edited(folder: Path, run: Run) -> None:
    build(run, "--url", URL)
    target = folder / "acme.addin"
    former, edited, linked = target / "former.js", target / "edited.js", target / "linked.js"
    beside = folder / "beside.js"
    for path in (former, edited, beside):
        path.write_bytes(b"built")
    linked.symlink_to(beside)
    named_in_build(target, "former.js", "edited.js", "linked.js")
    edited.write_bytes(b"edited")
    build(run)
    assert (former.exists(), edited.exists(), beside.exists()) == (False, True, True)


def named_in_build(target: Path, *names: str) -> None:
    """Name further files in build.json."""
    described = json.loads((target / "build.json").read_text(encoding="utf-8"))
    described["files"] |= {name: format_integrity(b"built") for name in names}
    (target / "build.json").write_text(json.dumps(described), encoding="utf-8")


def test_a_forged_build_that_names_files_elsewhere_is_none_of_ours(folder: Path, run: Run) -> None:
    build(run, "--url", URL)
    beside = folder / "beside.js"
    beside.write_bytes(b"built")
    named_in_build(folder / "acme.addin", "../beside.js")
    refused = run("build", "acme.toml", "-o", "acme.addin", "--url", f"{URL}/new")
    assert refused.status == 2
    assert "not as xlfuncs built it" in refused.err
    assert beside.exists()


def test_a_check_lists_the_files_that_differ_and_writes_nothing(folder: Path, run: Run) -> None:
    build(run, "--url", URL)
    (folder / "acme.toml").write_text(CONTRACT.replace("995.00", "990.00"), encoding="utf-8")
    before = contents(folder)
    checked = run("build", "acme.toml", "-o", "acme.addin", "--check")
    assert checked.status == 1
    assert checked.out.split() == ["contract.json", "build.json", "SHA256SUMS"]
    assert "3 files differ from a new build" in checked.err
    assert contents(folder) == before


def test_a_write_that_fails_leaves_no_folder(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("xlfuncs.output_files._fill", fail)
    refused = run("build", "acme.toml", "-o", "acme.addin", "--url", URL)
    assert refused.status == 2
    assert "the disk is full; nothing was written" in refused.err
    assert [path.name for path in folder.iterdir()] == ["acme.toml"]
