"""A text that must not be seen: the key of a model's endpoint."""

from __future__ import annotations

import hmac
from typing import NoReturn


class Secret:
    """A text that shows itself only to who asks for it by ``reveal``.

    It stands in no representation, so that neither a log nor a traceback with its local values holds it.
    """

    __slots__ = ("__text",)

    def __init__(self, text: str = "") -> None:
        self.__text = text

    def reveal(self) -> str:
        """The text itself. What holds the result keeps it for no longer than one expression."""
        return self.__text

    def __bool__(self) -> bool:
        return bool(self.__text)

    def __repr__(self) -> str:
        return "Secret(•••)" if self.__text else "Secret()"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self.__text.encode(), other.__text.encode())

    def __hash__(self) -> int:
        return hash((Secret, self.__text))

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a secret is not written anywhere")
