"""Huikuan: a trainer for asking a customer you want to keep to pay what he owes."""

__version__ = "0.1.0"
