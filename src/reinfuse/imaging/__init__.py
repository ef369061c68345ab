"""From DICOM series of PET/CT to lesions measured and followed."""
