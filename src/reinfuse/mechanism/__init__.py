"""The mechanism: CAR-T cells, leukemia by site, cytokines and drugs, as one model of the engine."""
