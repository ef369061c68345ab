"""Gates, scales and counts read from FlowJo 10 workspaces."""

from reinfuse.cytometry.flowjo.workspace import WorkspaceSample, parse_workspace, read_workspace

__all__ = ["WorkspaceSample", "parse_workspace", "read_workspace"]
