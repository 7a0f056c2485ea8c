"""One contract a file; the file is its own registration."""
