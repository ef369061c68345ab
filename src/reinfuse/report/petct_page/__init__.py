"""The page of PET/CT: pictures with their lesions, lesions over time, and what they rest on."""

from reinfuse.report.petct_page.inputs import PetctInputs
from reinfuse.report.petct_page.render import render_petct

__all__ = ["PetctInputs", "render_petct"]
