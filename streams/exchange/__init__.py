"""What producers are told of a contract: its JSON Schema, and a valid example."""
