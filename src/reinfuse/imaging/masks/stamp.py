"""What all objects share that are written together: moment, version, identity, new UIDs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

from reinfuse.errors import ReinfuseError

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

KEY_BYTES = 16
UUID_VERSION = 5
UTF_8 = "ISO_IR 192"
RESEARCH = "Research, not for diagnosis"
GEOMETRY = (
    "Modality", "SOPClassUID", "Rows", "Columns", "ImagePositionPatient",
    "ImageOrientationPatient", "PixelSpacing", "SliceThickness", "SpacingBetweenSlices",
)  # fmt: skip
LINKS = ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "FrameOfReferenceUID")
# Patient and study attributes of type 2: they must stand there, and may be empty.
WHO_AND_WHEN = (
    "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime",
    "StudyID", "AccessionNumber", "ReferringPhysicianName", "PositionReferenceIndicator",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """`key` is a secret of at least 16 bytes; `at` is when the objects are written.

    Without `keep_identity` patient and study attributes are left out and every UID is replaced. The
    same key gives the same UIDs and the same pseudonym, so that objects of several scans stay
    together; without the key nobody can tell from a UID which one it came from. With
    `keep_identity` patient, study and UIDs of the images are taken over, so that an archive files
    the objects beside them.
    """

    key: bytes = field(repr=False)
    at: datetime
    version: str
    keep_identity: bool = False

    def __post_init__(self) -> None:
        if len(self.key) < KEY_BYTES:
            raise ReinfuseError(
                f"the key has {len(self.key)} bytes, and a short one can be guessed",
                where="the key for new UIDs",
                fix=f"give at least {KEY_BYTES} random bytes, and keep them",
            )

    def uid(self, *words: str) -> str:
        """A UID that depends on the key and these words alone.

        Source: DICOM PS3.5 B.2 (UUID-derived UIDs).
        """
        return f"2.25.{UUID(bytes=self._digest(*words)[:16], version=UUID_VERSION).int}"

    def link(self, keyword: str, original: str) -> str:
        """What a UID of the images becomes: itself, or what replaces it.

        The keyword goes in because some scanners use one UID for two things.
        """
        return original if self.keep_identity else self.uid(keyword, original)

    def pseudonym(self, patient: str) -> str:
        """What stands for a patient's number."""
        return f"RF-{self._digest('patient', patient).hex()[:12]}"

    def applied(self, header: Dataset) -> Dataset:
        """A header with what a derived object needs of an image: its place, and who if kept.

        Without the name, which the library that writes would quote in its log.
        """
        from pydicom.dataset import Dataset  # noqa: PLC0415 - quick start without pydicom

        made = Dataset()
        for keyword in GEOMETRY:
            if keyword in header:
                setattr(made, keyword, header[keyword].value)
        for keyword in LINKS:
            setattr(made, keyword, self.link(keyword, str(header[keyword].value)))
        for keyword in WHO_AND_WHEN:
            kept: Any = header.get(keyword) if self.keep_identity else None  # any kind of value
            setattr(made, keyword, "" if kept is None else kept)
        made.PatientName = ""
        if not self.keep_identity:
            # Without a number nothing ties two scans together, and two patients must not be tied.
            whose = header.get("PatientID") or header.StudyInstanceUID
            made.PatientID = self.pseudonym(str(whose))
        return made

    def put_on(self, written: Dataset, patient_name: str, *words: str) -> None:
        """Set in a new object its patient's name, and what came of the clock and of chance."""
        written.SpecificCharacterSet = UTF_8
        written.PatientName = patient_name
        written.InstanceCreationDate = written.ContentDate = f"{self.at:%Y%m%d}"
        written.InstanceCreationTime = written.ContentTime = f"{self.at:%H%M%S}"
        for item in written.get("ContributingEquipmentSequence", ()):
            item.ContributionDateTime = f"{self.at:%Y%m%d%H%M%S}"
        dimension = self.uid("dimension", *words)
        for item in (
            *written.get("DimensionOrganizationSequence", ()),
            *written.get("DimensionIndexSequence", ()),
        ):
            item.DimensionOrganizationUID = dimension
        if not self.keep_identity:
            written.PatientIdentityRemoved = "YES"
            written.DeidentificationMethod = "reinfuse: patient and study left out, UIDs replaced"
            written.LongitudinalTemporalInformationModified = "REMOVED"

    def _digest(self, *words: str) -> bytes:
        return sha256(self.key + b"\0" + "\0".join(words).encode()).digest()
