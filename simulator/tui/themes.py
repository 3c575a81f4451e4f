"""The colours: jade on ink, and jade on paper.

Text stands at 7:1 or more against its ground in both, coloured text at 4.5:1; a test works the ratios out. No meaning
is carried by colour alone.
"""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="huikuan-dark",
    dark=True,
    primary="#6cc4ae",
    secondary="#93b4d8",
    accent="#e8b35a",
    success="#8fce7e",
    warning="#e8b35a",
    error="#f08080",
    foreground="#ece7db",
    background="#12161b",
    surface="#191f26",
    panel="#252d36",
    variables={"text-muted": "#a7b1bc"},
)
LIGHT = Theme(
    name="huikuan-light",
    dark=False,
    primary="#0f6552",
    secondary="#2c5280",
    accent="#8a4a00",
    success="#2c6420",
    warning="#8a4a00",
    error="#a3171f",
    foreground="#1d2126",
    background="#faf7f0",
    surface="#f3eee3",
    panel="#e6dfd0",
    variables={"text-muted": "#545e68"},
)
THEMES = (DARK, LIGHT)


def theme_name(wanted: str) -> str:
    """The Textual name of a theme that the settings name as ``dark`` or ``light``."""
    names = {theme.name.removeprefix("huikuan-"): theme.name for theme in THEMES}
    return names.get(wanted, DARK.name)
