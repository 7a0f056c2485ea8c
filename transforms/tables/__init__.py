"""One silver table a file; the file is its own registration."""
