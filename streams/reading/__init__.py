"""Reading a log without trusting it: bounded, classified, from positions that are ours."""
