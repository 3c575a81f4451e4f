"""The edge: each package implements one port and knows no other adapter."""
