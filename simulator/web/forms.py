"""Pages with a form: plain HTML in both languages, Chinese first, that need no script."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from string import Template

from aiohttp import web

from simulator.model.language import LANGUAGES, N_, translator
from simulator.web.page import TITLE, both

_PAGE = Template("""<!DOCTYPE html>
<html lang="zh" class="page">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>$title</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="static/page.css">
</head>
<body>
<main class="form">
<h1>$heading</h1>
$said<form method="post" action="$action">
$fields<button type="submit">$button</button>
</form>
$links</main>
</body>
</html>
""")
# The page's own style, its own form, and nothing else: no script runs here, whatever stands in a field.
_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Field:
    """One line to fill in.

    Attributes:
        kind: ``text`` or ``password``.
        holds: what a browser may fill in by itself, as HTML names it (``autocomplete``).
        value: what stands there already; never a password.
    """

    name: str
    label: str
    kind: str
    holds: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A page with one form.

    Attributes:
        action: where it is sent, beside the page itself.
        links: other pages beside it, with what they are.
    """

    action: str
    heading: str
    fields: Sequence[Field]
    button: str
    links: Sequence[tuple[str, str]] = ()


def form_page(form: Form, status: int = 200, said: Sequence[str] = (), after: float | None = None) -> web.Response:
    """The page.

    Args:
        said: what went wrong, or what to do, in each of the two languages; empty for nothing.
        after: seconds after which it makes sense to try again.
    """
    lines = "".join(
        f'<p role="alert" lang="{lang}">{html.escape(line)}</p>\n' for lang, line in zip(LANGUAGES, said, strict=False)
    )
    text = _PAGE.substitute(
        title=html.escape(translator("zh")(TITLE)),
        heading=_joined(form.heading),
        said=lines,
        action=html.escape(form.action),
        fields="".join(_written(field, first=place == 0) for place, field in enumerate(form.fields)),
        button=_joined(form.button),
        links="".join(f'<p><a href="{html.escape(where)}">{_joined(what)}</a></p>\n' for where, what in form.links),
    )
    headers = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "same-origin"}
    if after is not None:
        headers["Retry-After"] = str(max(1, round(after)))
    return web.Response(status=status, text=text, content_type="text/html", headers=headers)


def bounce(where: str) -> web.Response:
    """Leads on to a page as if from a link on this one: a browser then brings a cookie that it kept from strangers."""
    text = Template('<!DOCTYPE html>\n<meta charset="utf-8">\n<meta http-equiv="refresh" content="0; url=$where">\n')
    headers = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
    return web.Response(text=text.substitute(where=html.escape(where)), content_type="text/html", headers=headers)


def _written(field: Field, first: bool) -> str:
    value = f' value="{html.escape(field.value)}"' if field.value else ""
    focus = " autofocus" if first and not field.value else ""
    return (
        f'<label for="{field.name}">{_joined(field.label)}</label>\n'
        f'<input id="{field.name}" name="{field.name}" type="{field.kind}" autocomplete="{field.holds}" '
        f'maxlength="{MOST_TYPED}" required{focus}{value} spellcheck="false" autocapitalize="none">\n'
    )


def _joined(text: str) -> str:
    return " · ".join(
        f'<span lang="{lang}">{html.escape(line)}</span>' for lang, line in zip(LANGUAGES, both(text), strict=True)
    )


MOST_TYPED = 300  # characters of a field; names have at most 80 and passwords 200

NAME = N_("Name")
PASSWORD = N_("Password")
NOW = N_("Present password")
NEW = N_("New password")
AGAIN = N_("New password once more")

SIGN_IN = Form(
    "sign-in",
    N_("Sign in"),
    (Field("name", NAME, "text", "username"), Field("password", PASSWORD, "password", "current-password")),
    N_("Sign in"),
)
SIGN_OUT = Form(
    "sign-out", N_("Sign out?"), (), N_("Sign out"), (("./", N_("Back")), ("password", N_("Change the password")))
)
CHANGE = Form(
    "password",
    N_("Change the password"),
    (
        Field("old", NOW, "password", "current-password"),
        Field("new", NEW, "password", "new-password"),
        Field("again", AGAIN, "password", "new-password"),
    ),
    N_("Change it"),
    (("./", N_("Back")), ("sign-out", N_("Sign out"))),
)
CHOOSE = Form("password", N_("Choose a password of your own"), CHANGE.fields, N_("Save"), CHANGE.links[1:])
