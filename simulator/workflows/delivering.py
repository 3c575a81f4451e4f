"""Delivering statements to the company's learning system: exactly once, whatever happens on the way.

A statement waits in the outbox until the receiver has said that it has it. Where the answer is lost it is sent again,
under the same id, and the receiver keeps one. What the receiver cannot do now waits, longer from time to time; what it
refuses for what it says is parked by itself, so that it stands in nobody's way; where the key is refused everything
waits. Nothing of this is waited for by anybody who trains.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from simulator.model.errors import Cancelled, StoreError, UsageError
from simulator.model.journal import Exported
from simulator.model.language import N_, _
from simulator.workflows.cells import Asked, never
from simulator.workflows.permission import needs
from simulator.workflows.ports import ChainFault, OutboxCount, Outcome, Parked, Receipt, Receiver, Waiting
from simulator.workflows.queueing import Dispatch, Said, fill
from simulator.workflows.xapi import Json, structure

if TYPE_CHECKING:
    from simulator.workflows.ports import Store

# Conventions (decided 2026-11), but for what is said of each.
BATCH = 50  # statements of about 1.5 kB each: far below the megabyte at which servers begin to refuse
LEASE = timedelta(minutes=5)  # for which what was taken is nobody else's; longer than a batch takes, tried one by one
POLL = 30.0  # seconds between two looks whether there is anything to deliver
FIRST, LONGEST = timedelta(seconds=2), timedelta(hours=1)  # before the second try, and before any
ASKED_AT_MOST = timedelta(days=1)  # that a receiver may ask to be left alone for
PARKED_LONGEST = 300  # characters kept of what it said
_LOGGED_TOGETHER = 500  # statements in one entry of the log of exports
_TROUBLE = "xapi-trouble"  # the note of what stands in the way

TROUBLES: dict[str, str] = {
    "busy": N_("The learning system asks to come back later; statements wait."),
    "down": N_("The learning system does not answer; statements wait."),
    "refused": N_("The learning system does not accept the key, or what it may do; statements wait. See the settings."),
    "elsewhere": N_("What answers at that address is no learning system; statements wait. See the settings."),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What stands in the way of every statement.

    Attributes:
        at: when it was met last, in UTC.
        told: what the receiver said, in a line.
        until: when it is tried again, in UTC.
    """

    what: Outcome
    at: datetime
    told: str
    until: datetime

    @property
    def words(self) -> str:
        """For people."""
        return _(TROUBLES[self.what])


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a round of delivering came to.

    Attributes:
        queued: statements that were new.
        delivered, parked: how many were taken and refused now.
        trouble: what ended the round; None where everything that was due has been tried.
        faults: attempts of which nothing can be said.
    """

    queued: int
    delivered: int
    parked: int
    trouble: Trouble | None = None
    faults: tuple[ChainFault, ...] = ()


@needs("store")
def deliver(dispatch: Dispatch, cancelled: Asked = never, at_once: bool = False) -> Delivered:
    """Queues what is new and delivers everything that is due. Several processes may do so side by side.

    Args:
        at_once: everything that waits is due, whatever stood in the way.

    Raises:
        UsageError: no learning system is set, or the people in the store are simulated.
        Cancelled: somebody asked to stop; what was not delivered goes on waiting.
    """
    receiver = _receiver(dispatch)
    filled = fill(dispatch, cancelled)
    store, total = dispatch.desk.store, _Tally()
    if at_once:
        store.hurry_statements(dispatch.desk.now())
    try:
        while total.trouble is None:
            if cancelled():
                raise Cancelled
            now = dispatch.desk.now()
            known = _trouble(store)
            if known is not None and known.until > now and not at_once:
                break  # of whatever is new as well, and whichever process met it
            batch = store.take_statements(BATCH, now, now + LEASE)
            if not batch:
                break
            _Round(dispatch, receiver, batch, now + LEASE, total, cancelled).deliver()
    finally:
        _log(dispatch)  # and what a program that was killed delivered
    return Delivered(filled.queued, total.delivered, total.parked, total.trouble, filled.faults)


def deliver_forever(dispatch: Dispatch, stop: threading.Event, say: Callable[[str], None], poll: float = POLL) -> None:
    """Delivers until it is told to stop. Whatever fails is said once, and tried again.

    Args:
        say: takes a line for the operator.
        poll: seconds between two looks.
    """
    said = ""
    while not stop.is_set():
        try:
            done = deliver(dispatch, stop.is_set)
            told = _told(done, _trouble(dispatch.desk.store))
        except Cancelled:
            return
        except StoreError as error:
            told = str(error)
        if told and told != said:
            say(told)
        said = told
        stop.wait(poll)


def _told(done: Delivered, trouble: Trouble | None) -> str:
    parked = _("The learning system refused {count} statements; they are parked.", count=done.parked)
    return " ".join(filter(None, (trouble.words if trouble else "", parked if done.parked else "")))


@dataclass(frozen=True, slots=True)
class Status:
    """How it stands with what is to go out.

    Attributes:
        erased: by account of those who were erased, how many statements the learning system has, or may have: it is to
            be asked to delete them.
    """

    count: OutboxCount
    trouble: Trouble | None
    parked: tuple[Parked, ...]
    erased: Mapping[str, int]


@needs("store")
def status(dispatch: Dispatch) -> Status:
    """How it stands. Nothing is queued or sent."""
    store = dispatch.desk.store
    parked = tuple(store.parked_statements())
    return Status(store.count_statements(), _trouble(store), parked, store.erased_statements())


@needs("store")
def retry_parked(dispatch: Dispatch) -> int:
    """Has what is parked made anew from the record and tried again with the next delivery; how many there were."""
    return dispatch.desk.store.unpark_statements()


def _receiver(dispatch: Dispatch) -> Receiver:
    if dispatch.receiver is None or not dispatch.home:
        raise UsageError(
            _(
                "No learning system is set. HUIKUAN_XAPI_URL, HUIKUAN_XAPI_KEY, HUIKUAN_XAPI_SECRET and "
                "HUIKUAN_XAPI_HOME, or the same in the settings file, say where statements go."
            )
        )
    if dispatch.desk.store.simulated:
        raise UsageError(_("The people in this store are simulated; nothing is said of them to a learning system."))
    return dispatch.receiver


# One batch


@dataclass(slots=True)
class _Tally:
    delivered: int = 0
    parked: int = 0
    trouble: Trouble | None = None


class _Stop(Exception):
    """The receiver takes nothing more now, and its receipt says why."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__()
        self.receipt = receipt


