"""The house: one place where ports meet adapters, parts made when they are first used, floors that hold."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from doubles import MemoryCache
from shelf import CONTENT, SHIPPED, SHIPPED_IDS

from simulator.adapters.settings import Settings
from simulator.adapters.store.memory import MemoryStore
from simulator.bootstrap import House, shipped_scenarios
from simulator.model.errors import StoreDamaged
from simulator.model.position import Move
from simulator.workflows.rehearse import begin, resume

ROOT = Path(__file__).parents[1]
# The floors, the lowest first; a file imports only from its own floor and those below.
FLOORS = ["scoring", "model", "engine", "workflows", "adapters", "bootstrap", "tui", "web", "cli"]
# Each in one place; Textual's second is where a session in the browser drives the screens.
PLACES: dict[str, str | tuple[str, ...]] = {
    "textual": ("simulator/tui/", "simulator/web/child.py", "simulator/web/rehearsing.py"),
    "textual_serve": "simulator/web/",
    "aiohttp": "simulator/web/",
    "transitions": "simulator/engine/machine.py",
    "yaml": "simulator/adapters/scenario_yaml/",
    "sqlalchemy": "simulator/adapters/store/",
    "sqlite3": "simulator/adapters/store/",
    "openai": "simulator/adapters/calling/",
    "httpx2": "simulator/adapters/xapi.py",
    "argon2": "simulator/adapters/passwords.py",
    "python_calamine": "simulator/adapters/sheets.py",
}


def test_house_finds_the_shipped_scenarios() -> None:
    """They come with the package, wherever it is installed."""
    assert (shipped_scenarios() / "standard.yaml").is_file()
    assert shipped_scenarios().resolve() == SHIPPED.resolve()


def test_house_makes_nothing_before_it_is_used(house: House, tmp_path: Path) -> None:
    """Neither a file nor a folder nor a connection."""
    assert list(tmp_path.iterdir()) == []
    assert [title.id for title in house.library.titles()] != []
    assert list(tmp_path.iterdir()) == []


def test_house_makes_each_part_once(house: House) -> None:
    """Whoever asks again gets the same one."""
    assert house.library is house.library
    assert house.store is house.store
    assert house.solutions is house.solutions
    assert house.desk is house.desk
    assert house.desk.store is house.store
    assert house.desk.solutions is house.solutions


def test_house_has_a_workshop_that_its_library_searches(house: House, settings: Settings, tmp_path: Path) -> None:
    """Beside the record, or the first folder that the settings name; what is written there is found by its id."""
    assert house.workshop == tmp_path / "scenarios"
    path = house.library.start("mine", None, "en", house.workshop)
    assert house.library.locate("mine").path == path
    assert not house.library.locate("mine").shipped
    named = House(replace(settings, scenarios=(tmp_path / "team", tmp_path / "more")))
    assert named.workshop == tmp_path / "team"


def test_house_keeps_claims_and_unsaved_texts_beside_the_record(
    house: House, settings: Settings, tmp_path: Path
) -> None:
    """Of a record on a server, in the user's own data folder."""
    house.files.claim(tmp_path / "scenario.yaml")
    assert (house.data, (tmp_path / "studio").is_dir()) == (tmp_path, True)
    assert house.files is house.files
    assert House(replace(settings, store="postgresql://host/db")).data.name == "huikuan"


def test_house_keeps_everything_where_the_settings_say(house: House, tmp_path: Path) -> None:
    """The record in its file and the solutions in their folder; nothing else is left."""
    scenario = house.library.read(SHIPPED_IDS[0]).scenario
    assert scenario is not None
    rehearsal = begin(house.desk, scenario, "Wang Min", "practice", "en")
    rehearsal.prepare({})
    rehearsal.hint()
    house.store.close()
    assert {path.name for path in tmp_path.iterdir()} == {"huikuan.db", "solutions"}


def test_house_finds_what_another_one_left(settings: Settings) -> None:
    """Close the program and open it: the attempt goes on where it was."""
    first = House(settings)
    scenario = first.library.read(SHIPPED_IDS[0]).scenario
    assert scenario is not None
    left = begin(first.desk, scenario, "Wang Min", "practice", "en", seed=3)
    left.prepare({})
    left.play(Move("rapport.chat"))
    first.store.close()
    again = resume(House(settings).desk, left.attempt)
    assert again.exchanges == left.exchanges
    assert again.codes == left.codes


