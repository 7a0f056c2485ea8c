"""One module a phenomenon, each with ``PHENOMENON``; a new one is a new file here."""
