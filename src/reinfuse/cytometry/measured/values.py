"""What was measured in tubes: each with its results, series over days, and what failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reinfuse.cytometry.numbers.blank import Blank
from reinfuse.cytometry.numbers.concentration import NoConcentration, PerMicrolitre
from reinfuse.cytometry.numbers.measured import Measured as MeasuredShare
from reinfuse.cytometry.numbers.measured import State
from reinfuse.cytometry.numbers.share import Interval, Share
from reinfuse.cytometry.placing.values import Placed
from reinfuse.cytometry.strategy.panel import Panel, Tube
from reinfuse.cytometry.strategy.tube import TubeGated
from reinfuse.cytometry.strategy.values import Control, Strategy, Wanted
from reinfuse.errors import Finding, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlUsed:
    """A control as it was counted for one result of one sample: `events` of `cells`.

    It was gated behind the same borders as the sample. `without` is the marker that an FMO leaves
    out. `data_set` counts from 1.
    """

    file: str
    sha256: str
    data_set: int
    role: Control
    without: str
    events: int
    cells: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareResult:
    """A share with its limits: `measured` holds counts, interval, blank, limits, state and words.

    `per_ul` is None where nobody gave a count or beads, and `NoConcentration` where they were given
    and nothing follows from them.
    """

    wanted: Wanted
    measured: MeasuredShare
    controls: tuple[ControlUsed, ...] = ()
    per_ul: PerMicrolitre | NoConcentration | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitResult:
    """A part of a population that was found, such as naive cells of CAR-T cells, with its interval.

    Nothing rare is looked for, so that no blank is asked and none is taken off. `whole` is the
    result that counts the population itself, None where the strategy has none: what is said of it
    holds for the split, and how few its events are shows in the interval.
    """

    wanted: Wanted
    share: Share
    whole: MeasuredShare | None = None

    @property
    def quantified(self) -> bool:
        """Whether the population itself may be quoted as a number, as far as that was judged."""
        return self.whole is None or self.whole.state is State.QUANTIFIED

    @property
    def state(self) -> str:
        """What may be said: how many events were parted, and whether they were surely found."""
        events = f"a share of {self.share.n:,} event{'' if self.share.n == 1 else 's'}"
        if self.quantified or self.whole is None:
            return events
        return f"{events}; {self.whole.assay.what}: {self.whole.state}"

    @property
    def said(self) -> tuple[str, ...]:
        """The split in words."""
        words = f"{self.wanted.name}: {self.state}"
        counted = f"{self.share.said}, among {self.wanted.denominator or self.wanted.of}"
        whole = self.whole
        if whole is None or not isinstance(whole.blank, Blank):
            return (words, counted)
        false = whole.blank.share * whole.share.n
        return (words, counted, f"about {false:.3g} of them are background, which is not taken off")


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioResult:
    """`count` events to `of` events of another population, such as CD4 to CD8.

    `interval` is the exact one of the ratio, given the sum of both; infinite above where `of` can
    be none.
    """

    wanted: Wanted
    count: int
    of: int
    value: float
    interval: Interval

    @property
    def said(self) -> tuple[str, ...]:
        """The ratio in words."""
        spread = f"{100 * self.interval.level:g} % interval"
        return (
            f"{self.wanted.name}: {self.count:,} to {self.of:,} events = {self.value:.3g} "
            f"({spread} {self.interval.low:.3g} to {self.interval.high:.3g})",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoResult:
    """A result that a tube cannot give; `because` says why.

    `failed` is no where the tube was not stained for it, so that nothing was to be expected.
    """

    wanted: Wanted
    because: str
    failed: bool


Result = ShareResult | SplitResult | RatioResult | NoResult


@dataclass(frozen=True, slots=True, kw_only=True)
class TubeMeasured:
    """One tube of a patient, gated and counted.

    `tube` is what the panel says of it. `channels` gives the channel of each marker. `gated` holds
    populations and the borders used; its `inside` is empty, as memory is for one tube at a time
    (whoever needs events watches while `measure_tubes` works). `placed` are the gates that were
    placed by themselves, with their shifts; those not in it stand as the strategy's template.
    `viability` is the share of living cells, None where the strategy has no such gate; `before`
    the file that was acquired just before on the same day, empty if none is known.
    """

    file: str
    sha256: str
    data_set: int
    events: int
    tube: Tube
    site: str
    date: str
    channels: Mapping[str, str]
    gated: TubeGated
    placed: Mapping[str, Placed]
    results: tuple[Result, ...]
    viability: float | None
    before: str
    findings: tuple[Finding, ...]

    @property
    def label(self) -> str:
        """What the tube is called where its file must not be named: its day, or its hash."""
        if self.tube.infusion is None or self.tube.day is None:
            return f"tube {self.sha256[:12]}"
        return f"infusion {self.tube.infusion} day {self.tube.day:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesPoint:
    """One result of a series: which tube, and on which day after which infusion."""

    day: float
    file: str
    sha256: str
    result: ShareResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One result over the days after one infusion, oldest first.

    `infusion` is its number, None where the panel names none.
    """

    name: str
    infusion: int | None
    points: tuple[SeriesPoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A file that gave nothing; `why` is the message, `where` the file and the keyword."""

    file: str
    why: str
    where: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlTube:
    """A control that was read; `used_for` are the samples that were compared with it."""

    file: str
    sha256: str
    data_set: int
    events: int
    tube: Tube
    used_for: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """All tubes of one patient by one strategy.

    `tubes` are in the order of infusion and day, then of the files. `drift` tells what moved
    between them, `findings` what concerns no single tube. `level` is that of every interval;
    `placing` whether gates might move.
    """

    strategy: Strategy
    panel: Panel | None
    level: float
    placing: bool
    tubes: tuple[TubeMeasured, ...]
    controls: tuple[ControlTube, ...]
    series: tuple[Series, ...]
    drift: tuple[Finding, ...]
    failed: tuple[Failed, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every file, and every result that was to be expected, gave a number."""
        told = [*self.findings, *(finding for tube in self.tubes for finding in tube.findings)]
        return not self.failed and all(one.severity is not Severity.ERROR for one in told)
