"""The doctor: examinations of an installation, each of which says what it found and what to do about it."""
