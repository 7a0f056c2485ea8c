"""What a landed segment is, and what vouches for it."""
