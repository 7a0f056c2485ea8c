"""Judgement of every layer before the next may use it."""
