"""`doctor` on the folder of an add-in: what it finds where nothing or one thing is wrong."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.addin_folder import WASM, addin_files, write_addin
from xlfuncs.addin import certificate
from xlfuncs.addin.certificate import keep_certificate
from xlfuncs.addin.folder import format_sums
from xlfuncs.cli import main
from xlfuncs.doctor import Finding, State
from xlfuncs.doctor.addin import check_addin

AGAIN = "build the add-in again"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built add-in, on a computer with a certificate for it."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    keep_certificate()
    return write_addin(tmp_path / "acme.addin")


def to_do(folder: Path) -> list[str]:
    return _of(State.DO, check_addin(folder))


def noted(folder: Path) -> list[str]:
    return _of(State.NOTE, check_addin(folder))


def _of(state: State, findings: Iterator[Finding]) -> list[str]:
    return [f"{each.where}: {each.text}" for each in findings if each.state is state]


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) > 0
    path.write_text(text.replace(old, new), encoding="utf-8")


def sign_again(folder: Path) -> None:
    """List the sums of the files as they are now, as somebody would who hides an edit."""
    names = sorted(addin_files().keys() - {"SHA256SUMS"})
    sums = format_sums({name: (folder / name).read_bytes() for name in names})
    (folder / "SHA256SUMS").write_bytes(sums)


@pytest.mark.parametrize("has_pyodide", [True, False])
def test_of_a_new_build_nothing_is_to_be_done(
    folder: Path, has_pyodide: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    if not has_pyodide:
        folder = write_addin(folder.with_name("without.addin"), has_pyodide=False)
    assert main(["doctor", str(folder)]) == 0
    out = capsys.readouterr().out
    count = len(addin_files(has_pyodide=has_pyodide))
    assert f"ok    {folder}: its {count} files are as they were built\n" in out
    assert "built 2026-11-30 for https://localhost:3000\n" in out
    where = "ok    Pyodide" if has_pyodide else "note  Pyodide"
    assert [line for line in out.splitlines() if line.startswith(where)]
    assert "open https://localhost:3000/build.json in a browser" in out


@pytest.mark.parametrize("name", sorted(addin_files().keys() - {"build.json", "SHA256SUMS"}))
def test_each_file_is_compared_with_the_build(folder: Path, name: str) -> None:
    path = folder / name
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert f"{path}: was changed after the build; {AGAIN} with --force" in to_do(folder)
    path.unlink()
    assert f"{path}: is missing; {AGAIN}" in to_do(folder)


def test_an_edit_is_found_where_one_of_the_lists_was_edited_too(folder: Path) -> None:
    """The page itself compares files with build.json, so an edit keeps it from starting."""
    (folder / "core.zip").write_bytes(b"PK")
    sign_again(folder)
    assert to_do(folder) == [
        f"{folder / 'core.zip'}: was changed after the build; {AGAIN} with --force"
    ]


def test_a_changed_build_json_is_found_by_the_sums(folder: Path) -> None:
    change(folder / "build.json", "2026-11-30", "2026-11-29")
    assert to_do(folder) == [
        f"{folder / 'build.json'}: was changed after the build; {AGAIN} with --force"
    ]


@pytest.mark.skipif(os.name != "posix", reason="links and pipes are for administrators there")
def test_what_is_no_plain_file_is_not_opened(folder: Path) -> None:
    for name, make in (
        ("core.zip", lambda path: path.symlink_to("/dev/zero")),
        ("chart.js", os.mkfifo),
    ):
        (folder / name).unlink()
        make(folder / name)
    assert [line.partition(": ")[0] for line in to_do(folder)] == [
        str(folder / "chart.js"),
        str(folder / "core.zip"),
    ]


def test_what_came_in_later_is_noted(folder: Path) -> None:
    for name in ("notes.txt", "old/secret.csv", "a\nb.txt", "z.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("later")
    assert noted(folder)[0] == (
        f"{folder}: a\\nb.txt, notes.txt, old/secret.csv and 1 more came in after the build; a web "
        f"server hands them out, too"
    )
    assert to_do(folder) == []


# What is no folder of an add-in.

NO_BUILD: dict[str, Callable[[Path], object]] = {
    "is not what a build writes": lambda path: path.write_bytes(b"{}"),
    "is too large for what a build writes": lambda path: path.write_bytes(b" " * 2_000_000),
}
BAD_JSON = [
    *(b"", b"[]", b"null", b'{"files": {"../x": "sha384-"}}', b"\xff", b"[" * 500_000),
    b'{"contract": 1, "built": "", "url": "", "pyodide": {}, "files": {}}',
]


def test_a_folder_without_build_json_is_no_add_in(folder: Path) -> None:
    (folder / "build.json").unlink()
    [said] = check_addin(folder)
    assert str(said) == (
        f"do    {folder}: has no build.json; expected the folder of an add-in, as xlfuncs build "
        f"writes it"
    )


@pytest.mark.parametrize("problem", NO_BUILD)
def test_without_its_build_json_nothing_else_is_said(folder: Path, problem: str) -> None:
    NO_BUILD[problem](folder / "build.json")
    [said] = check_addin(folder)
    assert str(said) == f"do    {folder / 'build.json'}: {problem}; {AGAIN}"


@pytest.mark.parametrize("content", BAD_JSON)
def test_a_build_json_that_is_none_is_one_sentence(folder: Path, content: bytes) -> None:
    (folder / "build.json").write_bytes(content)
    assert to_do(folder) == [f"{folder / 'build.json'}: is not what a build writes; {AGAIN}"]


@pytest.mark.parametrize("name", ["../outside.js", "/etc/passwd", "a//b", "C:x", ".hidden", "a\\b"])
def test_names_of_files_elsewhere_are_not_followed(folder: Path, name: str) -> None:
    escaped = name.replace("\\", "\\\\")
    change(folder / "build.json", '"core.zip"', f'"{escaped}"')
    assert to_do(folder) == [f"{folder / 'build.json'}: is not what a build writes; {AGAIN}"]
    write_addin(folder)
    change(folder / "SHA256SUMS", "  core.zip", f"  {name}")
    assert to_do(folder) == [f"{folder / 'SHA256SUMS'}: is not what a build writes; {AGAIN}"]


# The manifest.


@pytest.mark.parametrize(
    "content", [b"", b"<OfficeApp/>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>']
)
def test_a_manifest_that_is_none_is_one_sentence(folder: Path, content: bytes) -> None:
    path = folder / "manifest.xml"
    path.write_bytes(content)
    changed, is_none = to_do(folder)
    assert changed == f"{path}: was changed after the build; {AGAIN} with --force"
    assert is_none.startswith(f"{path}: is not ")


def test_addresses_elsewhere_are_named(folder: Path) -> None:
    path = folder / "manifest.xml"
    change(path, "https://localhost:3000/functions.js", "https://localhost:30001/functions.js")
    assert to_do(folder)[1] == (
        f"{path}: names https://localhost:30001/functions.js, "
        f"https://localhost:30001/functions.json, but the add-in was built for "
        f"https://localhost:3000; {AGAIN}"
    )


def test_an_add_in_without_https_is_to_be_built_again(folder: Path) -> None:
    for name in ("manifest.xml", "build.json"):
        change(folder / name, "https://localhost:3000", "http://localhost:3000")
    assert to_do(folder)[-1] == (
        f"{folder / 'manifest.xml'}: is for http://localhost:3000; Office loads add-ins over https "
        f"only; {AGAIN} with another --url"
    )


# The certificate, of localhost alone.


def test_for_localhost_there_has_to_be_a_certificate(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = certificate.find_user_folder() / "localhost.crt"
    path.unlink()
    serve = f"xlfuncs addin serve {folder}"
    assert to_do(folder) == [f"{path}: is not there; {serve} makes one, and says how to trust it"]
    with _older(monkeypatch):
        path.with_suffix(".key").unlink()
        keep_certificate()
    assert to_do(folder)[0].startswith(f"{path}: is valid until ")
    elsewhere = write_addin(folder.with_name("b.addin"), "https://prices.example.org/acme")
    assert to_do(elsewhere) == []
    assert noted(elsewhere) == [
        "https://prices.example.org/acme: to see whether the server answers, open "
        "https://prices.example.org/acme/build.json in a browser"
    ]


@contextmanager
def _older(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setattr(certificate, "DAYS", 3)
        yield


def test_a_folder_of_another_name_is_checked_as_an_add_in(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.rename(tmp_path / "public")
    assert main(["doctor", str(tmp_path / "public")]) == 0
    assert main(["doctor", str(tmp_path / "none.addin")]) == 1
    assert f"{tmp_path / 'none.addin'}: is not there" in capsys.readouterr().out


def test_a_damaged_file_of_pyodide_is_found(folder: Path) -> None:
    (folder / WASM).write_bytes(b"")
    assert to_do(folder) == [f"{folder / WASM}: was changed after the build; {AGAIN} with --force"]