class _OutOfTime(Exception):
    """What was taken is soon another's."""


class _Round:
    """What was taken together, until all of it is delivered, parked or given back."""

    def __init__(
        self,
        dispatch: Dispatch,
        receiver: Receiver,
        batch: Sequence[Waiting],
        until: datetime,
        total: _Tally,
        cancelled: Asked,
    ) -> None:
        self._dispatch, self._receiver, self._until, self._total = dispatch, receiver, until, total
        self._store, self._now, self._cancelled = dispatch.desk.store, dispatch.desk.now, cancelled
        self._left = {one.statement.id: one for one in batch}

    def deliver(self) -> None:
        """Tries everything once."""
        try:
            # What takes another statement back may be refused by itself: not every key may do that.
            self._send([one for one in self._left.values() if one.statement.voids is None])
            self._take_back([one for one in self._left.values() if one.statement.voids is not None])
        except _Stop as stop:
            self._wait(stop.receipt)
        except _OutOfTime:
            self._give_back(self._now())
        except BaseException:  # stopped, or the store is gone: what is left is due at once, if that can still be said
            self._give_back(self._now())
            raise
        else:
            if self._store.noted(_TROUBLE):
                self._store.note(_TROUBLE, "")

    def _take_back(self, rows: Sequence[Waiting]) -> None:
        try:
            self._send(rows)
        except _Stop as stop:
            if stop.receipt.what != "refused" or stop.receipt.status != 403:
                raise
            left = [one for one in rows if one.statement.id in self._left]
            self._park(left, stop.receipt.told)

    def _send(self, rows: Sequence[Waiting]) -> None:
        """Hands statements in, all at once or, where that is refused, in ever smaller parts."""
        if len(rows) < 2:
            self._one_by_one(rows)
            return
        receipt = self._asked(lambda: self._receiver.post([one.statement for one in rows]))
        if receipt.what == "taken":
            there = [one for one in rows if receipt.ids is None or one.statement.id in receipt.ids]
            self._done(there)
            self._one_by_one(one for one in rows if one not in there)
        elif receipt.what == "there":  # it has at least one of them, and took none
            self._one_by_one(rows)
        elif receipt.what == "unfit":
            half = len(rows) // 2
            self._send(rows[:half])
            self._send(rows[half:])
        else:
            raise _Stop(receipt)

    def _one_by_one(self, rows: Iterable[Waiting]) -> None:
        for one in rows:
            self._put(one)

    def _put(self, row: Waiting, tries: int = 2) -> None:
        receipt = self._asked(lambda: self._receiver.put(row.statement))
        if receipt.what == "there":
            return self._conflict(row, receipt, tries)
        if receipt.what == "taken":
            self._done([row])
        elif receipt.what == "unfit":
            self._park([row], receipt.told)
        else:
            raise _Stop(receipt)
        return None

    def _conflict(self, row: Waiting, receipt: Receipt, tries: int) -> None:
        """An id of ours is nobody else's: what is there under it is this one, if anything is."""
        found = self._asked(lambda: self._receiver.find(row.statement))
        if found.what in ("there", "refused", "elsewhere"):  # where it may not be looked up, its word is taken
            self._done([row])
        elif found.what != "unfit":
            raise _Stop(found)
        elif tries > 1:
            self._put(row, tries - 1)
        else:
            self._park([row], receipt.told)

    def _asked(self, ask: Callable[[], Receipt]) -> Receipt:
        """A receipt, if there is still time for one before what was taken is another's."""
        if self._cancelled():
            raise Cancelled
        if self._now() + timedelta(seconds=self._receiver.longest) > self._until:
            raise _OutOfTime
        return ask()

    def _done(self, rows: Sequence[Waiting]) -> None:
        self._store.delivered_statements([one.statement.id for one in rows])
        self._total.delivered += len(rows)
        self._forget(rows)

    def _park(self, rows: Sequence[Waiting], told: str) -> None:
        self._store.park_statements({one.statement.id: told[:PARKED_LONGEST] for one in rows})
        self._total.parked += len(rows)
        self._forget(rows)

    def _forget(self, rows: Iterable[Waiting]) -> None:
        for one in rows:
            self._left.pop(one.statement.id, None)

    def _give_back(self, due: datetime) -> None:
        self._store.put_off_statements(list(self._left), self._until, due)
        self._left = {}

    def _wait(self, receipt: Receipt) -> None:
        """Nothing goes out for a while, by whomever."""
        now = self._now()
        tries = max((one.tries for one in self._left.values()), default=1)
        due = now + pause(receipt, tries, self._dispatch.chance())
        self._give_back(due)
        self._total.trouble = Trouble(receipt.what, now, receipt.told[:PARKED_LONGEST], due)
        _note(self._store, self._total.trouble)


