"""The gate of a team: a name and a password, or the word of a trusted proxy on who somebody is.

Who is signed in holds a cookie that no script reads, that no other site's page can send along, and that shows nothing:
a token, of which the store keeps the hash. The workflows (``signing_in``) do the judging, the throttling and the
expiring; here are the pages, and what only a web server can know: where a request came from.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from aiohttp import web

from simulator.model.errors import HuikuanError, StoreError, UsageError
from simulator.model.language import LANGUAGES, N_, _, current, use
from simulator.model.login import login_of
from simulator.model.secret import Secret
from simulator.web import page
from simulator.web.forms import CHANGE, CHOOSE, SIGN_IN, SIGN_OUT, Form, bounce, form_page
from simulator.web.front import Front, Network, network, within
from simulator.web.gate import Gate, Identity, local_gate
from simulator.workflows import accounts, signing_in
from simulator.workflows.passwords import why_not
from simulator.workflows.preferences import preferences
from simulator.workflows.signing_in import Refused, SignedIn

if TYPE_CHECKING:
    from simulator.bootstrap import House

T = TypeVar("T")

_LOOKING = 4  # threads that ask the store who somebody is: one indexed read each
_JUDGING = 2  # threads that compare passwords: 64 MiB and up to 0.4 s each
# Passwords that wait to be compared. Who comes then is asked to come again: a flood of guesses keeps no memory.
MOST_WAITING = 32
_MOST_FORM = 8192  # bytes of a form, of which the longest has three fields of 300 characters
_PATIENCE = 10.0  # seconds for a form to arrive
_MOST_KNOWN = 10_000  # people whose word by header is remembered
_FORM = "application/x-www-form-urlencoded"

FORGED = N_("Who you are was claimed by an address that is not believed.")
NO_ACCOUNT = N_("You are known to your company, but have no account here. Ask an administrator for one.")
ELSEWHERE = N_("This form was sent from another site, and nothing was done.")
UNFIT = N_("This was not sent by the form. Open the page again.")
BUSY = N_("Many people sign in at the moment. Try again in a few seconds.")
EMPTY = N_("Both are needed: the name and the password.")
TWICE = N_("The two new passwords are not the same.")
FIRST = N_("Your password was given to you by somebody else. Choose one that you alone know.")
OUT = N_("You are signed out.")


@dataclass(frozen=True, slots=True)
class Trusted:
    """Single sign-on: a header in which a reverse proxy says who somebody is, and who may say so."""

    header: str
    proxies: tuple[Network, ...]

    @classmethod
    def of(cls, header: str, proxies: str) -> Trusted | None:
        """From the command line: a header's name, and addresses with commas between them; None where both are empty.

        Raises:
            UsageError: one is there without the other, or wrong.
        """
        if not header and not proxies:
            return None
        if not header or not proxies:
            raise UsageError(_("--sso-header and --sso-from belong together: a header, and who may send it."))
        if not header.replace("-", "").isalnum() or not header.isascii():
            raise UsageError(_("--sso-header must be the name of a header such as X-Remote-User."))
        return cls(header, tuple(network(one.strip()) for one in proxies.split(",")))


class _Forged(Exception):
    """Somebody who is not trusted says who he is, or a trusted proxy says it twice."""


class SignIn:
    """Lets in who has an account and shows that he is its holder.

    Args:
        house: the store is asked through it, from several threads.
    """

    way_out = "sign-out"

    def __init__(self, house: House, front: Front, trusted: Trusted | None = None) -> None:
        self.changed = asyncio.Event()
        self._house, self._front, self._trusted = house, front, trusted
        self._reception = house.reception
        self._looking = ThreadPoolExecutor(_LOOKING, "looking")
        self._judging = ThreadPoolExecutor(_JUDGING, "judging")
        self._waiting = 0
        self._known: dict[str, Secret] = {}  # tokens of those who come by header, by login

    # The gate

    async def identify(self, request: web.Request) -> Identity | None:
        """Who asks, by his cookie or by a trusted header. Who has still to choose a password is nobody yet."""
        try:
            found = await self._found(request)
        except _Forged:
            return None
        if found is None or found[1].must_change:
            return None
        return await self._look(self._identity, *found)

    async def turn_away(self, request: web.Request) -> web.StreamResponse:
        """The page to sign in, or to choose a password; a refusal of who comes by a header and has no account."""
        try:
            name, found = self._named(request), await self._found(request)
        except _Forged:
            return page.notice(403, FORGED, base=self._front.prefix)
        if found is not None and found[1].must_change:
            return _to("password")
        if name is not None:
            return page.notice(403, NO_ACCOUNT, base=self._front.prefix)
        # From a link in a mail or on another site, a browser brings no cookie that is kept from strangers.
        if request.method == "GET" and request.headers.get("Sec-Fetch-Site") == "cross-site":
            return bounce("./")
        return _to("sign-in")

    async def holds(self, identity: Identity, active: bool) -> bool:
        """Whether he is still signed in; to be active keeps him so."""
        signed = await self._look(signing_in.session, self._reception, identity.token, active)
        return signed is not None and signed.actor.person == identity.actor.person and not signed.must_change

    def routes(self, base: str) -> Iterable[web.RouteDef]:
        pages = {"sign-in": (self._show, self._sign_in), "sign-out": (self._ask, self._sign_out)}
        pages["password"] = (self._offer, self._change)
        for name, (shown, sent) in pages.items():
            yield web.get(f"{base}/{name}", shown)
            yield web.post(f"{base}/{name}", sent)

    # Who it is

    def _named(self, request: web.Request) -> str | None:
        """Whom a trusted proxy names; None where nobody is named."""
        if self._trusted is None:
            return None
        named = request.headers.getall(self._trusted.header, [])
        if not named:
            return None
        if len(named) != 1 or not named[0].strip() or not within(request.remote or "", self._trusted.proxies):
            raise _Forged
        try:
            return named[0].encode("utf-8", "surrogateescape").decode("utf-8")
        except UnicodeDecodeError:
            raise _Forged from None

    async def _found(self, request: web.Request) -> tuple[Secret, SignedIn] | None:
        """Who is signed in, with the token that shows it.

        Raises:
            _Forged: a header claims somebody, and is not believed.
        """
        name = self._named(request)
        if name is not None:
            return await self._look(self._by_header, name)
        token = self._token(request)
        if not token:
            return None
        signed = await self._look(signing_in.session, self._reception, token)
        return (token, signed) if signed is not None else None

    def _by_header(self, name: str) -> tuple[Secret, SignedIn] | None:
        """In a thread."""
        try:
            login = login_of(name)
        except UsageError:  # nobody is called so
            return None
        account = self._house.store.account_of(login)
        token = self._known.get(login)
        signed = signing_in.session(self._reception, token) if token is not None else None
        if token is None or signed is None or account is None or signed.actor.person != account.person:
            made = signing_in.sign_in_by_header(self._reception, name)
            if isinstance(made, Refused):
                self._known.pop(login, None)
                return None
            token, signed = made.token, made.who
            while len(self._known) >= _MOST_KNOWN:
                del self._known[next(iter(self._known))]
            self._known[login] = token
        return token, signed

    def _identity(self, token: Secret, signed: SignedIn) -> Identity:
        """In a thread."""
        person = signed.actor.person or ""
        own = {"language": signed.language} if signed.language else {}
        chosen = {**own, **preferences(self._house.store, person)}
        return Identity(signed.actor.name, person, signed.actor, chosen, token)

    async def _look(self, ask: Callable[..., T], *given: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._looking, ask, *given)

    async def _judge(self, ask: Callable[..., T], *given: object) -> T:
        """As ``_look``, for what compares passwords; never more than so many wait.

        Raises:
            _Busy: too many wait already.
        """
        if self._waiting >= MOST_WAITING:
            raise _Busy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._judging, ask, *given)
        finally:
            self._waiting -= 1

    # Signing in

    async def _show(self, request: web.Request) -> web.StreamResponse:
        if await self.identify(request) is not None:
            return _to("./")
        return form_page(SIGN_IN, said=page.both(OUT) if "out" in request.query else ())

    async def _sign_in(self, request: web.Request) -> web.StreamResponse:
        sent = await self._sent(request, SIGN_IN)
        if isinstance(sent, web.Response):
            return sent
        name, password = sent["name"], Secret(sent["password"])
        form = replace(SIGN_IN, fields=(replace(SIGN_IN.fields[0], value=name), SIGN_IN.fields[1]))
        if not name.strip() or not password:
            return form_page(form, 400, page.both(EMPTY))
        address = self._front.person(request)
        try:
            made = await self._judge(signing_in.sign_in, self._reception, name, password, address)
        except _Busy:
            return form_page(form, 503, page.both(BUSY), after=5)
        if isinstance(made, Refused):
            return self._refused(form, made)
        if before := self._token(request):  # whoever sat here before him
            await self._look(signing_in.sign_out, self._reception, before)
            self.changed.set()
        response = _to("password" if made.who.must_change else "./")
        self._set(request, response, made.token)
        return response

    def _refused(self, form: Form, refused: Refused) -> web.Response:
        now = self._reception.now()
        said = in_both(lambda: signing_in.refused_words(refused, now))
        if refused.why == "wait":
            wait = (refused.until - now if refused.until else timedelta(minutes=1)).total_seconds()
            return form_page(form, 429, said, after=wait)
        return form_page(form, 403, said)

    # Signing out

    async def _ask(self, request: web.Request) -> web.StreamResponse:
        return form_page(SIGN_OUT) if await self._safely_found(request) else _to("sign-in?out")

    async def _sign_out(self, request: web.Request) -> web.StreamResponse:
        sent = await self._sent(request, SIGN_OUT)
        if isinstance(sent, web.Response):
            return sent
        response = _to("sign-in?out")
        found = await self._safely_found(request)
        if found is not None:
            await self._look(signing_in.sign_out, self._reception, found[0])
            self.changed.set()
            if self._named(request) is not None:  # his company's page signs him in again at once
                response = page.notice(200, OUT, base=self._front.prefix)
        self._set(request, response, None)
        return response

    # Passwords

    async def _offer(self, request: web.Request) -> web.StreamResponse:
        found = await self._safely_found(request)
        if found is None:
            return _to("sign-in")
        return form_page(CHOOSE, said=page.both(FIRST)) if found[1].must_change else form_page(CHANGE)

    async def _change(self, request: web.Request) -> web.StreamResponse:
        sent = await self._sent(request, CHANGE)
        if isinstance(sent, web.Response):
            return sent
        found = await self._safely_found(request)
        if found is None:
            return _to("sign-in")
        token, signed = found
        form = CHOOSE if signed.must_change else CHANGE
        old, new = Secret(sent["old"]), Secret(sent["new"])
        if new != Secret(sent["again"]):
            return form_page(form, 400, page.both(TWICE))
        if why_not(new, signed.actor.name) is not None:
            return form_page(form, 400, in_both(lambda: why_not(new, signed.actor.name) or ""))
        desk = replace(self._house.desk, actor=signed.actor)
        try:
            refused = await self._judge(accounts.change_password, desk, self._house.passwords, old, new, token)
        except _Busy:
            return form_page(form, 503, page.both(BUSY), after=5)
        except StoreError:
            raise
        except HuikuanError as error:  # such as one who came by header and has no password to change
            return form_page(form, 400, (str(error),))
        self.changed.set()  # he is signed out everywhere else
        return self._refused(form, refused) if refused is not None else _to("./")

    async def _safely_found(self, request: web.Request) -> tuple[Secret, SignedIn] | None:
        try:
            return await self._found(request)
        except _Forged:
            return None

    # What is sent, and kept

    async def _sent(self, request: web.Request, form: Form) -> Mapping[str, str] | web.Response:
        """A form's fields; the refusal where another site's page sent it, or none of our own."""
        base = self._front.prefix
        try:
            self._named(request)
        except _Forged:
            return page.notice(403, FORGED, base=base)
        if not self._front.knows_origin(request):
            return page.notice(403, ELSEWHERE, base=base)
        if not form.fields:
            return {}
        if request.content_type != _FORM or (request.content_length or _MOST_FORM + 1) > _MOST_FORM:
            return page.notice(415, UNFIT, base=base)
        try:
            async with asyncio.timeout(_PATIENCE):
                sent = await request.post()
        except (TimeoutError, ValueError, LookupError):  # it does not come, or in signs that are none
            return page.notice(400, UNFIT, base=base)
        got = {field.name: sent.get(field.name) for field in form.fields}
        fields = {name: value for name, value in got.items() if isinstance(value, str) and "\0" not in value}
        return fields if len(fields) == len(got) else page.notice(400, UNFIT, base=base)

    def _token(self, request: web.Request) -> Secret:
        return Secret(request.cookies.get(self._cookie(request), ""))

    def _cookie(self, request: web.Request) -> str:
        """The cookie's name. A browser takes one of these prefixes by TLS alone, and from no neighbouring site."""
        if not self._front.is_secure(request):
            return "huikuan"
        return "__Secure-huikuan" if self._front.prefix else "__Host-huikuan"

    def _set(self, request: web.Request, response: web.StreamResponse, token: Secret | None) -> None:
        """Hands out a token until the browser is closed, or takes it back."""
        named = {
            "path": f"{self._front.prefix}/",
            "secure": self._front.is_secure(request),
            "httponly": True,
            "samesite": "Strict",
        }
        if token is None:
            response.set_cookie(self._cookie(request), "", max_age=0, **named)  # type: ignore[arg-type]
        else:
            response.set_cookie(self._cookie(request), token.reveal(), **named)  # type: ignore[arg-type]


class _Busy(Exception):
    """More passwords wait to be compared than may."""


def gate_for(house: House, front: Front, trusted: Trusted | None) -> Gate:
    """The gate of a server: a sign-in where anybody has an account, else the machine's owner alone.

    Raises:
        UsageError: nobody has an account, and others than the owner could reach it.
        StoreError: the store cannot be read.
    """
    if house.has_store and house.store.accounts():
        return SignIn(house, front, trusted)
    if trusted is not None:
        raise UsageError(_("Single sign-on needs accounts: huikuan user add NAME --role administrator"))
    return local_gate(front.host, front.public.geturl() if front.public else "")


def in_both(words: Callable[[], str]) -> tuple[str, ...]:
    """What a function says in each of the two languages. It must not wait for anything: the language is everybody's."""
    before, said = current(), []
    try:
        for language in LANGUAGES:
            use(language)
            said.append(words())
    finally:
        use(before)
    return tuple(said)


def _to(where: str) -> web.Response:
    """Leads a browser to a page beside the one it asked for."""
    return web.Response(status=303, headers={"Location": where})
