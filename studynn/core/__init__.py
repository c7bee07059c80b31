"""Pure rules: values in, values out. No files, no terminal, no clock, no randomness of its own."""
