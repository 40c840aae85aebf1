"""Comparisons: a report with its own earlier content, with other years, and with other texts."""
