"""Keys, and what they do: pseudonyms for identifiers, seals for bytes that may not land in clear."""
