"""Bad DICOM files: one clear message with file and tag, soon, in little memory."""

from __future__ import annotations

import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reinfuse.errors import ReinfuseError
from reinfuse.imaging.dicom import read_folder, read_volume
from studies._dicom_files import CANARIES, content, ct_slice, pet_slice

DEFLATED = "1.2.840.10008.1.2.1.99"


def changed(**changes: object) -> bytes:
    return content(pet_slice(1, **changes))


def replaced(old: bytes, new: bytes) -> bytes:
    whole = content(pet_slice(1))
    assert whole.count(old) == 1
    return whole.replace(old, new)


def nested(depth: int) -> bytes:
    """Sequences in sequences that never end, in front of the pixels."""
    one = b"\x40\x00\x75\x02SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    whole = content(pet_slice(1))
    at = whole.index(b"\x28\x00\x02\x00US")
    return whole[:at] + one * depth + whole[at:]


def crowded() -> bytes:
    """A sequence of half a million empty items."""
    whole = content(pet_slice(1))
    at = whole.index(b"\x28\x00\x02\x00US")
    items = b"\xfe\xff\x00\xe0\0\0\0\0" * 500_000
    head = b"\x40\x00\x75\x02SQ\0\0" + struct.pack("<I", len(items))
    return whole[:at] + head + items + whole[at:]


def bomb() -> bytes:
    """More zeros than are inflated behind the name of the deflated syntax."""
    whole = content(pet_slice(1), DEFLATED)
    engine = zlib.compressobj(1, wbits=-15)
    packed = b"".join(engine.compress(bytes(1 << 20)) for _ in range(130)) + engine.flush()
    return whole[: 144 + struct.unpack_from("<I", whole, 140)[0]] + packed


ROWS, PIXELS = "(0028,0010) Rows", "(7FE0,0010) PixelData"
CASES: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "0 bytes": (lambda: b"", "the file has 0 bytes", ""),
    "not DICOM": (lambda: b"hello" * 99, "the file is not DICOM", ""),
    "cut in the pixels": (
        lambda: changed()[:-50], "the element says 128 bytes, and 78 are left", PIXELS,
    ),
    "cut in the header": (
        lambda: changed()[: changed().index(b"\x28\x00\x10\x00US") + 3],
        "the file ends in the element behind this one", "(0028,0004) PhotometricInterpretation",
    ),
    "no pixels": (lambda: changed(PixelData=None), "there are no pixels", PIXELS),
    "rows that lie": (
        lambda: changed(Rows=4000),
        "4000 x 8 x 16 bits are 64000 bytes, and the pixels have 128", PIXELS,
    ),
    "rows and columns that lie": (
        lambda: changed(Rows=65535, Columns=65535), "65535 x 65535 pixels, which is not read", ROWS,
    ),
    "no rows": (lambda: changed(Rows=None), "a number above 0 is needed", ROWS),
    "frames that lie": (
        lambda: changed(NumberOfFrames="100000"), "multi-frame", "(0028,0008) NumberOfFrames",
    ),
    "enhanced": (
        lambda: changed(SOPClassUID="1.2.840.10008.5.1.4.1.1.130"),
        "multi-frame", "(0028,0008) NumberOfFrames",
    ),
    "JPEG": (
        lambda: replaced(b"UI\x14\x001.2.840.10008.1.2.1\0", b"UI\x16\x001.2.840.10008.1.2.4.70"),
        "JPEG Lossless", "(0002,0010) TransferSyntaxUID",
    ),
    "colours": (
        lambda: changed(PhotometricInterpretation="RGB"), "colours",
        "(0028,0004) PhotometricInterpretation",
    ),
    "12 bits packed": (
        lambda: changed(BitsAllocated=12), "bits in 12 are not read", "(0028,0100) BitsAllocated",
    ),
    "no slope": (lambda: changed(RescaleSlope=None), "slope is missing", "(0028,1053)"),
    "slope of no number": (
        lambda: replaced(b"DS\x04\x000.75", b"DS\x04\x00nan "), "not a finite number",
        "(0028,1053) RescaleSlope",
    ),
    "slope beyond all measure": (
        lambda: changed(RescaleSlope="1e300"), "beyond all measure", "(0028,1053) RescaleSlope",
    ),
    "weight of words": (
        lambda: replaced(b"DS\x04\x0070.0", b"DS\x04\x00zzyz"), "the value is no number",
        "(0010,1030) PatientWeight",
    ),
    "no place": (
        lambda: changed(ImagePositionPatient=None), "3 numbers are needed, and there are 0",
        "(0020,0032) ImagePositionPatient",
    ),
    "directions that are none": (
        lambda: changed(ImageOrientationPatient=[1, 0, 0, 1, 0, 0]), "not at right angles",
        "(0020,0037) ImageOrientationPatient",
    ),
    "pixels of no width": (
        lambda: changed(PixelSpacing=[0, 0]), "a pixel is not 0.01 to 100 mm wide",
        "(0028,0030) PixelSpacing",
    ),
    "a length beyond the file": (
        lambda: replaced(b"\x54\x00\x01\x10CS\x04\x00", b"\x54\x00\x01\x10CS\xf0\xff"),
        "the element says 65520 bytes", "(0054,1001) Units",
    ),
    "a huge length": (
        lambda: replaced(b"OW\0\0\x80\0\0\0", b"OW\0\0\xf0\xff\xff\xff"),
        "the element says 4294967280 bytes", PIXELS,
    ),
    "nested sequences": (
        lambda: nested(5000), "sequences lie in each other more than 24 deep",
        "RequestAttributesSequence",
    ),
    "a deflate bomb": (bomb, "what was deflated has more than 134217728 bytes", ""),
}  # fmt: skip


