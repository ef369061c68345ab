"""Names of fusions and karyotypes that do not say what was printed."""

from __future__ import annotations

from collections.abc import Iterator

from reinfuse.checks.case import Case
from reinfuse.errors import Finding, Severity
from reinfuse.record.genetics import fusion_name, is_fusion_name, same_karyotype


def find_fusion_names(case: Case) -> Iterator[Finding]:
    """A fusion that is not named by HGNC, or not named as it was printed.

    Source: as of `reinfuse.record.genetics.fusion_name`.
    """
    diagnosis = case.course.diagnosis
    for fusion in diagnosis.fusions if diagnosis is not None else ():
        read = fusion_name(fusion.printed) if fusion.printed else fusion_name(fusion.name)
        if is_fusion_name(fusion.name) and read in (None, fusion.name):
            continue
        named = f"the fusion {fusion.name}"
        printed = f", printed as {fusion.printed}," if fusion.printed else ""
        what = f"{named}{printed} would be {read} by HGNC" if read else f"{named} has no HGNC form"
        yield Finding(
            severity=Severity.AMBIGUITY,
            rule="fusion-name",
            what=what,
            where=fusion.id,
            fix="write `name` as 5' partner::3' partner, and the print under `printed`",
            about=(fusion.id,),
        )


def find_karyotypes(case: Case) -> Iterator[Finding]:
    """A normalised karyotype that says something else than the printed one."""
    diagnosis = case.course.diagnosis
    for karyotype in diagnosis.karyotypes if diagnosis is not None else ():
        if karyotype.normalised and not same_karyotype(karyotype.printed, karyotype.normalised):
            yield Finding(
                severity=Severity.CONTRADICTION,
                rule="karyotype-normalised",
                what=f"the karyotype printed as {karyotype.printed} is normalised to"
                f" {karyotype.normalised}, which is not the same",
                where=karyotype.id,
                fix="correct `normalised`: punctuation, breakpoints and cell counts may differ",
                about=(karyotype.id,),
            )
