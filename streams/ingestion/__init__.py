"""The parts of hop 1: who reads, who lands, and how they hear of each other."""
