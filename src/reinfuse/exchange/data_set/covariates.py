"""What is known of a subject beside its samples: covariates with the time of each change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from reinfuse.errors import Severity
from reinfuse.exchange.data_set.cells import cell_of, missing
from reinfuse.exchange.data_set.rows import SubjectRows
from reinfuse.exchange.data_set.told import WHOLE, Place, Sort, Told, visible
from reinfuse.exchange.long_table.spelled import Learned
from reinfuse.record.data_set import Known, Subject

VARIES = Sort("data-covariate-varies", "a covariate that should not change", Severity.AMBIGUITY)
GAP = Sort("data-covariate-missing", "a covariate missing for some", Severity.GAP)
MIXED = Sort("data-covariate-mixed", "a covariate of numbers and words", Severity.AMBIGUITY)
_NAMED = 5  # subjects that a note names
_CONSTANT = {
    "SEX", "SEXN", "GENDER", "RACE", "RACEN", "ETHNIC", "ETHNICN", "COUNTRY", "ARM", "COHORT",
    "PRODUCT", "WTBL", "HTBL", "BMIBL", "AGEBL",
}  # fmt: skip


@dataclass(slots=True)
class Covariates:
    """How often each covariate is a number, a word, or missing in a whole subject."""

    told: Told
    words: Counter[str] = field(default_factory=Counter)
    numbers: Counter[str] = field(default_factory=Counter)
    absent: dict[str, list[str]] = field(default_factory=dict)
    _learned: Learned[str, float | str | None] = field(default_factory=lambda: Learned(_read))

    def of_rows(
        self, rows: SubjectRows, times: Sequence[float | None]
    ) -> dict[str, tuple[Known, ...]]:
        """Every covariate of a subject, by name."""
        return {
            name: self._changes(name, rows.column(place), rows, times)
            for name, place in rows.header.covariates.items()
        }

    def settled(self, subjects: Sequence[Subject]) -> tuple[Subject, ...]:
        """The subjects with every covariate a number throughout or a word throughout."""
        mixed = [name for name in self.words if self.numbers[name]]
        for name in mixed:
            what = f"{visible(name)} holds numbers and words: all are read as words"
            self.told.add(MIXED, WHOLE, what, "write `.` where a number is not known")
        for name, labels in self.absent.items():
            named = ", ".join(f"ID {visible(one)}" for one in labels[:_NAMED])
            more = f" and {len(labels) - _NAMED} more" if len(labels) > _NAMED else ""
            what = f"{visible(name)} is not known for {named}{more}: it stays unknown"
            self.told.add(GAP, WHOLE, what)
        if not mixed:
            return tuple(subjects)
        return tuple(replace(one, covariates=_in_words(one.covariates, mixed)) for one in subjects)

    def _changes(
        self,
        name: str,
        texts: Sequence[str],
        rows: SubjectRows,
        times: Sequence[float | None],
    ) -> tuple[Known, ...]:
        first = texts[0]
        if texts.count(first) == len(texts):
            value = self._value(name, first)
            if value is None:
                self.absent.setdefault(name, []).append(rows.name)
            return (Known(time=times[0] or 0.0, value=value, row=rows.place(0).row),)
        found = [Known(time=times[0] or 0.0, value=self._value(name, first), row=rows.place(0).row)]
        for at, text in enumerate(texts):
            value = self._value(name, text) if text != first else found[0].value
            if value is None or value == found[-1].value:
                continue  # what is not written anew still holds
            known = Known(time=times[at] or 0.0, value=value, row=rows.place(at).row)
            if known.time == found[-1].time and found[-1].value is None:
                found.pop()
            found.append(known)
        self._look(name, found, rows)
        return tuple(found)

    def _look(self, name: str, found: Sequence[Known], rows: SubjectRows) -> None:
        if found[-1].value is None:
            self.absent.setdefault(name, []).append(rows.name)
        known = [one for one in found if one.value is not None]
        if len(known) > 1 and name.upper() in _CONSTANT:
            place = Place(known[1].row, rows.name)
            what = f"{visible(name)} changes from {_shown(known[0])} to {_shown(known[1])}"
            self.told.add(VARIES, place, what, "write one value in every row of the subject")

    def _value(self, name: str, text: str) -> float | str | None:
        value = self._learned[text]
        if value is not None:
            (self.numbers if isinstance(value, float) else self.words)[name] += 1
        return value


def _read(text: str) -> float | str | None:
    if missing(text):
        return None
    cell = cell_of(text)
    return cell if isinstance(cell, float) else text.strip()


def _in_words(
    covariates: Mapping[str, tuple[Known, ...]], mixed: Sequence[str]
) -> dict[str, tuple[Known, ...]]:
    return {
        name: tuple(replace(one, value=_word(one.value)) for one in known)
        if name in mixed
        else known
        for name, known in covariates.items()
    }


def _word(value: float | str | None) -> str | None:
    return f"{value:g}" if isinstance(value, float) else value


def _shown(known: Known) -> str:
    return visible(str(_word(known.value)))
