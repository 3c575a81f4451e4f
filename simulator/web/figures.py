"""What the server counts of itself, as Prometheus reads it. Numbers alone: nothing of anybody stands in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

# Seconds from a browser's asking for a session to the first sign of it on his screen.
_BOUNDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)

_HELP = {
    "huikuan_sessions": ("gauge", "Sessions that are open or ending."),
    "huikuan_sessions_most": ("gauge", "Sessions that this server bears."),
    "huikuan_connections": ("gauge", "Connections that are open."),
    "huikuan_sessions_opened_total": ("counter", "Sessions opened."),
    "huikuan_sessions_ended_total": ("counter", "Sessions ended, by why."),
    "huikuan_refused_total": ("counter", "Requests refused, by why."),
    "huikuan_received_bytes_total": ("counter", "Bytes that browsers typed."),
    "huikuan_sent_bytes_total": ("counter", "Bytes painted in browsers."),
    "huikuan_first_sign_seconds": ("histogram", "From asking for a session to its first sign."),
}


@dataclass
class Figures:
    """Counters, and functions for what is looked up when it is asked for."""

    now: dict[str, Callable[[], float]] = field(default_factory=dict)
    opened: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    received: int = 0
    sent: int = 0
    waits: list[int] = field(default_factory=lambda: [0] * (len(_BOUNDS) + 1))
    waited: float = 0.0

    def first_sign(self, seconds: float) -> None:
        """Counts one wait for a session's first sign."""
        place = sum(seconds > bound for bound in _BOUNDS)
        self.waits[place] += 1
        self.waited += seconds

    def written(self) -> str:
        """All of it in Prometheus' text format 0.0.4."""
        lines: list[str] = []
        for name, (kind, about) in _HELP.items():
            lines += (f"# HELP {name} {about}", f"# TYPE {name} {kind}")
            lines += (f"{name}{label} {value:g}" if kind == "gauge" else f"{name}{label} {value}"
                      for label, value in self._values(name))  # fmt: skip
        return "\n".join(lines) + "\n"

    def _values(self, name: str) -> Iterator[tuple[str, float]]:
        by_why = {"huikuan_sessions_ended_total": self.ended, "huikuan_refused_total": self.refused}
        plain = {
            "huikuan_sessions_opened_total": self.opened,
            "huikuan_received_bytes_total": self.received,
            "huikuan_sent_bytes_total": self.sent,
        }
        if name in self.now:
            yield "", self.now[name]()
        elif name in by_why:
            yield from ((f'{{why="{why}"}}', count) for why, count in sorted(by_why[name].items()))
        elif name in plain:
            yield "", plain[name]
        elif name == "huikuan_first_sign_seconds":
            yield from self._histogram()

    def _histogram(self) -> Iterator[tuple[str, float]]:
        total = 0
        for bound, count in zip((*_BOUNDS, float("inf")), self.waits, strict=True):
            total += count
            yield f'_bucket{{le="{"+Inf" if bound == float("inf") else bound}"}}', total
        yield "_sum", self.waited
        yield "_count", total
