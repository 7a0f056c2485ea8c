"""Puyango: event-driven border trade and cross-border flow analytics."""

__version__ = "0.1.0"
