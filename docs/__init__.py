"""The pages about reinfuse: some written by hand, the reference made from the code."""
