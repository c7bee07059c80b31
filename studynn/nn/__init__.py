"""The NumPy engine: vectorised forward and backward passes, one family a file. Float64 throughout; no global state."""