def pause(receipt: Receipt, tries: int, chance: float) -> timedelta:
    """How long to leave a receiver alone.

    Twice as long after each try, up to an hour, and a random share of up to half less: those who were turned away
    together do not come back together. Where it says how long it wants, that is kept to, and a little is added.

    Args:
        tries: how often it was tried, at least 1.
        chance: 0–1.
    """
    grown = min(FIRST * float(2 ** min(tries - 1, 20)), LONGEST)
    if receipt.after is None:
        return grown * (1 - chance / 2)
    asked = min(timedelta(seconds=receipt.after), ASKED_AT_MOST)
    return asked + min(grown, FIRST) * chance


def _note(store: Store, trouble: Trouble) -> None:
    at, until = trouble.at.isoformat(), trouble.until.isoformat()
    store.note(_TROUBLE, json.dumps({"what": trouble.what, "at": at, "told": trouble.told, "until": until}))


def _trouble(store: Store) -> Trouble | None:
    noted = store.noted(_TROUBLE)
    if not noted:
        return None
    told: dict[str, Any] = json.loads(noted)
    at, until = datetime.fromisoformat(told["at"]), datetime.fromisoformat(told["until"])
    return Trouble(told["what"], at, told["told"], until)


# The log of exports


def _log(dispatch: Dispatch) -> None:
    """Enters what was delivered into the log of exports. Killed in between, it is entered twice, never not at all."""
    store = dispatch.desk.store
    while sent := store.unlogged_statements(_LOGGED_TOGETHER):
        digest = hashlib.sha256("\n".join(one.statement.body for one in sent).encode())
        event = _exported(dispatch, len(sent), digest.hexdigest(), {one.person for one in sent})
        store.enter(event, dispatch.desk.now())
        store.logged_statements([one.statement.id for one in sent])


