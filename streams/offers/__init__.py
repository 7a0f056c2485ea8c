"""Files that people offer in the shape of a contract, of no publisher that is known here."""
