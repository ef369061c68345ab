"""The slow plain twin of the kernels: what it says is what they must say."""
