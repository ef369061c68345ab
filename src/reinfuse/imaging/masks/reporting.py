"""Lesions and their numbers written as a DICOM structured report, template TID 1500.

Source: DICOM PS3.16 TID 1500, 1411, 1419; written through highdicom
(doi:10.1007/s10278-022-00683-y).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from reinfuse.imaging.dicom.opening import guarded
from reinfuse.imaging.dicom.series import Series
from reinfuse.imaging.masks.codes import LESION, PET_PROCEDURE, SUV, What, concept
from reinfuse.imaging.masks.images import NO_HIGHDICOM, headers
from reinfuse.imaging.masks.numbers import Reported
from reinfuse.imaging.masks.segmenting import MAKER, coded, segmentation, tracking
from reinfuse.imaging.masks.stamp import RESEARCH, Stamp

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

SERIES_NUMBER = 1002


def segmentation_and_report(
    lesions: Sequence[Reported], series: Series, stamp: Stamp
) -> tuple[Dataset, Dataset]:
    """The segmentation of lesions on the voxels of `series`, and the report that refers to it.

    Each lesion has a group: its label and tracking UID, the segment, method, threshold, voxel size
    and tripped guards, and its numbers. The report is preliminary and unverified.
    """
    segments = segmentation([one.lesion for one in lesions], series, stamp)
    return segments, _report(lesions, segments, series, stamp)


def _report(
    lesions: Sequence[Reported], segments: Dataset, series: Series, stamp: Stamp
) -> Dataset:
    try:
        import highdicom  # noqa: PLC0415 - an extra
    except ImportError:
        raise NO_HIGHDICOM from None
    first = min(one.lesion.corner[0] for one in lesions)
    last = max(one.lesion.corner[0] + one.lesion.mask.shape[0] for one in lesions)
    images = headers(series, range(first, last), stamp)
    numbers = repr([(one.normalised, one.numbers) for one in lesions])
    words = (str(segments.SOPInstanceUID), sha256(numbers.encode()).hexdigest())
    with guarded(series.key):
        # No image library (TID 1600): it repeats every header, takes most of the time, and the
        # images are listed as evidence anyway.
        content = highdicom.sr.MeasurementReport(
            observation_context=_observer(stamp),
            procedure_reported=coded(PET_PROCEDURE),
            imaging_measurements=[
                _group(number, one, segments, images.headers[0], stamp)
                for number, one in enumerate(lesions, start=1)
            ],
        )
        written = highdicom.sr.Comprehensive3DSR(
            evidence=[_nameless(segments), *images.headers],
            content=content,
            series_instance_uid=stamp.uid("series", "SR", *words),
            series_number=SERIES_NUMBER,
            sop_instance_uid=stamp.uid("SR", *words),
            instance_number=1,
            manufacturer=MAKER,
            manufacturer_model_name=MAKER,
            software_versions=stamp.version,
            device_serial_number="0",
            series_description=f"{RESEARCH}: measurements",
        )
        stamp.put_on(written, images.patient_name, "SR", *words)
    return written


def _nameless(segments: Dataset) -> Dataset:
    """The segmentation as evidence: the library logs names that it takes for unusual."""
    from pydicom.dataset import Dataset  # noqa: PLC0415 - quick start without pydicom

    evidence = Dataset()
    evidence.update(segments)
    evidence.PatientName = ""
    return evidence


def _observer(stamp: Stamp) -> Any:  # noqa: ANN401 - highdicom's, an extra
    import highdicom  # noqa: PLC0415 - an extra

    return highdicom.sr.ObservationContext(
        observer_device_context=highdicom.sr.ObserverContext(
            observer_type=highdicom.sr.CodedConcept("121007", "DCM", "Device"),
            observer_identifying_attributes=highdicom.sr.DeviceObserverIdentifyingAttributes(
                uid=stamp.uid("device", stamp.version),
                name=MAKER,
                manufacturer_name=MAKER,
                model_name=f"{MAKER} {stamp.version}; {RESEARCH}",
            ),
        )
    )


def _group(number: int, one: Reported, segments: Dataset, image: Dataset, stamp: Stamp) -> Any:  # noqa: ANN401 - highdicom's, an extra
    import highdicom  # noqa: PLC0415 - an extra

    lesion = one.lesion
    return highdicom.sr.VolumetricROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=highdicom.sr.TrackingIdentifier(
            uid=tracking(lesion.label, image, stamp), identifier=lesion.label
        ),
        referenced_segment=highdicom.sr.ReferencedSegment(
            sop_class_uid=segments.SOPClassUID,
            sop_instance_uid=segments.SOPInstanceUID,
            segment_number=number,
            source_series=highdicom.sr.SourceSeriesForSegmentation(image.SeriesInstanceUID),
        ),
        finding_type=coded(LESION),
        algorithm_id=highdicom.sr.AlgorithmIdentification(
            name=MAKER, version=stamp.version, parameters=_provenance(one)
        ),
        measurements=[_measurement(what, value, one) for what, value in one.numbers],
    )


def _measurement(what: What, value: float, one: Reported) -> Any:  # noqa: ANN401 - highdicom's
    import highdicom  # noqa: PLC0415 - an extra

    named = concept(what, one.normalised)
    return highdicom.sr.Measurement(
        name=coded(named.name),
        value=value,
        unit=coded(named.unit),
        derivation=None if named.derivation is None else coded(named.derivation),
    )


def _provenance(one: Reported) -> list[str]:
    """How the border was drawn, on which voxels, and what speaks against it."""
    lesion = one.lesion
    threshold = lesion.method.threshold
    scale = SUV[one.normalised][0].meaning
    return [
        f"method: {lesion.method.name}",
        f"threshold: {'none' if threshold is None else f'{scale} {threshold:.6g}'}",
        "voxel size: " + " x ".join(f"{mm:.4g}" for mm in lesion.grid.spacing) + " mm",
        "guards tripped: " + (", ".join(sorted({g.rule for g in lesion.guards})) or "none"),
    ]
