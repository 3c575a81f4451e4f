"""Typed words → tactics and figures, without a network: the offline recogniser."""
