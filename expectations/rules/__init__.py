"""What no single column can say, one file a table."""
