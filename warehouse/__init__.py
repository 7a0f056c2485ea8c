"""From silver to numbers: indicators, the mart and reference data."""
