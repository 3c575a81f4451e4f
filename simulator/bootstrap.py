"""The one place where ports meet adapters. Heavy adapters are imported when they are first asked for."""

from __future__ import annotations

import getpass
import os
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.adapters.settings import Form, Settings
from simulator.model.actor import OWNER, Actor
from simulator.model.errors import ModelUnreachable, SettingsError

if TYPE_CHECKING:
    from simulator.adapters.calling.chat import EndpointChat
    from simulator.workflows.ports import (
        Exports,
        Library,
        Listener,
        ModelListener,
        Passwords,
        ScenarioFiles,
        Sheets,
        SolutionCache,
        Store,
        Voice,
    )
    from simulator.workflows.privacy import Periods
    from simulator.workflows.queueing import Dispatch
    from simulator.workflows.rehearse import Desk, Rehearsal
    from simulator.workflows.report_material import Writer
    from simulator.workflows.signing_in import Reception
    from simulator.workflows.solutions import Solutions
    from simulator.workflows.talking import Talk

# Seeds are shown and typed by people: six digits are enough to tell attempts apart and short enough to copy.
_SEEDS = 1_000_000
# Seconds for up to four requests at set-up, of which a server that is just loading its model may make one wait.
PROBING = 30.0


def shipped_scenarios() -> Path:
    """The folder of the shipped content."""
    import scenarios

    return Path(scenarios.__path__[0])


