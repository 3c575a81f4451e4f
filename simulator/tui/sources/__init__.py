"""Where the figures of the screens come from."""
