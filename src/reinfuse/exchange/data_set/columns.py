"""The columns of a data set with every spelling that is read; the reference page is made of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, the headers it is found by (the first that is there), its meaning."""

    name: str
    spellings: tuple[str, ...]
    meaning: str
    needed: bool = False


COLUMNS = (
    Column("ID", ("ID", "USUBJID", "SUBJID", "SUBJECT", "PATIENT"), "the subject", needed=True),
    Column(
        "TIME",
        ("TIME", "AFRLT", "NFRLT", "DAY"),
        "time on the subject's own clock; AFRLT is from the first dose",
        needed=True,
    ),
    Column(
        "DV",
        ("DV", "Y", "AVAL"),
        "the value; `<50` is below 50, `>1000` above 1000; under PARAMCD = DOSE the dose",
        needed=True,
    ),
    Column(
        "TEXT",
        ("AVALC", "PCSTRESC", "PCORRES", "AVALCAT1"),
        "the value in words: `<LLOQ`, `BLQ`, `<0.01` say that it lies below a limit",
    ),
    Column("AMT", ("AMT", "AMOUNT"), "the amount of a dose; in a sample 0 or missing"),
    Column(
        "DOSE",
        ("DOSE",),
        "where there is no AMT: one dose at time 0, the same number in all rows of a subject",
    ),
    Column(
        "EVID",
        ("EVID",),
        "0 sample, 1 dose, 2 neither (covariates only); 3 and 4 (reset) are refused; 101 is 1",
    ),
    Column("MDV", ("MDV",), "1: the value is left out"),
    Column(
        "DVID",
        ("DVID", "YTYPE", "PARAMCD", "CMT"),
        "the assay; of CMT only that of samples; PARAMCD = DOSE makes a dose of the row",
    ),
    Column("CENS", ("CENS",), "0 a number, 1 below DV, -1 above DV"),
    Column("LIMIT", ("LIMIT",), "the other end where CENS is 1 or -1: it makes an interval"),
    Column("LLOQ", ("LLOQ", "ALLOQ", "PCLLOQ"), "the lower limit of quantification"),
    Column("ULOQ", ("ULOQ", "AULOQ"), "the upper limit of quantification"),
    Column("BLQ", ("BLQFL", "BLQ", "BLQFN"), "Y or 1: the value lies below LLOQ"),
    Column("OCC", ("OCC",), "the occasion: 1 after the first infusion, 2 after the second"),
    Column("RATE", ("RATE",), "amount per time of an infusion; its duration is AMT / RATE"),
    Column("DUR", ("DUR", "TINF", "DURATION"), "how long an infusion runs"),
    Column("II", ("II",), "the time between doses of ADDL or SS"),
    Column("ADDL", ("ADDL",), "how many more doses follow, II apart: they are written out"),
    Column("SS", ("SS",), "1: steady state; written out as doses before the first, II apart"),
    Column("UNIT", ("AVALU", "DVU", "UNIT"), "the unit of DV"),
    Column("TIMEUNIT", ("FRLTU", "TIMEU"), "the unit of TIME"),
    Column("DTYPE", ("DTYPE",), "COPY: the row repeats another and is left out"),
)
BY_NAME = {column.name: column for column in COLUMNS}

# What is no covariate in any file: other spellings of a column that was found, and dates.
_OTHERWISE = {one for column in COLUMNS for one in column.spellings if one != "DOSE"} | {
    "ADM", "DATE", "DATE1", "DATE2", "DAT1", "DAT2", "DAT3",
}  # fmt: skip
# What an analysis file keeps of its own making: times in other frames, dates, flags, sequence
# numbers, the collected result behind AVAL.
_BOOKKEEPING = re.compile(
    r"[ANM][FPR]RLT|[A-Z0-9]*(?:DTC|DTM|DTMF|DTF|TMF|DT|TM|SEQ|FL|FN|ADY|DY)"
    r"|PC[A-Z]+|SRC[A-Z]+|AVAL[A-Z0-9]*|DV[LU]?|PARAM[A-Z]*|BASE[A-Z0-9]*|CHG|PCHG"
    r"|VISIT[A-Z]*|AVISIT[A-Z]*|ATPT[A-Z]*|[FR]RLTU|(?:STUDY|PROJ|USUBJ|SUBJ|SITE)IDN?|DOSE[APU]"
)
_ANALYSIS = {"USUBJID", "PARAMCD", "AVAL", "AFRLT"}
_IDENTIFYING = {
    "NAME", "PATIENTNAME", "SUBJECTNAME", "FULLNAME", "FIRSTNAME", "LASTNAME", "GIVENNAME",
    "FAMILYNAME", "SURNAME", "FORENAME", "MAIDENNAME", "INITIALS", "MRN", "MEDICALRECORD",
    "MEDICALRECORDNUMBER", "HOSPITALNUMBER", "CASENUMBER", "SSN", "SOCIALSECURITYNUMBER",
    "NHSNUMBER", "INSURANCENUMBER", "PASSPORT", "BIRTHDATE", "DATEOFBIRTH", "DOB", "BIRTHDAY",
    "BRTHDT", "BRTHDTC", "BIRTHDT", "BIRTHDTC", "ADDRESS", "STREET", "POSTCODE", "ZIP", "ZIPCODE",
    "PHONE", "TELEPHONE", "MOBILE", "FAX", "EMAIL", "EMAILADDRESS", "MAIL",
}  # fmt: skip


def covariates_among(headers: Sequence[str]) -> set[str]:
    """The headers that can be covariates; an analysis file (ADaM) keeps more for itself."""
    analysis = any(one.strip().upper() in _ANALYSIS for one in headers)
    return {
        one
        for one in headers
        if (name := one.strip().upper())
        and name not in _OTHERWISE
        and not (analysis and _BOOKKEEPING.fullmatch(name))
    }


def identifies(header: str) -> bool:
    """Whether a header names what tells who the patient is."""
    return re.sub(r"[^A-Z0-9]", "", header.upper()) in _IDENTIFYING
