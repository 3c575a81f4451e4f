"""Which passwords are taken, and those that are given for once."""

from __future__ import annotations

import secrets
import unicodedata
from itertools import pairwise

from simulator.model.errors import UsageError
from simulator.model.language import _
from simulator.model.login import login_of
from simulator.model.secret import Secret
from simulator.workflows.signing_in import LONGEST_PASSWORD, normal

LEAST = 10
"""Characters. NIST SP 800-63B-4, section 3.1.1.2, has 15 where a password stands alone and 8 where it does not. What it
fears is guessing from a stolen table, which 64 MiB for each guess make dear, and guessing at the door, which is
throttled. Eight are few for either; fifteen end on a note at the screen of somebody who signs in once a week."""
MOST = LONGEST_PASSWORD

_FEWEST_SIGNS = 5  # different ones: "aaaaaaaaaa" and "abababababab" are tried first
_BESIDE_THE_NAME = 4  # characters that a password with the name in it needs besides
_TRIED_FIRST = frozenset(
    (
        *("password", "passw0rd", "passwort", "p@ssw0rd", "passphrase", "qwerty", "qwertyuiop", "asdfghjkl", "zxcvbnm"),
        *("1q2w3e4r5t", "q1w2e3r4t5", "qazwsxedc", "1qaz2wsx3edc", "admin", "administrator", "welcome", "letmein"),
        *("iloveyou", "changeme", "default", "company", "training", "trainer", "huikuan", "mima", "woaini"),
        *("woaini1314", "密码", "回款", "一二三四五六七八九十", "学员", "管理员"),
    )
)
"""What lists of stolen passwords begin with, without the digits and signs that people put around it."""
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Of one-time passwords: none that is taken for another in print."""


def why_not(password: Secret, name: str) -> str | None:
    """Why somebody cannot have a password; None where he can.

    Args:
        name: his own, which is no password.
    """
    typed = password.reveal()
    if any(unicodedata.category(char) in ("Cc", "Cs", "Cn") for char in typed):
        return _("The password holds a sign that cannot be typed.")
    if len(typed) > MOST:
        return _("The password is too long: at most {most} characters.", most=MOST)
    if len(normal(password).reveal()) < LEAST:
        return _("The password is too short: at least {least} characters. Three or four words will do.", least=LEAST)
    return _too_easy(normal(password).reveal().casefold(), name)


def _too_easy(folded: str, name: str) -> str | None:
    if folded.isdecimal():
        return _("Digits alone are a telephone number or a date. Add some words.")
    if len(set(folded)) < _FEWEST_SIGNS or _is_row(folded) or {folded, _kernel(folded)} & _TRIED_FIRST:
        return _("This password is among the first that are guessed. Three or four words will do.")
    login = login_of(name)
    if login in folded and len(folded) - len(login) < _BESIDE_THE_NAME:
        return _("The password is your name, or nearly. Take something that others do not know.")
    return None


def _is_row(folded: str) -> bool:
    """Whether each character follows the one before, as in "abcdefghij"."""
    return len({ord(after) - ord(before) for before, after in pairwise(folded)}) == 1


def _kernel(folded: str) -> str:
    """A password without the digits and signs around it."""
    letters = [place for place, char in enumerate(folded) if char.isalpha()]
    return folded[letters[0] : letters[-1] + 1] if letters else ""


def demand_fit(password: Secret, name: str) -> None:
    """Whether somebody can have a password.

    Raises:
        UsageError: he cannot.
    """
    why = why_not(password, name)
    if why is not None:
        raise UsageError(why)


def one_time_password() -> Secret:
    """A password to be handed over: 16 signs in groups of four, 79 random bits."""
    signs = [secrets.choice(_SIGNS) for _each in range(16)]
    return Secret("-".join("".join(signs[first : first + 4]) for first in range(0, 16, 4)))
