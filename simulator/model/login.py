"""The name that somebody signs in with."""

from __future__ import annotations

import unicodedata

from simulator.model.errors import UsageError
from simulator.model.language import _

LONGEST_LOGIN = 200  # characters, as many as a person's name may have; PostgreSQL indexes up to 2,704 bytes


def login_of(name: str) -> str:
    """A name as it is compared when somebody signs in: neither case nor width nor invisible signs tell two apart.

    NFKC, case folded, format characters (Cf) left out, spaces run together: nearly the NFKC_Casefold of the Unicode
    Standard, section 3.13, so that nobody gets a login that looks like another's.

    Raises:
        UsageError: nothing is left, or what is left is too long.
    """
    login = _looks(name)
    if not login or len(login) > LONGEST_LOGIN:
        raise UsageError(
            _("To sign in, a name needs 1 to {most} characters that can be seen and typed.", most=LONGEST_LOGIN)
        )
    return login


def _looks(name: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name[: 4 * LONGEST_LOGIN]).casefold())
    kept = "".join(" " if _parts(char) else char for char in folded if unicodedata.category(char) != "Cf")
    return " ".join(kept.split())


def _parts(char: str) -> bool:
    """Whether it stands for no sign: control characters, broken input, ends of lines."""
    return unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp", "Zs")
