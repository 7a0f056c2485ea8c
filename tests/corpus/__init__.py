"""Data: inputs and their stated outcomes; README.md says how to read them."""
