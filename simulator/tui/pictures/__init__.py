"""Pictures of the real screens, taken by ``python -m simulator.tui.pictures``."""
