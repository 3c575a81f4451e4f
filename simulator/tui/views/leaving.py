"""What leaves the machine when a model's endpoint is set, in words for whoever sets it."""

from __future__ import annotations

from urllib.parse import urlsplit

from simulator.adapters.settings import Settings
from simulator.model.language import _


def leaving(settings: Settings) -> str:
    """What goes to the endpoint of these settings; that nothing does where none is set, or it is used for nothing."""
    if not settings.has_model or not (settings.model_listen or settings.model_speak):
        return _("Nothing leaves this machine.")
    said = [_("This leaves your machine, for {host}:", host=_host(settings.model_url))]
    if settings.model_listen:
        said.append(
            _("• when a model listens: the line that you typed, and of each open move its name, what it is about or "
              "an example, and the figures in them; not lines that the program itself takes for idle")
        )  # fmt: skip
    if settings.model_speak:
        said.append(
            _("• when a model speaks: the debtor's line, his line before it and what you said, the channel, and his "
              "name, role, company and manner")
        )  # fmt: skip
    said.append(_("• with each request: the key, and the model's name"))
    said.append(
        _("Your name, the rest of the case file, hidden facts, scores and the record stay here. Exams are held "
          "offline. What the operator of the endpoint keeps, he has to tell you: ask before you type anything of real "
          "customers.")
    )  # fmt: skip
    return "\n".join(said)


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.rpartition("@")[2] or url
    except ValueError:
        return url
