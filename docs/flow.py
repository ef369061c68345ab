"""Reference page of flow cytometry: files, scales, gates, strategies, numbers, and the proof."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields

from docs.flow_borders import placed_by_control
from docs.flow_numbers import limits, per_microlitre, recorded, states
from docs.flow_proof import agreement, damage, speed, spike_in
from docs.flow_strategies import markers, placing, shipped
from docs.markdown import page, table
from reinfuse.cytometry.fcs.header import KNOWN
from reinfuse.cytometry.fcs.spill import KEYS
from reinfuse.cytometry.gatingml.transformations import PARAMETERS
from reinfuse.cytometry.scales.forms import KINDS
from reinfuse.cytometry.strategy import strategy_reference

_FORMATS = (
    ("FCS", f"{', '.join(KNOWN)}: lists of events as integers of any whole number of bytes up to "
     "8, floats or doubles, in either order of bytes; logarithmic amplifiers and gains are undone; "
     "bits above the range are masked; several data sets in one file; supplemental TEXT; places "
     "in HEADER and TEXT that disagree or miss by one byte (the place that holds `$TOT` events is "
     "taken, and told); empty values, missing names",
     "histograms (`$MODE`), digits as text (`$DATATYPE` A), widths that are no whole bytes, and "
     "FCS 3.2 with mixed types of data; an order of bytes that neither rises nor falls; a file "
     "that ends before its events do; a device or a pipe"),
    ("spill matrix", f"in the file under {', '.join(f'`{key}`' for key in KEYS)}; or CSV and TSV "
     "as FlowJo, Cytobank and spreadsheets write them, named by `compensation` of the panel; more "
     "detectors than dyes are solved by least squares",
     "a matrix that is singular (condition above 1e6), has a 0 in its diagonal, or names a channel "
     "that the file has not"),
    ("Gating-ML 2.0", "read and written: every kind of gate, "
     f"{', '.join(f'`{name}`' for name in PARAMETERS)}, `fratio`, `boundMin` and `boundMax`, "
     "spectrum matrices. What is written is valid by the standard's schema and reads back as the "
     "same gates",
     "elements that the standard does not know, with their line; XML entities. FlowJo's "
     "biexponential is no scale of the standard and cannot be written"),
    ("FlowJo 10 workspace", "read in Python (`read_workspace`), seen in files of 10.5 to 10.8: "
     "rectangles, polygons, ellipses, quadrants, boolean gates; axes linear, logarithmic, "
     "biexponential, logicle, hyperlog and arcsinh; matrices; FlowJo's own counts",
     "other axes and gates, and all that stands on them: told by name. Nothing is written"),
)  # fmt: skip
_SCALES = {
    "linear": ("(x + A) / (T + A)", "FlowKit 1.3.2, 1e-6 of the value"),
    "log": ("log10(x / T) / M + 1; no value where x is not above 0", "FlowKit 1.3.2, 1e-6"),
    "asinh": (
        "(asinh(x sinh(M ln 10) / T) + A ln 10) / ((M + A) ln 10)",
        "FlowKit 1.3.2, 1e-6",
    ),
    "logicle": (
        "the root y of x = a e^(b y) - c e^(-d y) - f, as straight as can be at 0 "
        "(doi:10.1002/cyto.a.22030); read from a table of cubics within 1e-10 of the root",
        "FlowKit 1.3.2 with FlowUtils 1.2.2, 1e-6 (largest difference seen: 1e-11)",
    ),
    "hyperlog": (
        "the root y of x = a e^(b y) + c y - f (doi:10.1002/cyto.a.20114); as logicle",
        "FlowKit 1.3.2 with FlowUtils 1.2.2, 1e-6",
    ),
    "biexponential": (
        "a logicle with T = `top`, M = `positive`, A = `negative`, W = log10(-`width`) / 2, "
        "whose zero lies on a whole channel of FlowJo's 4096; beyond 0 and 1 events are piled up",
        "FlowKit 1.3.2, 1e-5 of the axis: it draws straight lines between channels",
    ),
}
_GATES = (
    ("rectangle", "inside all of its sides: a range with one, a box with many. `low` is inside, "
     "`high` outside"),
    ("polygon", "inside a closed line, by the crossing-number rule; borders are inside"),
    ("ellipsoid", "(v - mean)' C^-1 (v - mean) at most the squared distance"),
    ("quadrant", "one stretch of each of two or more dividers"),
    ("boolean", "and, or, not of other gates"),
)  # fmt: skip


def flow_page() -> str:
    """All that can be looked up of flow cytometry."""
    return page(
        "Flow cytometry",
        _what(),
        ("## Files", "", *_files()),
        ("## Scales", "", *_scales()),
        ("## Gates", "", *_gates()),
        ("## Shipped strategies", "", *shipped()),
        ("## Names of markers", "", *markers()),
        (strategy_reference().rstrip(),),
        ("## Gates that move", "", *placing()),
        ("## Limits", "", *limits()),
        ("## States", "", *states()),
        ("## Cells per microlitre", "", *per_microlitre()),
        ("## What enters a course", "", *recorded()),
        ("## Does the interval hold the truth?", "", *spike_in()),
        ("## What does a border placed by a control cost?", "", *placed_by_control()),
        ("## Damaged files", "", *damage()),
        ("## Agreement with others", "", *agreement()),
        ("## Speed", "", *speed()),
        ("## What none of this shows", "", *_limits()),
    )


def _what() -> tuple[str, ...]:
    return (
        "What [`reinfuse flow`](commands.md#reinfuse-flow) reads, by which formulas, and how it",
        "was proved; [how to use it](../how-to/flow.md). Everything can be called from Python, in",
        "`reinfuse.cytometry`. **For research; not for decisions about treatment.**",
    )


def _files() -> Iterator[str]:
    yield from table(("format", "read", "refused, with the keyword or line"), _FORMATS)
    yield from (
        "",
        "Reading is patient: what could be mended was, and is told. No tube has zero events",
        "silently. Keywords are kept by a list and by the form of their values: names of staff,",
        "patients and specimens, and free text, are dropped. A bare file name may still name",
        "somebody: name files by number. One broken file does not stop the others.",
        "",
        "Events are float32 (float64 where that would round), compensation and scales are float64;",
        "both are worked out only for the channels that a gate looks at. Observed = true x S, with",
        "dyes as rows; scatter and time are never compensated.",
    )


def _scales() -> Iterator[str]:
    rows = ((f"`{kind}`", _parameters(made), *_SCALES[kind]) for kind, made in KINDS.items())
    yield from table(("kind", "parameters", "place of a linear value x", "judge, tolerance"), rows)
    yield from (
        "",
        "T is `top`, the linear value at 1; M is `decades`; A is `negative` (of linear, `shift`);",
        "W is `width`. `low` and `high` cut any scale off at two places on it. A border is stored",
        "on its scale, with the scale. Standard: ISAC's Gating-ML 2.0, Spidlen 2015,",
        "doi:10.1002/cyto.a.22690. Every scale rises strictly between its ends.",
    )


def _parameters(made: type) -> str:
    return ", ".join(
        f"`{one.name}`" if one.default is MISSING else f"`{one.name}` ({one.default:g} if absent)"
        for one in fields(made)
    )


def _gates() -> Iterator[str]:
    yield from table(("gate", "what is inside"), _GATES)
    yield from (
        "",
        "A gate looks at the events of its parent alone. An event without a number on a dimension",
        "(a logarithm of 0) lies in no gate on it. Told are a parent without events, and a border",
        "that no value of the channel can reach.",
    )


def _limits() -> tuple[str, ...]:
    return (
        "- No file of a CAR-T patient and none of an MRD laboratory was available: strategies were",
        "  tried on invented tubes, limits on resampled cells of one donor, scales and gates on",
        "  files of other purpose.",
        "- Borders of the shipped strategies are templates of ours for one kind of instrument.",
        "  A laboratory validates its own.",
        "- A limit of detection holds for the blank that was counted. A blank of other marrow,",
        "  other reagents or another day may say less than it seems to.",
        "- What a gate loses (target cells outside of it) no count can tell.",
        "- No diagnosis, no method of EuroFlow or of a trial group is reproduced here.",
    )
