"""The moving sign that something is being worked out."""

from __future__ import annotations

from textual.app import RenderResult
from textual.widgets import LoadingIndicator


class Busy(LoadingIndicator):
    """Moves beside words that say what is going on. Where nothing may move, Textual would put English words there."""

    def render(self) -> RenderResult:
        return "" if self.app.animation_level == "none" else super().render()
