"""Questions about reinfuse whose answer is a table; see README.md in this folder."""