def test_house_gives_ids_and_seeds_that_differ(house: House) -> None:
    """No two attempts share an id; seeds are short enough to be typed; times are in UTC."""
    assert len({house.desk.new_id() for _ in range(100)}) == 100
    seeds = {house.desk.new_seed() for _ in range(100)}
    assert len(seeds) > 90
    assert all(0 <= seed < 1_000_000 for seed in seeds)
    offset = house.desk.now().utcoffset()
    assert offset is not None
    assert not offset


def test_house_takes_other_parts(settings: Settings) -> None:
    """Tests put their own in; everything that is made of them uses them."""
    house = House(settings, shipped=CONTENT)
    store, cache = MemoryStore(), MemoryCache()
    house.store, house.cache = store, cache
    scenario = house.library.read("small-debt").scenario
    assert scenario is not None
    begin(house.desk, scenario, "A", "practice", "en").prepare({})
    assert len(store.entries) == 1
    assert not Path(settings.store).exists()


def test_house_looks_into_the_folders_of_the_settings(settings: Settings) -> None:
    """The team's and one's own scenarios stand beside the shipped ones."""
    house = House(replace(settings, scenarios=(CONTENT,)))
    assert {"small-debt", *SHIPPED_IDS} <= {title.id for title in house.library.titles()}
    assert house.library.read("small-debt").scenario is not None


def test_house_over_a_file_that_is_no_store_says_so_when_it_is_used(settings: Settings) -> None:
    """Making the house opens nothing; using the store does."""
    Path(settings.store).write_text("something else")
    house = House(settings)
    with pytest.raises(StoreDamaged):
        house.store.attempts()
    assert Path(settings.store).read_text() == "something else"


# Floors


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Every source file by its path from the root."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.Module) -> Iterator[str]:
    """The modules that a file imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def floor_of(module: str) -> int | None:
    """The floor that a module or file stands on; None where it stands on none."""
    parts = module.removesuffix(".py").replace("/", ".").split(".")
    name = parts[1] if parts[0] == "simulator" and len(parts) > 1 else parts[0]
    return FLOORS.index(name) if name in FLOORS and parts[0] in ("simulator", "scoring") else None


def test_imports_run_only_downward() -> None:
    """A folder is a floor: nothing imports from one above it."""
    upward = [
        (path, module)
        for path, tree in sources("simulator", "scoring")
        for module in imports(tree)
        if (mine := floor_of(path)) is not None and (other := floor_of(module)) is not None and other > mine
    ]
    assert upward == []


def test_adapters_do_not_know_one_another() -> None:
    """Each implements one port."""
    for path, tree in sources("simulator/adapters"):
        own = path.split("/")[2].removesuffix(".py")
        for module in imports(tree):
            if module.startswith("simulator.adapters."):
                assert module.split(".")[2] == own, (path, module)


def test_third_parties_stay_in_one_place() -> None:
    """Textual in the screens, transitions in the machine, YAML and SQL in their adapters."""
    for path, tree in sources("simulator", "scoring", "scenarios"):
        for module in imports(tree):
            place = PLACES.get(module.split(".")[0])
            assert place is None or path.startswith(place), (path, module)


def test_scoring_stands_on_the_standard_library_alone() -> None:
    """The same transcript gets the same score in any year; numpy is where a million observations are judged."""
    for path, tree in sources("scoring"):
        for module in imports(tree):
            top = module.split(".")[0]
            judging = (path, top) == ("scoring/mastery.py", "numpy")
            assert judging or top in sys.stdlib_module_names or top == "scoring", (path, module)


def test_nothing_prints_but_output_and_diagnostics() -> None:
    """One writer to each stream; the processes that a server starts have none to hand it to but themselves."""
    writers = {"simulator/cli/output.py": "stdout", "simulator/cli/diagnostics.py": "stderr"}
    writers |= dict.fromkeys(("simulator/web/child.py", "simulator/web/nursery.py"), "stderr")
    for path, tree in sources("simulator", "scoring", "scenarios"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id != "print", path
            if isinstance(node, ast.Attribute) and node.attr == "write" and isinstance(node.value, ast.Attribute):
                stream = node.value.attr
                assert stream not in ("stdout", "stderr") or writers.get(path) == stream, path


def test_no_package_file_stands_among_the_tests() -> None:
    """A tests/scoring/__init__.py would shadow the package."""
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_data_folders_hold_no_python() -> None:
    """Scenarios are data: no code but an empty package face, so that the wheel carries them."""
    found = {path.relative_to(ROOT).as_posix(): path for path in (ROOT / "scenarios").rglob("*.py")}
    assert list(found) == ["scenarios/__init__.py"]
    body = ast.parse(found["scenarios/__init__.py"].read_text(encoding="utf-8")).body
    assert all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in body)
