"""Files are replaced on Windows as elsewhere, though it has locks of another kind."""

from pathlib import Path

from tests.support.wine import Windows, windows_path

WRITES = """\
import os, sys, tempfile
from pathlib import Path
from xlfuncs.output_files import SavedMeanwhile, create_part, replace_file, state_of, write_content
from xlfuncs.temporary_files import scratch_folder

folder = Path(sys.argv[1])
target, tempfile.tempdir = folder / "out.csv", str(folder)
before = state_of(target)
replace_file(target, write_content(b"one"), before, keep=True)
try:
    replace_file(target, write_content(b"lost"), before, keep=True)
except SavedMeanwhile:
    print("saved")
before = state_of(target)
replace_file(target, write_content(b"two"), before, keep=True)
try:
    replace_file(target, write_content(b"lost"), before, keep=True)
except SavedMeanwhile:
    print("saved")
(folder / ".out.csv-0123abcd.part").touch()
with create_part(target) as living:
    replace_file(target, write_content(b"three"), state_of(target), keep=True)
    print(living.path.exists())
left = folder / "xlfuncs-abcdefgh"
left.mkdir()
(left / "in_use").touch()
(left / "copy.csv").touch()
with scratch_folder() as ours:
    print(left.exists())
    with scratch_folder():
        pass
print(ours.exists())
long = folder / ("n" * 251 + ".csv")
for content in (b"old", b"new"):
    replace_file(long, write_content(content), state_of(long), keep=True)
print(*sorted((len(path.name), path.read_bytes()) for path in folder.iterdir()))
"""


def test_files_are_replaced_and_what_was_left_is_swept(windows: Windows, tmp_path: Path) -> None:
    script, folder = tmp_path / "writes.py", tmp_path / "folder"
    script.write_text(WRITES)
    folder.mkdir()
    out, err = windows.start(windows_path(script), windows_path(folder)).communicate(timeout=120)
    assert out.splitlines() == [
        "saved",
        "saved",
        "True",
        "False",
        "False",
        "(7, b'three') (11, b'one') (12, b'two') (255, b'new') (255, b'old')",
    ], err
