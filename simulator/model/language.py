"""The two languages of the program, and its own words in them.

Source strings are English; ``locale/zh/LC_MESSAGES/huikuan.mo`` holds the Chinese. The language is chosen once at
start (``use``); a report in another language asks for its own ``translator``.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeVar, get_args

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_Marked = TypeVar("_Marked", bound=str)

_LOCALE = Path(__file__).parent.parent / "locale"
_current: Language = "zh"
_translations: dict[Language, gettext.NullTranslations] = {}


def _translations_for(language: Language) -> gettext.NullTranslations:
    if language not in _translations:
        _translations[language] = (
            gettext.NullTranslations()
            if language == "en"
            else gettext.translation("huikuan", _LOCALE, [language], fallback=True)
        )
    return _translations[language]


def use(language: Language) -> None:
    """Makes ``language`` the one that ``_`` speaks from now on."""
    global _current
    _current = language


def current() -> Language:
    """The language chosen by ``use``; Chinese before any choice."""
    return _current


def translator(language: Language) -> Callable[[str], str]:
    """The program's words in one language, whatever the current one is."""
    return _translations_for(language).gettext


def _(message: str, /, **values: object) -> str:
    """``message`` in the current language, its ``{names}`` filled with ``values``.

    Values are inserted as they are and never read as a format themselves.
    """
    text = _translations_for(_current).gettext(message)
    return text.format(**values) if values else text


def N_(message: _Marked) -> _Marked:  # noqa: N802 - the name by which gettext's tools find such a text
    """Marks a text for translation where it stands before a language is chosen; ``_`` translates it where it is shown.

    So are words marked that reach ``_`` in a variable. A call to either within an f-string is not found by the tools.
    """
    return message
