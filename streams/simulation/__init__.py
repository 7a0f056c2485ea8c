"""Two administrations at one border, simulated: what they record, and the truth that they record it of."""
