"""What holds for every data set: it comes back as it was written, and no file breaks the reader."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reinfuse.exchange.data_set import read_data_set_bytes, write_data_set
from reinfuse.record.data_set import Assay, DataSet, Dose, Known, Sample, Subject

TIMES = st.integers(-8, 4000).map(lambda steps: steps / 8)
LEVELS = st.floats(1e-6, 1e9)
LABELS = st.sampled_from(["1", "2", "3", "qPCR", "flow, blood", 'a "gate"'])
VALUES = {
    "WT": st.floats(1, 200),
    "SEX": st.sampled_from(["F", "M", "not told"]),
}


@st.composite
def samples(draw: st.DrawFn, infusions: list[float], assays: int) -> Sample:
    time = draw(TIMES)
    value = low = high = None
    match draw(st.sampled_from(["number", "below", "above", "between"])):
        case "number":
            value = draw(LEVELS)
        case "below":
            high = draw(LEVELS)
        case "above":
            low = draw(LEVELS)
        case _:
            low, high = sorted(draw(st.lists(LEVELS, min_size=2, max_size=2, unique=True)))
    occasion = max(1, sum(start <= time for start in infusions))
    assay = draw(st.integers(0, assays - 1))
    return Sample(time=time, value=value, low=low, high=high, assay=assay, occasion=occasion)


@st.composite
def subjects(draw: st.DrawFn, name: str, assays: int) -> Subject:
    infusions = sorted(draw(st.sets(TIMES, max_size=3)))
    doses = tuple(
        Dose(
            time=time,
            amount=draw(LEVELS),
            duration=draw(st.sampled_from([0.0, 0.25, 2.0])),
            occasion=number,
        )
        for number, time in enumerate(infusions, start=1)
    )
    drawn = draw(st.lists(samples(infusions, assays), min_size=1, max_size=6))
    ordered = tuple(sorted(drawn, key=lambda one: one.time))
    first = min(one.time for one in (*ordered, *doses))
    covariates = {name: draw(changes(first, values)) for name, values in VALUES.items()}
    return Subject(name=name, samples=ordered, doses=doses, covariates=covariates)


@st.composite
def changes(draw: st.DrawFn, first: float, values: st.SearchStrategy) -> tuple[Known, ...]:
    found = [Known(time=first, value=draw(st.none() | values))]
    for time in sorted(draw(st.sets(TIMES.filter(lambda one: one > first), max_size=2))):
        value = draw(values)
        if value != found[-1].value:
            found.append(Known(time=time, value=value))
    return tuple(found)


@st.composite
def data_sets(draw: st.DrawFn) -> DataSet:
    labels = draw(st.lists(LABELS, min_size=1, max_size=3, unique=True))
    names = draw(st.lists(st.from_regex(r"[A-Z]{0,2}[0-9]{1,3}", fullmatch=True), min_size=1,
                          max_size=3, unique=True))  # fmt: skip
    return DataSet(
        subjects=tuple(draw(subjects(name, len(labels))) for name in names),
        assays=tuple(Assay(label=label) for label in labels),
    )


def plain(data: DataSet) -> list[object]:
    """What a set holds, with assays by label and without rows."""
    label = [one.label for one in data.assays]
    return [
        (
            one.name,
            [
                (s.time, s.value, s.low, s.high, label[s.assay], s.occasion)
                for s in one.samples
            ],
            [
                (d.time, d.amount, pytest.approx(d.duration, rel=1e-12), d.occasion)
                for d in one.doses
            ],
            {
                name: [(known.time, known.value) for known in each]
                for name, each in one.covariates.items()
            },
        )
        for one in data.subjects
    ]  # fmt: skip


@given(data_sets())
def test_a_set_that_is_written_comes_back_the_same(data: DataSet) -> None:
    text, losses = write_data_set(data)
    assert all(one.startswith(("the words of SEX", "assays by which")) for one in losses)
    reading = read_data_set_bytes(text.encode(), "x.csv")
    assert reading.data is not None, [one.what for one in reading.problems]
    assert plain(reading.data) == plain(data)
    assert write_data_set(reading.data)[0] == text


NAMES = (
    "ID", "TIME", "DV", "AMT", "EVID", "MDV", "CMT", "DVID", "CENS", "LIMIT", "LLOQ", "ULOQ", "OCC",
    "RATE", "DUR", "II", "ADDL", "SS", "DOSE", "WT", "SEX", "AVALC", "BLQFL", "UNIT", "TIMEU",
    "DTYPE", "NAME", "VISIT",
)  # fmt: skip
HEADERS = st.lists(st.sampled_from(NAMES), unique=True, max_size=12)
CELLS = st.one_of(
    st.sampled_from(
        ["", ".", "NA", "0", "1", "-1", "2", "3", "101", "<50", "BLQ", ">1e9", "1e308", "-1e308",
         "1e-320", "nan", "inf", "1_0", "\u0661", "Y", "N", "DOSE", "COPY", "5,5", '"', "\x00", "#"]
    ),
    st.floats(allow_nan=False).map(repr),
    st.text(max_size=5),
)  # fmt: skip


@st.composite
def tables(draw: st.DrawFn) -> str:
    needed = ["ID", "TIME", "DV"] if draw(st.booleans()) else []
    header = [*needed, *(one for one in draw(HEADERS) if one not in needed)]
    separator = draw(st.sampled_from([",", ";", "\t", " "]))
    rows = draw(st.lists(st.lists(CELLS, min_size=len(header), max_size=len(header)), max_size=8))
    return "\n".join(separator.join(row) for row in (header, *rows))


@given(tables(), st.booleans(), st.sampled_from([None, "infusions", "one", "OCC", "SEX"]))
def test_a_broken_table_is_read_or_refused_in_words(
    text: str, logarithms: bool, occasions: str | None
) -> None:
    content = text.encode("utf-8", errors="surrogatepass")
    reading = read_data_set_bytes(content, "x.csv", logarithms=logarithms, occasions=occasions)
    assert (reading.data is None) == (reading.errors > 0)
    assert all(one.what and one.where for one in (*reading.problems, *reading.notes))
    for subject in reading.data.subjects if reading.data else ():
        for one in subject.samples:
            known = [one.value is not None, one.low is not None or one.high is not None]
            assert known.count(True) == 1
        assert [one.time for one in subject.samples] == sorted(one.time for one in subject.samples)


@given(st.binary(max_size=60))
def test_bytes_of_any_kind_are_read_or_refused_in_words(content: bytes) -> None:
    reading = read_data_set_bytes(content, "x.csv")
    assert (reading.data is None) == (reading.errors > 0)