def _exported(dispatch: Dispatch, rows: int, sha256: str, people: Iterable[str], by: str | None = None) -> Exported:
    by = dispatch.actor.person or by
    told = tuple(sorted(people))
    return Exported(by=by, format="xapi", scope="all", identified=False, rows=rows, sha256=sha256, people=told)


# Into a file


@needs("report")
def course_structure(dispatch: Dispatch) -> Json:
    """Courses, objectives and published scenarios as activities, with the ids that statements have.

    Raises:
        UsageError: no address of the organisation is set.
    """
    _demand_home(dispatch)
    library = dispatch.library
    listed = (library.read(title.id).scenario for title in library.titles() if title.status == "published")
    return structure(dispatch.home, library.courses(), (one for one in listed if one is not None))


def _demand_home(dispatch: Dispatch) -> None:
    if not dispatch.home:
        raise UsageError(
            _("Say whose statements they are: HUIKUAN_XAPI_HOME, or xapi_home in the settings, an address of yours.")
        )


class Sink(Protocol):
    """Where statements are written, a line each; a file of text is one."""

    def write(self, text: str, /) -> object: ...


@dataclass(slots=True)
class Export:
    """What writing statements came to."""

    rows: int = 0
    people: int = 0
    faults: list[ChainFault] = field(default_factory=list)


@needs("report")
def export(
    dispatch: Dispatch,
    sink: Sink,
    by: str,
    since: date | None = None,
    lines: bool = False,
    cancelled: Asked = never,
) -> Export:
    """Writes the statements of everything, delivered or not, and logs that.

    Args:
        sink: takes text as it comes; what was written before an error is to be thrown away.
        by: the name of who takes it out.
        since: of attempts that ended, or were decided on, on that day or later.
        lines: a statement a line, and not one JSON array.

    Raises:
        UsageError: no address of the organisation is set.
        Cancelled: somebody asked to stop.
    """
    _demand_home(dispatch)
    said, made, digest = Said(), Export(), hashlib.sha256()

    def write(piece: str) -> None:
        digest.update(piece.encode())
        sink.write(piece)

    for one in said.of(dispatch, since, cancelled):
        write(f"{one.body}\n" if lines else f"{',' if made.rows else '['}\n{one.body}")
        made.rows += 1
    if not lines:
        write("\n]\n" if made.rows else "[]\n")
    made.people, made.faults = len(said.people), said.faults
    person = dispatch.actor.person or dispatch.desk.store.person(by)
    event = _exported(dispatch, made.rows, digest.hexdigest(), said.people, person)
    dispatch.desk.store.enter(event, dispatch.desk.now())
    return made
