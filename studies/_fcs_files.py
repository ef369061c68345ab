"""FCS files written byte by byte, so that every rule of the format can be kept or broken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

HEADER_BYTES = 58
DATA_AT = 4096


def fcs_bytes(
    keywords: Mapping[str, str | None],
    data: bytes,
    *,
    version: str = "3.0",
    delimiter: str = "/",
    header: tuple[int, int] | None = None,
    text: bytes | None = None,
) -> bytes:
    """A data set with TEXT after the HEADER and DATA at byte 4096.

    A keyword of None is left out. `header` says where the HEADER places DATA, where it lies by
    itself; `text` stands for the whole of TEXT.
    """
    end = DATA_AT + len(data) - 1
    said = {"$BEGINDATA": str(DATA_AT), "$ENDDATA": str(end), **keywords}
    pairs = "".join(
        f"{key}{delimiter}{value}{delimiter}" for key, value in said.items() if value is not None
    )
    raw = (delimiter + pairs).encode("utf-8") if text is None else text
    if HEADER_BYTES + len(raw) > DATA_AT:
        raise ValueError("TEXT does not fit before DATA")
    begin, last = (DATA_AT, end) if header is None else header
    places = (HEADER_BYTES, HEADER_BYTES + len(raw) - 1, begin, last, 0, 0)
    head = f"FCS{version}    ".encode() + b"".join(b"%8d" % place for place in places)
    return (head + raw).ljust(DATA_AT) + data


def list_keywords(
    kind: str, widths: Sequence[int], events: int, **more: str | None
) -> dict[str, str | None]:
    """The keywords of a list of events: `widths` in bits, one for each parameter.

    `more` are further keywords, in which an underscore stands for the `$` at their beginning.
    """
    keywords: dict[str, str | None] = {
        "$PAR": str(len(widths)),
        "$TOT": str(events),
        "$MODE": "L",
        "$DATATYPE": kind,
        "$BYTEORD": "1,2,3,4",
        "$NEXTDATA": "0",
    }
    for place, width in enumerate(widths, start=1):
        keywords |= {
            f"$P{place}N": f"FL{place}-A",
            f"$P{place}B": str(width),
            f"$P{place}E": "0,0",
            f"$P{place}R": str(2**width if kind == "I" else 262144),
        }
    return keywords | {key.replace("_", "$", 1): value for key, value in more.items()}
