"""Tests: sentences about what must hold."""
