"""One module an examination, each with ``SAYS`` and ``examine``; a new one is a new file here."""
