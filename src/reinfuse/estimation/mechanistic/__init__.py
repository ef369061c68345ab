"""One course and the mechanism: its windows, what of the record a model can speak of, the fit."""
