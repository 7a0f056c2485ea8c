"""From publishers to the landing: contracts, sources, the broker and the ingester."""