@pytest.fixture
def watched() -> Iterator[None]:
    """Within 5 s of work and 1 GiB of memory."""
    tracemalloc.start()
    began = time.process_time()
    try:
        yield
        assert time.process_time() - began < 5.0
        assert tracemalloc.get_traced_memory()[1] < 1 << 30
    finally:
        tracemalloc.stop()


@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_is_told_with_file_and_tag(tmp_path: Path, case: str) -> None:
    make, what, where = CASES[case]
    (tmp_path / "image.dcm").write_bytes(make())
    with pytest.raises(ReinfuseError) as caught:
        read_folder(tmp_path)
    assert what in caught.value.what
    assert caught.value.where.startswith("image.dcm")
    assert where in caught.value.where
    assert caught.value.fix
    assert not [one for one in CANARIES if one in str(caught.value).lower()]


def test_a_crowd_of_items_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "image.dcm").write_bytes(crowded())
    began = time.process_time()
    with pytest.raises(ReinfuseError, match="there are more than 250000 elements"):
        read_folder(tmp_path)
    assert time.process_time() - began < 5.0


def test_one_damaged_file_among_others_is_found(tmp_path: Path) -> None:
    for at in range(3):
        (tmp_path / f"image{at}.dcm").write_bytes(content(ct_slice(at)))
    (tmp_path / "image1.dcm").write_bytes(b"")
    with pytest.raises(ReinfuseError, match="the file has 0 bytes") as caught:
        read_folder(tmp_path)
    assert caught.value.where == "image1.dcm"


def test_several_damaged_files_are_told_at_once(tmp_path: Path) -> None:
    for at in range(3):
        (tmp_path / f"image{at}.dcm").write_bytes(content(ct_slice(at))[: 600 * (at > 1)])
    with pytest.raises(ReinfuseError, match="other files are damaged too") as caught:
        read_folder(tmp_path)
    assert "image1.dcm, image2.dcm" in caught.value.what


def test_a_file_that_changed_after_it_was_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "image.dcm"
    path.write_bytes(content(pet_slice(0)))
    series = read_folder(path).one("PT")
    path.write_bytes(b"DICM")
    with pytest.raises(ReinfuseError, match="the file has changed since it was read"):
        read_volume(series)


def test_run_lengths_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    whole = content(pet_slice(1), "1.2.840.10008.1.2.5")
    at = whole.index(b"\x28\x00\x10\x00US") + 8
    (tmp_path / "image.dcm").write_bytes(whole[:at] + b"\xff\x0f" + whole[at + 2 :])
    with pytest.raises(ReinfuseError) as caught:
        read_volume(read_folder(tmp_path).one("PT"))
    assert PIXELS in caught.value.where


def test_a_zip_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "scan.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.dcm", content(pet_slice(0)))
    listed = path.read_bytes()
    at = listed.rindex(b"PK\x01\x02") + 24
    path.write_bytes(listed[:at] + b"\xff\xff\xff\xfe" + listed[at + 4 :])
    with pytest.raises(ReinfuseError, match="the zip unpacks to more than"):
        read_folder(path)


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "scan.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.dcm", content(pet_slice(0)))
    listed = bytearray(path.read_bytes())
    listed[listed.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(listed)
    with pytest.raises(ReinfuseError, match="encrypted"):
        read_folder(path)


def test_a_folder_without_dicom_says_so(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("seen")
    with pytest.raises(ReinfuseError, match="there is no DICOM file"):
        read_folder(tmp_path)
    with pytest.raises(ReinfuseError, match="no such file or folder"):
        read_folder(tmp_path / "none")
