"""Programs that solve the engine's problems with other solvers, each in its own process.

They run in an interpreter that need not have reinfuse, so that none imports it.
"""
