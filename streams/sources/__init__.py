"""Publishers: adapters that turn their files into events."""
