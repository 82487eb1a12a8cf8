"""Runfolio: the logging side."""
