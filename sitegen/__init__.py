"""Runfolio: the site generator."""
