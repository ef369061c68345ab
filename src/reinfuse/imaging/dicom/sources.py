"""Where DICOM files come from: a folder, one file, or a zip, none of which is unpacked to disk.

Nothing is written, so that a name within a zip can lead nowhere; and every size is looked at
before the bytes are.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.dicom.naming import THE_FILE, by_place, shown
from reinfuse.imaging.dicom.refusal import COPY_AGAIN, refuse

MOST_FILES = 20_000
MOST_BYTES = 1 << 28  # of one file: five times the largest structure sets that are in use
MOST_ZIPPED = 1 << 31  # of all files in a zip together
MOST_DIRECTORY = 1 << 23  # of the list of files in a zip
STORED, DEFLATED = 0, 8
ZIP_BEGINS, ZIP_ENDS = b"PK\x03\x04", b"PK\x05\x06"
LOCAL_BYTES, END_BYTES, COMMENT_BYTES = 30, 22, 1 << 16
UNPACK = "unpack the zip into an empty folder and name that folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Zipped:
    """Where a file lies in a zip, and how it is packed."""

    at: int
    packed: int
    method: int
    check: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file of `size` bytes; `path` is not for display.

    `name` is what a reader may see: its bare name, or `place` where that might name the patient.
    """

    name: str
    size: int
    path: Path = field(repr=False)
    zipped: Zipped | None = None
    place: str = THE_FILE

    def read(self) -> bytes:
        """All bytes; ReinfuseError where they cannot be had."""
        if self.size > MOST_BYTES:
            raise refuse(
                self.name,
                f"the file has {self.size} bytes, more than the {MOST_BYTES} that are read",
                fix="no single image is as large; export the series as one file for each slice",
            )
        try:
            with self.path.open("rb") as file:
                if self.zipped is None:
                    # Room for the largest file is slow to make, each time.
                    content = file.read(self.size + 1)
                    grown = len(content) > self.size
                    return content + file.read(MOST_BYTES - self.size) if grown else content
                file.seek(self.zipped.at)
                local = file.read(LOCAL_BYTES)
                names = int.from_bytes(local[26:28], "little")
                more = int.from_bytes(local[28:30], "little")
                file.seek(self.zipped.at + LOCAL_BYTES + names + more)
                packed = file.read(self.zipped.packed)
        except OSError as error:
            raise refuse(self.name, f"the file cannot be read: {error.strerror}") from None
        return self._unpacked(self.zipped, packed)

    def _unpacked(self, zipped: Zipped, packed: bytes) -> bytes:
        content = packed
        if zipped.method == DEFLATED:
            content = inflate(packed, self.size, self.name)
        if len(content) != self.size or zlib.crc32(content) != zipped.check:
            raise refuse(self.name, "the zip holds other bytes than its list says", fix=COPY_AGAIN)
        return content


def inflate(packed: bytes, most: int, name: str, *, tag: int | None = None) -> bytes:
    """What raw deflate holds; ReinfuseError where that is damaged, or more than `most` bytes.

    `tag` is the one that says that it is deflated, for a reader.
    """
    engine = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
    try:
        content = engine.decompress(packed, most + 1)
    except zlib.error:
        raise refuse(name, "what was deflated is damaged", tag=tag) from None
    if len(content) > most:
        raise refuse(name, f"what was deflated has more than {most} bytes", tag=tag)
    if not engine.eof:
        raise refuse(name, "what was deflated ends early", tag=tag)
    return content


def gather(path: Path) -> tuple[Source, ...]:
    """The files below a folder, in a zip, or the one file; ordered by name.

    Hidden files and what an archive adds (`DICOMDIR`, `__MACOSX`) are passed over.
    """
    if path.is_dir():
        return _in_folder(path)
    if not path.is_file():
        name = shown(path.name, instead="the folder")
        raise refuse(name, "there is no such file or folder", fix="name a folder or a zip")
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            begin = file.read(4)
    except OSError as error:
        raise refuse(shown(path.name), f"the file cannot be read: {error.strerror}") from None
    if begin in (ZIP_BEGINS, ZIP_ENDS):
        return _in_zip(path, size)
    return (Source(name=shown(path.name), size=size, path=path),)


def _in_folder(path: Path) -> tuple[Source, ...]:
    found: list[tuple[Path, int]] = []
    for one in path.rglob("*"):
        # A pipe or a device is no file, and would be waited for.
        if _passed_over(one.relative_to(path).parts) or not one.is_file():
            continue
        if len(found) == MOST_FILES:
            raise refuse("the folder", f"there are more than {MOST_FILES} files", fix="name less")
        found.append((one, one.stat().st_size))
    return tuple(
        Source(name=shown(one.name, instead=place), size=size, path=one, place=place)
        for number, (one, size) in enumerate(sorted(found, key=lambda one: str(one[0])), start=1)
        for place in (by_place(number, len(found)),)
    )


def _in_zip(path: Path, size: int) -> tuple[Source, ...]:
    called = _called(path)
    _refuse_directory(path, size)
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if one.filename]
            members = [one for one in members if not one.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError):
        raise refuse(called, "the zip is damaged") from None
    members = [one for one in members if not _passed_over(PurePosixPath(one.filename).parts)]
    if len(members) > MOST_FILES or sum(one.file_size for one in members) > MOST_ZIPPED:
        raise refuse(
            called,
            f"the zip unpacks to more than {MOST_FILES} files or {MOST_ZIPPED} bytes",
            fix="zip the PET and the CT alone",
        )
    members.sort(key=lambda one: one.filename)
    return tuple(
        _member(path, one, by_place(number, len(members)))
        for number, one in enumerate(members, start=1)
    )


def _member(path: Path, one: zipfile.ZipInfo, place: str) -> Source:
    name = shown(PurePosixPath(one.filename.replace("\\", "/")).name, instead=place)
    if one.header_offset < 0:
        raise refuse(_called(path), "the zip is damaged")
    if one.flag_bits & 1 or one.compress_type not in (STORED, DEFLATED):
        raise refuse(name, "this file of the zip is encrypted, or packed otherwise", fix=UNPACK)
    zipped = Zipped(
        at=one.header_offset, packed=one.compress_size, method=one.compress_type, check=one.CRC
    )
    return Source(name=name, size=one.file_size, path=path, zipped=zipped, place=place)


def _called(path: Path) -> str:
    return shown(path.name, instead="the zip")


def _refuse_directory(path: Path, size: int) -> None:
    """Look at how long the list of files is before it is read into memory."""
    problem: ReinfuseError | None = None
    with path.open("rb") as file:
        file.seek(max(0, size - COMMENT_BYTES - END_BYTES))
        tail = file.read()
    at = tail.rfind(ZIP_ENDS)
    if at < 0 or len(tail) - at < END_BYTES:
        problem = refuse(_called(path), "the zip ends before its list of files")
    elif int.from_bytes(tail[at + 12 : at + 16], "little") > MOST_DIRECTORY:
        problem = refuse(_called(path), f"the zip lists more than {MOST_FILES} files", fix=UNPACK)
    if problem:
        raise problem


def _passed_over(parts: tuple[str, ...]) -> bool:
    hidden = any(one.startswith(".") and one.strip(".") for one in parts)
    return hidden or "__MACOSX" in parts or parts[-1].upper() == "DICOMDIR"
