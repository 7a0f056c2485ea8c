"""From landing to silver: the lake, collect and settle."""
