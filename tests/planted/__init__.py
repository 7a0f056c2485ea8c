"""One file a subject: ``GOOD`` rows that keep every rule of their table, and what will ``SPOIL`` them for each rule."""
