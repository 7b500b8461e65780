"""Replace files whole or not at all, and keep what somebody saved as a backup."""

from __future__ import annotations

import errno
import filecmp
import os
import re
import shutil
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import NamedTuple

from xlfuncs.errors import OutputError
from xlfuncs.interruptions import undisturbed
from xlfuncs.sheets.cells import escape_line
from xlfuncs.temporary_files import check_left_behind, create_locked, lock_folder

# What keeps a file from being written, in the words of its owner.

SENTENCES = {
    errno.EACCES: "is open in another program, or its folder is read-only",
    errno.EPERM: "is open in another program, or its folder is read-only",
    errno.EROFS: "is on a read-only disk",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk is full",
    errno.EFBIG: "the file is larger than this disk or user may have",
    errno.ENOENT: "the folder does not exist",
    errno.ENOTDIR: "the folder does not exist",
    errno.EWOULDBLOCK: "other programs keep writing to its folder",
}
"""By the number that the system gives; the rest is said in its own words."""

REMEDIES = {
    errno.EACCES: "Close it there, or use another folder",
    errno.EPERM: "Close it there, or use another folder",
    **dict.fromkeys(
        (errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "Use a folder on another disk"
    ),
    errno.ENOENT: "Use another folder",
    errno.ENOTDIR: "Use another folder",
    errno.EWOULDBLOCK: "Try again, or use another folder",
}
"""What helps, by the same number; of the rest another name may."""


ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
"""What comes of writing alone, never of reading."""


def find_lack_of_room(text: str) -> OSError | None:
    """Find the error of the system that a library reports in words of its own."""
    errors = (OSError(code, os.strerror(code)) for code in ROOM if os.strerror(code) in text)
    return next(errors, None)


def find_program_using(path: Path) -> str | None:
    """The program that has a file open by its own account, None where none says so.

    Excel and LibreOffice leave a file beside it as long as they have it open.
    """
    for program, name in (("Excel", f"~${path.name}"), ("LibreOffice", f".~lock.{path.name}#")):
        if os.path.exists(path.with_name(name)):
            return f"{program} (its file {name} says so)"
    return None


def is_loop(link: Path) -> bool:
    """Whether a link leads to nothing but links."""
    try:
        link.stat()
    except OSError as error:
        return error.errno == errno.ELOOP
    return False


def explain_failure(error: OSError) -> str:
    """Why a file cannot be written."""
    return SENTENCES.get(error.errno or 0, error.strerror or str(error))


# Names of files made from that of another file.

LONGEST = 255
"""What the name of a file may have on nearly all file systems, in bytes; on Windows in UTF-16."""

LONGEST_KIND = 16
"""The same of an ending that tells a kind of file, such as .parquet."""


def name_beside(path: Path, before: str, after: str) -> Path:
    """The path of a file with something before and after its name.

    A name that would become too long is cut within, before its ending.

    >>> name_beside(Path("prices.xlsx"), ".", ".part").name
    '.prices.xlsx.part'
    >>> name_beside(Path("\\u20ac" * 80 + ".xlsx"), "", ".bak").name == "\\u20ac" * 80 + ".xlsx.bak"
    True
    >>> name_beside(Path("\\u20ac" * 83 + ".xlsx"), "", ".bak").name == "\\u20ac" * 82 + ".xlsx.bak"
    True
    """
    kind = path.suffix if _length(path.suffix) <= LONGEST_KIND else ""
    stem = path.name.removesuffix(kind)
    longest = _longest(path.parent)
    while stem and _length(f"{before}{stem}{kind}{after}") > longest:
        stem = stem[:-1]
    return path.with_name(f"{before}{stem}{kind}{after}")


def _length(name: str) -> int:
    if sys.platform == "win32":
        return len(name.encode("utf-16-le", "surrogatepass")) // 2
    return len(os.fsencode(name))


def _longest(folder: Path) -> int:
    """Some file systems have room for less, such as encrypted ones."""
    with suppress(AttributeError, OSError, ValueError):
        return min(LONGEST, os.pathconf(folder, "PC_NAME_MAX"))
    return LONGEST


# Files on their way: written beside the file whose place they take, with its permissions.

PART = ".part"
RANDOM = 4
"""Bytes that make the name of a part another than that of any other."""

ACL = "system.posix_acl_access"
"""What Linux keeps of permissions of single users and groups."""

CLOSED = -1


class Part:
    """An empty file that is to be written, and to take the place of another."""

    def __init__(self, path: Path, number: int) -> None:
        self.path = path
        self.number = number

    def prepare_renaming(self) -> None:
        """Close the file on Windows, which renames none that is open."""
        if sys.platform == "win32":
            self.close()

    def close(self) -> None:
        number, self.number = self.number, CLOSED
        if number != CLOSED:
            os.close(number)


def create_part(path: Path) -> AbstractContextManager[Part]:
    """A part for a file, which goes at the end unless it has taken its place. Raises OSError.

    Whoever cannot read the file cannot read the part either. It is locked as long as this program
    runs; parts of programs that run no more are removed first.
    """
    _sweep(path)
    return _part_of_this_run(path)


@contextmanager
@undisturbed
def _part_of_this_run(path: Path) -> Iterator[Part]:
    part = _created(path)
    try:
        yield part
    finally:
        with suppress(FileNotFoundError):
            part.close()
            part.path.unlink()


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk, where the system can do that."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def create_like(path: Path, other: Path) -> int:
    """Open a new file with the permissions of a file that there is, or those that a new one gets.

    It is locked until it is closed. Raises OSError, FileExistsError where the name is taken.
    """
    if not path.exists():
        return create_locked(other, 0o666)  # less what the user's umask takes away
    number = create_locked(other, 0o600)
    try:
        _give_permissions(number, path)
    except OSError:
        os.close(number)
        other.unlink()
        raise
    return number


def _created(path: Path) -> Part:
    while True:
        part = name_beside(path, ".", f"-{os.urandom(RANDOM).hex()}{PART}")
        with suppress(FileExistsError):
            return Part(part, create_like(path, part))


def _give_permissions(number: int, path: Path) -> None:
    """Give an open file the permissions of another, or narrower ones where that cannot be done."""
    if sys.platform == "win32":
        return
    found, own = path.stat(), os.fstat(number)
    mode = found.st_mode & 0o777
    if found.st_gid != own.st_gid:
        try:
            os.fchown(number, -1, found.st_gid)
        except OSError:  # the group is another; it may do what all may
            mode &= 0o707 | (mode & 0o007) << 3
    if found.st_uid != own.st_uid:
        with suppress(OSError):  # only the system's administrator can
            os.fchown(number, found.st_uid, -1)
    os.fchmod(number, mode)
    _give_acl(number, path)


def _give_acl(number: int, path: Path) -> None:
    """Give an open file the list of single users and groups that another has, or none."""
    if sys.platform != "linux":
        return
    try:
        acl = os.getxattr(path, ACL)
    except OSError:
        with suppress(OSError):  # which a folder may give to each new file
            os.removexattr(number, ACL)
    else:
        os.setxattr(number, ACL, acl)


def _sweep(path: Path) -> None:
    """Remove the parts that programs left beside a file when they were killed."""
    ending = f"{'0' * 2 * RANDOM}{PART}"
    stem = name_beside(path, ".", f"-{ending}").name.removesuffix(ending)
    left = re.compile(rf"{re.escape(stem)}[0-9a-f]{{{2 * RANDOM}}}{re.escape(PART)}")
    with suppress(OSError), os.scandir(path.parent) as entries:
        found = [Path(each) for each in entries if left.fullmatch(each.name)]
        if found:
            with lock_folder(path.parent):
                for part in found:
                    with suppress(OSError), check_left_behind(part) as is_left:
                        if is_left:
                            part.unlink()


# The old file, kept beside the new one that takes its place.

BACKUP = ".bak"


@contextmanager
@undisturbed
def remove_on_failure() -> Iterator[list[Path]]:
    """New files, to be added to the list that it yields."""
    made: list[Path] = []
    try:
        yield made
    except BaseException:
        for each in made:
            each.unlink(missing_ok=True)
        raise


def keep_old(path: Path, content: bytes | None, made: list[Path]) -> Path:
    """Keep a file under a name that nothing has, which is added to those that were made.

    What was read of the file may be there already, as an older copy. Raises OSError.
    """
    for number in count(1):
        backup = name_beside(path, "", f"{BACKUP}{number if number > 1 else ''}")
        if content is not None and backup.is_file() and backup.read_bytes() == content:
            return backup
        with suppress(FileExistsError):
            try:
                _link_kept(path, backup, made)
            except (FileExistsError, FileNotFoundError):
                raise
            except OSError:  # a file system without links
                _copy(path, backup, made)
            return backup
    raise AssertionError("there is always another number")


@undisturbed
def _link_kept(path: Path, backup: Path, made: list[Path]) -> None:
    os.link(path, backup)  # no copy: what takes the place of the file is another
    made.append(backup)


@undisturbed
def _create_kept(path: Path, backup: Path, made: list[Path]) -> int:
    number = create_like(path, backup)
    made.append(backup)
    return number


def _copy(path: Path, backup: Path, made: list[Path]) -> None:
    """Copy a file under a name that nothing has, with its permissions and its time."""
    with open(_create_kept(path, backup, made), "wb") as target, path.open("rb") as source:
        shutil.copyfileobj(source, target)
        target.flush()
        os.fsync(target.fileno())
    found = path.stat()
    os.utime(backup, ns=(found.st_atime_ns, found.st_mtime_ns))


# Files are replaced whole or not at all, and what somebody saved is kept beside the new one.


class SavedMeanwhile(Exception):
    """A file was saved by another program since it was looked at."""


@dataclass(frozen=True, slots=True)
class FileState:
    """What a file was when the work began: its stamp or what it held; neither where it was not."""

    stamp: tuple[int, ...] | None = None
    content: bytes | None = None

    def is_still(self, path: Path) -> bool:
        """Whether a file is the one that was seen."""
        if self.content is None:
            return self.stamp is not None and stat_stamp(path) == self.stamp
        try:
            return path.read_bytes() == self.content
        except FileNotFoundError:
            return False


NOT_THERE = FileState()


def state_of(path: Path) -> FileState:
    """What a file of any size is now."""
    return FileState(stat_stamp(path))


def state_with(content: bytes | None) -> FileState:
    """A file that has been read, None where there is none."""
    return FileState(content=content)


def stat_stamp(path: Path) -> tuple[int, ...] | None:
    """What changes whenever a file is written; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def replace_file(
    path: Path, write: Callable[[Path], object], before: FileState, *, keep: bool
) -> Path | None:
    """Write a file, and put it in the place of the one that was seen there.

    Whenever it is interrupted, there is the old file or the new one. Returns the path under which
    the old one is kept, None where there was none, where it is the same or was not to be kept.
    Raises OSError, and SavedMeanwhile where another program has saved it since: of programs that
    write at one time, each keeps what the other wrote, or is refused.
    """
    with create_part(path) as part:
        _fill(part, write)
        return _put_in_place(part, path, before, keep=keep)


def _fill(part: Part, write: Callable[[Path], object]) -> None:
    """Write a file whose content is on the disk before it has its place."""
    write(part.path)
    os.fsync(part.number)


def _put_in_place(part: Part, path: Path, before: FileState, *, keep: bool) -> Path | None:
    same = keep and _same(part.path, path)
    with lock_folder(path.parent):
        if before == NOT_THERE:
            _put_first(part, path)
        elif keep and not same:
            return _put_over(part, path, before)
        elif before.is_still(path):
            _put(part, path)
        else:
            raise SavedMeanwhile
    return None


def write_content(content: bytes) -> Callable[[Path], object]:
    """What writes this content into a file."""
    return lambda path: path.write_bytes(content)


def _same(part: Path, path: Path) -> bool:
    with suppress(FileNotFoundError):
        return filecmp.cmp(part, path, shallow=False)
    return False


@undisturbed
def _put_first(part: Part, path: Path) -> None:
    """Put a file where there is none. Raises SavedMeanwhile where there is one by now."""
    part.prepare_renaming()
    try:
        if sys.platform == "win32":
            part.path.rename(path)  # which replaces nothing there
        else:
            _link(part.path, path)
    except FileExistsError:
        raise SavedMeanwhile from None
    sync_folder(path.parent)


def _link(part: Path, path: Path) -> None:
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError from None
        os.replace(part, path)


def _put_over(part: Part, path: Path, before: FileState) -> Path:
    """Put a file over the one that was seen, which is kept. Raises SavedMeanwhile."""
    with remove_on_failure() as made:
        try:
            backup = keep_old(path, before.content, made)
        except FileNotFoundError:
            raise SavedMeanwhile from None
        _put_over_what_is_kept(part, path, before, backup, made)
    return backup


@undisturbed
def _put_over_what_is_kept(
    part: Part, path: Path, before: FileState, backup: Path, made: list[Path]
) -> None:
    if not before.is_still(path) or not (before.content is None or before.is_still(backup)):
        raise SavedMeanwhile
    _put(part, path)
    made.clear()  # from here on it is the only copy of what was there


@undisturbed
def _put(part: Part, path: Path) -> None:
    part.prepare_renaming()
    os.replace(part.path, path)
    sync_folder(path.parent)


# The files that a command writes: checked before, put in their places at the end.

NOT_WRITTEN = "nothing was written"


def check_target(
    target: Path,
    kinds: Sequence[str],
    *,
    expected: str = "",
    keep_kind: bool = False,
    sources: Mapping[str, Path] | None = None,
) -> None:
    """Check the path of a file to be written, before anything is worked out for it.

    Its name has to end in one of `kinds`; `expected` is what else to say of one that does not. What
    is there may be nothing but a file. With `keep_kind` a link may not lead to another kind of
    file; with `sources`, the files that are read for it by what they are, it may be none of them,
    and its folder has to exist. Raises OutputError.
    """
    if target.suffix.lower() not in kinds:
        ends = f"expected a name that ends in {', '.join(kinds)}; {NOT_WRITTEN}"
        raise OutputError(f"{target}: {expected or ends}")
    check_replaceable(target)
    if keep_kind and target.resolve().suffix.lower() != target.suffix.lower():
        meant = escape_line(target.resolve().name)
        raise OutputError(
            f"{target}: links to {meant}, a different kind of file; {NOT_WRITTEN}. Use another name"
        )
    if sources is None:
        return
    # before one of two files is written; a folder that is left again has to be there as well
    if not (target.parent.is_dir() and target.resolve().parent.is_dir()):
        raise OutputError(f"{target}: the folder does not exist; {NOT_WRITTEN}")
    for what, source in sources.items():
        if target.exists() and source.exists() and target.samefile(source):
            raise OutputError(f"{target}: is the {what} itself; {NOT_WRITTEN}. Use another name")


def check_replaceable(target: Path) -> None:
    """Raises OutputError where there is something else than a file that could be replaced."""
    try:
        if target.is_symlink() and is_loop(target):
            raise OutputError(f"{target}: is a link to itself; {NOT_WRITTEN}")
        if target.exists() and not target.is_file():
            raise OutputError(f"{target}: is not a file; {NOT_WRITTEN}")
    except OSError as error:
        raise OutputError(f"{target}: {error.strerror or error}; {NOT_WRITTEN}") from None


def read_target(target: Path) -> bytes | None:
    """Read what a file to be written holds now, None where there is none. Raises OutputError."""
    check_replaceable(target)
    try:
        return target.read_bytes() if target.exists() else None
    except OSError as error:
        raise OutputError(f"{target}: {explain_failure(error)}; {NOT_WRITTEN}") from None


def replace_target(
    target: Path, content: bytes, found: bytes | None, *, built_before: bool = False
) -> str | None:
    """Put a content in the place of what was found there; return the name of the backup, if any.

    What the file held is kept beside it, unless it was `built_before` and can be built again.
    Raises OutputError.
    """
    write, before = write_content(content), state_with(found)
    [backup] = _replace_all([_Replacement(target, write, before, keep=not built_before)])
    return backup


def write_target(
    target: Path, content: bytes, found: bytes | None, *, built_before: bool = False
) -> str:
    """Put a content in its place unless it is there already; return what was done, in words.

    Raises OutputError.
    """
    if found == content:
        return "is up to date; not written again"
    return format_written(replace_target(target, content, found, built_before=built_before))


def write_target_with(target: Path, write: Callable[[Path], object]) -> str:
    """Write a file of any size, and put it in its place; return what was done, in words.

    What it held is kept beside it. Raises OutputError.
    """
    [said] = write_targets_with({target: write})
    return said


def write_targets_with(writes: Mapping[Path, Callable[[Path], object]]) -> list[str]:
    """Write files of any size, and put them in their places when all of them are complete.

    Returns what was done with each, in words. What they held is kept beside them. Raises
    OutputError; nothing was written then, unless it says so.
    """
    for target in writes:
        check_replaceable(target)
    replacements = [
        _Replacement(target, write, state_of(target.resolve()), keep=True)
        for target, write in writes.items()
    ]
    return list(map(format_written, _replace_all(replacements)))


def write_folder(folder: Path, files: Mapping[str, bytes], *, kept: Collection[str] = ()) -> int:
    """Write files into a folder, by their names in it; return how many were not there as they are.

    All are written before the first has its place, and the last ones get theirs last. Of `kept`,
    what the file held is kept beside it; the others were built and can be built again. Raises
    OutputError; a folder that was made for them is removed then.
    """
    found = {name: state_of((folder / name).resolve()) for name in files}
    replaced = [
        _Replacement(folder / name, write_content(content), found[name], name in kept)
        for name, content in files.items()
        if read_target(folder / name) != content
    ]
    places = dict.fromkeys([folder, *(each.target.parent for each in replaced)])
    with _make_folders(places):
        _replace_all(replaced)
    return len(replaced)


@contextmanager
def _make_folders(folders: Iterable[Path]) -> Iterator[None]:
    """Make folders that are not there; remove them after a failure. Raises OutputError."""
    made: list[Path] = []
    try:
        for folder in folders:
            if not folder.is_dir():
                with _explain(folder):
                    folder.mkdir()
                made.append(folder)
        yield
    except BaseException:
        for folder in reversed(made):
            with suppress(OSError):
                folder.rmdir()
        raise


def format_written(backup: str | None) -> str:
    """Say what was done, by the name of the backup."""
    return "written" if backup is None else f"written; the previous version is {backup}"


class _Replacement(NamedTuple):
    """A file to be written, what was seen in its place, and whether that is to be kept."""

    target: Path
    write: Callable[[Path], object]
    before: FileState
    keep: bool

    @property
    def path(self) -> Path:
        return self.target.resolve()


def _replace_all(files: Sequence[_Replacement]) -> list[str | None]:
    """Write all files before the first has its place. Returns the names of their backups."""
    for each in files:
        with _explain(each.target):
            _check_free(each.target)
    return _write_others(files, [])


def _write_others(files: Sequence[_Replacement], written: Sequence[Part]) -> list[str | None]:
    """Write what is not written yet, and put everything in its place."""
    if len(written) == len(files):
        return _put_all(files, written)
    file = files[len(written)]
    with _explain(file.target), create_part(file.path) as part:
        _fill(part, file.write)
        return _write_others(files, [*written, part])


def _put_all(files: Sequence[_Replacement], parts: Sequence[Part]) -> list[str | None]:
    for each in files[1:]:  # the first one is looked at when it is put in its place
        with _explain(each.target):
            if state_of(each.path) != each.before:
                raise SavedMeanwhile
    backups: list[str | None] = []
    for file, part in zip(files, parts, strict=True):
        with _explain(file.target, [each.target for each in files[: len(backups)]]):
            backup = _put_in_place(part, file.path, file.before, keep=file.keep)
        backups.append(_name_backup(backup, file.target) if backup else None)
    return backups


def _name_backup(backup: Path, target: Path) -> str:
    is_beside = backup.parent == target.absolute().parent
    return escape_line(backup.name if is_beside else str(backup))


def _check_free(target: Path) -> None:
    path = target.resolve()
    program = find_program_using(path)
    if program:
        raise OutputError(f"{target}: is open in {program}; close it there; {NOT_WRITTEN}")
    if path.exists() and not os.access(path, os.W_OK):
        raise OutputError(f"{target}: is read-only; {NOT_WRITTEN}. Use another name")


@contextmanager
def _explain(target: Path, others: Sequence[Path] = ()) -> Iterator[None]:
    """Raises OutputError for what keeps a file from being written; others have been before it."""
    nothing = f"it was not written, but {others[0]} was" if others else NOT_WRITTEN
    try:
        yield
    except SavedMeanwhile:
        raise OutputError(
            f"{target}: was just saved by another program; {nothing}. Try again"
        ) from None
    except OSError as error:
        remedy = REMEDIES.get(error.errno or 0, "Use another name or folder")
        raise OutputError(f"{target}: {explain_failure(error)}; {nothing}. {remedy}") from None