@dataclass
class House:
    """The parts of one running program, made when they are first used; tests override them."""

    settings: Settings
    shipped: Path = field(default_factory=shipped_scenarios)
    own: Sequence[Path] = ()
    actor: Actor = OWNER
    holder: str = field(default_factory=lambda: uuid.uuid4().hex)

    @cached_property
    def library(self) -> Library:
        from simulator.adapters.scenario_yaml.library import YamlLibrary

        own = tuple(dict.fromkeys((*self.own, *self.settings.scenarios, self.workshop)))
        found = YamlLibrary(self.shipped, own, lambda: self.store if self.has_store else None, self.actor.is_owner)
        if self.actor.is_owner:
            return found
        from simulator.workflows.closed import library_for

        return library_for(self, found)

    @property
    def has_store(self) -> bool:
        """Whether there is a record already: whoever only looks makes none."""
        return "store" in self.__dict__ or "://" in self.settings.store or os.path.lexists(self.settings.store)

    @property
    def by(self) -> str:
        """Who writes and decides here, by pseudonym: who is signed in, or else whom the settings name."""
        return self.actor.person or self.store.person(self.settings.name.strip() or getpass.getuser())

    @property
    def data(self) -> Path:
        """The folder beside the record, for what the program keeps besides; of a record on a server, the user's own."""
        if "://" not in self.settings.store:
            return Path(self.settings.store).absolute().parent
        import platformdirs

        return Path(platformdirs.user_data_dir("huikuan", appauthor=False))

    @property
    def workshop(self) -> Path:
        """Where one's own scenarios live; it need not exist."""
        return self.settings.scenarios[0] if self.settings.scenarios else self.data / "scenarios"

    @cached_property
    def files(self) -> ScenarioFiles:
        """The texts of scenarios, to be edited: files and the team's shelf; for who is signed in, that alone."""
        from simulator.adapters.scenario_yaml.files import YamlFiles
        from simulator.workflows.closed import files_for
        from simulator.workflows.team_files import TeamFiles

        files, only = YamlFiles(self.data, self.shipped), None if self.actor.is_owner else self.shipped
        return files_for(self, TeamFiles(lambda: self.desk if self.has_store else None, lambda: self.by, files, only))

    @cached_property
    def store(self) -> Store:
        from simulator.adapters.store.sql import SqlStore

        return SqlStore(self.settings.store)

    def keep(self, changes: Mapping[str, object]) -> Settings:
        """The settings with changes that last: in their file, or with the record for somebody who is signed in.

        Raises:
            SettingsError: a change is none, or it cannot be written.
            Forbidden: who is signed in may not change that; it is logged.
        """
        from simulator.adapters import settings
        from simulator.workflows.preferences import prefer

        if self.actor.is_owner:
            return settings.save(self.settings, **changes)
        if wrong := settings.faults(changes):
            raise SettingsError("\n".join(wrong))
        prefer(self, self.store, changes)
        return replace(self.settings, **changes)  # type: ignore[arg-type]

    @cached_property
    def exports(self) -> Exports:
        """The folder of exports that went nowhere else."""
        from simulator.adapters.exports import ExportFolder

        return ExportFolder(self.data / "exports")

    @cached_property
    def sheets(self) -> Sheets:
        from simulator.adapters.sheets import FileSheets

        return FileSheets()

    @property
    def periods(self) -> Periods:
        """How long each kind of data is kept."""
        from simulator.workflows.privacy import Periods

        told = {kind: getattr(self.settings, f"keep_{kind}") for kind in ("typed", "practice", "leavers", "exports")}
        return Periods(**{kind: days for kind, days in told.items() if days is not None})

    @cached_property
    def cache(self) -> SolutionCache:
        from simulator.adapters.cache import FileCache

        return FileCache(self.settings.cache)

    @cached_property
    def solutions(self) -> Solutions:
        from simulator.workflows.solutions import Solutions

        return Solutions(self.cache)

    @cached_property
    def listener(self) -> Listener:
        from simulator.adapters.listen.offline import OfflineListener

        catalogue = self.library.catalogue()
        names = (*(family.name for family in catalogue.families), *(tactic.name for tactic in catalogue.tactics))
        texts = (text for name in names if name for text in (name.zh, name.en) if text)
        return OfflineListener((*(tactic.id for tactic in catalogue.tactics), *texts))

    @cached_property
    def chat(self) -> EndpointChat | None:
        """The model's endpoint; None where none is set. Its client is loaded when it is first called."""
        if not self.settings.has_model:
            return None
        from simulator.adapters.calling.chat import EndpointChat

        return EndpointChat(self.settings.model_url, self.settings.model_key, self.settings.model_name)

    @cached_property
    def through_model(self) -> ModelListener | None:
        """The second listener; None where a model is not to listen."""
        if self.chat is None or not self.settings.model_listen:
            return None
        from simulator.adapters.listen.through_model import ThroughModel

        return ThroughModel(self.chat, self.settings.model_form or "schema")

    @cached_property
    def voice(self) -> Voice | None:
        """The debtor's voice; None where a model is not to speak."""
        if self.chat is None or not self.settings.model_speak:
            return None
        from simulator.adapters.voice.through_model import ModelVoice

        return ModelVoice(self.chat)

    def talk(self, rehearsal: Rehearsal) -> Talk:
        """An attempt's talk in one's own words, with a model where one is set and allowed; its client loads ahead."""
        from simulator.workflows.hearing import model_allowed
        from simulator.workflows.talking import Talk

        if not model_allowed(rehearsal.mode, forbidden=not rehearsal.state.started.model):
            return Talk(rehearsal, self.listener)
        if self.chat is not None:
            self.chat.warm()
        return Talk(rehearsal, self.listener, self.through_model, self.voice, self.settings.model_patience)

    def forget_model(self) -> None:
        """Lets go of what was made under earlier settings of the model; it is made anew when it is asked for."""
        chat = self.__dict__.get("chat")
        for part in ("chat", "through_model", "voice"):
            self.__dict__.pop(part, None)
        if chat is not None:
            chat.close()

    def probe(self) -> Form:
        """Asks the endpoint that is set how it can be held to a form, as is done once when it is set up.

        Raises:
            ModelError: it does not answer, or none is set.
        """
        if self.chat is None:
            raise ModelUnreachable
        from simulator.adapters.listen.through_model import probe

        return probe(self.chat, PROBING).form

    @cached_property
    def passwords(self) -> Passwords:
        """How passwords are kept; the library is loaded when one is asked about."""
        from simulator.adapters.passwords import ArgonPasswords

        return ArgonPasswords()

    @cached_property
    def reception(self) -> Reception:
        """Where people sign in."""
        from simulator.workflows.signing_in import Reception

        return Reception(self.store, self.passwords, lambda: datetime.now(UTC))

    @cached_property
    def exporter(self) -> Writer:
        """What puts reports into files; a format's libraries are loaded when it is written."""
        from simulator.adapters.export import FileExporter

        return FileExporter()

    @cached_property
    def dispatch(self) -> Dispatch:
        """What tells the company's learning system."""
        from simulator.workflows.queueing import Dispatch

        settings, receiver = self.settings, None
        if settings.has_xapi:
            from simulator.adapters.xapi import HttpReceiver

            receiver = HttpReceiver(settings.xapi_url, settings.xapi_key, settings.xapi_secret)
        return Dispatch(
            desk=self.desk,
            library=self.library,
            home=settings.xapi_home,
            texts=settings.xapi_texts,
            receiver=receiver,
            chance=secrets.SystemRandom().random,
        )

    @cached_property
    def desk(self) -> Desk:
        from simulator.workflows.rehearse import Desk

        return Desk(
            store=self.store,
            solutions=self.solutions,
            now=lambda: datetime.now(UTC),
            new_id=lambda: uuid.uuid4().hex,
            new_seed=lambda: secrets.randbelow(_SEEDS),
            actor=self.actor,
            holder=self.holder,
        )
