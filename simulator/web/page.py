"""What a browser gets: the page with the terminal, its few files, and short notices in both languages."""

from __future__ import annotations

import html
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template

from aiohttp import web

from simulator.model.errors import SettingsError
from simulator.model.language import LANGUAGES, N_, _, translator

_OWN = files("simulator.web") / "static"
_THEIRS = files("textual_serve") / "static"

TITLE = N_("Huikuan · talks about money that is due")
# What the page says, by the code that its socket closes with (``session.CODES``); "lost" where there is no other.
ENDINGS: Mapping[str, str] = {
    "1008": N_("The server did not understand this browser. Open the page again."),
    "1009": N_("More was typed or pasted than the application could take. Open the page again."),
    "1012": N_("The server is being restarted. Everything you played is saved."),
    "4000": N_("You have quit. Everything you played is saved."),
    "4003": N_("You are signed out. Everything you played is saved."),
    "4001": N_("The application broke off. Everything you played is saved."),
    "lost": N_("The connection is lost. Everything you played is saved."),
}
AGAIN = N_("Open again")
OUT = N_("Sign out")
TRYING = N_("Trying again …")
FULL = N_("Every seat is taken at the moment. This page looks again by itself; nothing is lost.")
STOPPING = N_("The server is being restarted. This page looks again by itself.")
TABS = N_("You have it open {most} times already. Close one of them, and this page goes on by itself.")
AWAY = N_("The record cannot be reached at the moment. This page looks again by itself; nothing is lost.")
NOBODY = N_("There is nothing at this address.")
RETRY = 20  # seconds; a talk takes minutes, and so few seats fall free that looking more often is of no use


@dataclass(frozen=True, slots=True)
class Served:
    """A file of the page."""

    kind: str
    content: bytes


@cache
def statics() -> Mapping[str, Served]:
    """Every file that the page needs, by name. There are no others, so there is no folder to look into."""
    return {
        "page.js": Served("text/javascript", (_OWN / "page.js").read_bytes()),
        "page.css": Served("text/css", (_OWN / "page.css").read_bytes()),
        "licences.txt": Served("text/plain", (_OWN / "licences.txt").read_bytes()),
        "terminal.js": Served("text/javascript", terminal_script((_THEIRS / "js/textual.js").read_text("utf-8"))),
        "terminal.css": Served("text/css", (_THEIRS / "css/xterm.css").read_bytes()),
        "mono.ttf": Served("font/ttf", (_THEIRS / "fonts/RobotoMono-VariableFont_wght.ttf").read_bytes()),
    }


_CLIENT = re.compile(r"class (\w+)\{constructor\(\w+,\w+\)\{this\.element=.*\Z", re.DOTALL)
_PARTS = ("Terminal", "FitAddon", "WebglAddon", "CanvasAddon", "Unicode11Addon")


def terminal_script(bundle: str) -> bytes:
    """textual-serve's script with xterm.js in it, its own client taken out and ``xterm`` handed to ours instead.

    That client is what needs WebGL, asks for web fonts, keeps Ctrl+V for itself, forgets the focus and knows of no
    path prefix. The file ends with it, within three functions.

    Raises:
        SettingsError: the installed textual-serve is one whose script we do not know.
    """
    client = _CLIENT.search(bundle)
    found = {part: re.search(rf"new (\w+)\.{part}\b", client[0]) for part in _PARTS} if client else {}
    if client is None or not all(found.values()):
        raise SettingsError(_("This version of textual-serve is not known; install 1.1.3."))
    named = ",".join(f"{part}:{place[1]}.{part}" for part, place in found.items() if place)
    return (bundle[: client.start()] + f"window.xterm={{{named}}}}})()}})();\n").encode()


_PAGE = Template("""<!DOCTYPE html>
<html lang="$lang">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>$title</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="static/terminal.css">
<link rel="stylesheet" href="static/page.css">
<script src="static/page.js" nonce="$nonce" data-nonce="$nonce" defer></script>
<script src="static/terminal.js" nonce="$nonce" defer></script>
</head>
<body>
<main id="terminal" aria-label="$title"></main>
<div id="ended" role="alertdialog" aria-labelledby="why" hidden
 data-endings="$endings" data-trying="$trying" data-whose="$whose">
<div><p id="why"></p><button id="again" type="button">$again</button>$way_out</div>
</div>
<noscript>$noscript</noscript>
</body>
</html>
""")
_NOTICE = Template("""<!DOCTYPE html>
<html lang="zh">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">$refresh<title>$title</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="$static/page.css"></head>
<body><div id="ended"><div>$texts</div></div></body>
</html>
""")
NOSCRIPT = N_("This page needs JavaScript.")


def page(lang: str, socket_origin: str, key: str = "", way_out: str = "") -> web.Response:
    """The page with the terminal.

    Args:
        lang: of the page itself; the application has a setting for its own.
        socket_origin: where its socket goes, such as ``wss://example.com``, for browsers that want it said.
        key: whose it is; the page keeps apart by it where somebody was, and does not hold the key itself.
        way_out: where one signs out; empty where nobody signs in.
    """
    import hashlib

    nonce = secrets.token_urlsafe(16)
    out = " · ".join(html.escape(line) for line in both(OUT))
    endings = json.dumps({code: both(text) for code, text in ENDINGS.items()}, ensure_ascii=False)
    text = _PAGE.substitute(
        lang=lang,
        title=html.escape(translator("zh")(TITLE)),
        nonce=nonce,
        endings=html.escape(endings),
        again=" · ".join(html.escape(line) for line in both(AGAIN)),
        trying=html.escape(json.dumps(both(TRYING), ensure_ascii=False)),
        whose=hashlib.sha256(key.encode()).hexdigest()[:16],
        way_out=f'<a href="{way_out}">{out}</a>' if way_out else "",
        noscript=" · ".join(html.escape(line) for line in both(NOSCRIPT)),
    )
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; font-src 'self'; "
        f"img-src 'self' data:; connect-src 'self' {socket_origin}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
    return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": policy})


def notice(status: int, text: str, *, again: bool = False, base: str = "", **values: object) -> web.Response:
    """A short page in both languages.

    Args:
        again: it looks again by itself.
        base: the path that everything lies under.
        values: what stands in the text in braces.
    """
    said = tuple(line.format(**values) if values else line for line in both(text))
    lines = "".join(f'<p lang="{lang}">{html.escape(line)}</p>' for lang, line in zip(LANGUAGES, said, strict=True))
    refresh = f'<meta http-equiv="refresh" content="{RETRY}">' if again else ""
    body = _NOTICE.substitute(
        refresh=refresh, title=html.escape(translator("zh")(TITLE)), texts=lines, static=f"{base}/static"
    )
    policy = "default-src 'none'; style-src 'self'; img-src data:; frame-ancestors 'none'"
    headers = {"Content-Security-Policy": policy, **({"Retry-After": str(RETRY)} if again else {})}
    return web.Response(status=status, text=body, content_type="text/html", headers=headers)


@cache
def tag(served: Served) -> str:
    """Tells one version of a file from another."""
    import hashlib

    return f'"{hashlib.sha256(served.content).hexdigest()[:16]}"'


def both(text: str) -> tuple[str, ...]:
    """A text in each of the two languages, Chinese first: who reads it has not chosen one yet."""
    return tuple(translator(language)(text) for language in LANGUAGES)
