"""Who may import whom, and where a country, SQL and the profile may be known: the table of the architecture."""

from __future__ import annotations

import ast
import graphlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOOLS = {"benchmarks", "fuzz", "supply", "tests"}
OURS = {"ground", "importer", "desk", "etl", "indicators", "planning", "atlas", "pages", "dashboard"} | TOOLS
MAY_IMPORT = {
    "ground": set(),
    "importer": {"ground"},
    "desk": {"importer", "ground"},
    "etl": {"importer", "ground"},
    "indicators": {"ground"},
    "planning": {"ground"},
    "atlas": {"indicators", "importer", "planning", "desk", "ground"},
    "pages": {"atlas", "desk", "indicators", "planning", "importer", "ground"},
    "dashboard": {"pages", "atlas", "desk", "indicators", "planning", "importer", "ground"},
}
#: Within `atlas/`: wing → what of the other wings it may import. What is looked at stands below what asks for it.
WINGS: dict[str, set[str]] = {
    "look": set(),
    "guard": {"look"},
    "kept": {"look"},
    "view": {"look", "kept"},
    "work": {"look", "kept", "view"},
    "maps": {"look", "kept", "view", "work"},
    "charts": {"look", "maps"},
    "files": {"look", "view", "maps", "charts"},
    "published": {"look", "kept", "view", "charts", "files"},
    "pieces": {"look", "kept", "view", "maps", "charts", "files", "published", "intake", "work"},
    "projects": {"look", "view", "maps", "charts", "files", "published", "pieces"},
    "places": {"look", "kept", "view", "maps", "charts", "published", "pieces", "projects", "desk"},
    "planner": {"look", "kept", "view", "work", "maps", "charts", "files", "published", "pieces", "intake"},
    "intake": {"look", "guard", "work"},
}
WINGS["desk"] = {"look", "kept", "view", "work", "maps", "charts", "files", "pieces", "intake", "guard"}
WINGS["first"] = {"look", "kept", "view", "published", "pieces", "places"}
WINGS["handout"] = {"look", "view", "work", "maps", "files"}
WINGS["serve"] = set(WINGS) | {"serve"}
WINGS["main"] = set(WINGS)
#: The list of pages imports them, and a handout runs one: file → what it may import beyond its folder's rule.
FRAME = {"atlas/first/listed.py": {"pages"}, "atlas/handout/shown.py": {"pages"}}
OPENS_DATABASES = "ground/handles.py"
READ_FILES_BY_DUCKDB = ("importer/read/declared_table.py",)  # in a confined process
READS_PROFILES = "etl/declaration.py"
NAMES_THE_DEFAULT_PROFILE = "etl/__main__.py"

HAN = re.compile(r"[\u4e00-\u9fff]")
DIVISION_CODE = re.compile(r"\b[1-8]\d{5}(?:\d{3}|\d{6})?\b")  # 6, 9 or 12 digits, as in 431128
#: Ways that place names of China end: a name is such an ending after one or more characters.
PLACE_NAME = re.compile(
    r"[\u4e00-\u9fff]{1,6}(?:省|市|县|自治区|自治州|街道|镇)|北京|上海|天津|重庆|中国|湖南|永州|香港|澳门|台湾"
)
#: Chinese words of the trade that end alike and name no place.
WORDS = {"省级", "市级", "县级", "地市"}
SQL = re.compile(r"\b(?:SELECT\s+.+\s+FROM|INSERT\s+INTO|CREATE\s+TABLE|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\b", re.DOTALL)


@dataclass(frozen=True)
class Module:
    path: str  # from the root, with slashes
    tree: ast.Module

    @property
    def folder(self) -> str:
        return self.path.split("/")[0].removesuffix(".py")


def modules(*folders: str) -> list[Module]:
    found = []
    for folder in folders:
        root = ROOT / folder
        paths = [root.with_suffix(".py")] if root.with_suffix(".py").is_file() else sorted(root.rglob("*.py"))
        for path in paths:
            relative = path.relative_to(ROOT).as_posix()
            if "vendor_static" not in relative:
                found.append(Module(relative, ast.parse(path.read_text(encoding="utf-8"), relative)))
    return found


def imported(module: Module) -> Iterator[tuple[str, int]]:
    """Top names of all imports, also those inside functions, with their line."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.split(".")[0], node.lineno
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield module.folder, node.lineno
            elif node.module:
                yield node.module.split(".")[0], node.lineno


def texts(module: Module) -> Iterator[tuple[str, int]]:
    """All text constants but docstrings, the parts of f-strings included."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = set()
    for node in ast.walk(module.tree):
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr):
            docstrings.add(id(node.body[0].value))
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value, node.lineno


def numbers(module: Module) -> Iterator[tuple[int, int]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and type(node.value) is int:
            yield node.value, node.lineno


def calls(module: Module, *names: str) -> Iterator[int]:
    """Lines where one of some dotted names is called or spoken of."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in names:
            yield node.lineno


ALL = modules("ground", "importer", "desk", "etl", "indicators", "planning", "atlas", "pages", "dashboard")
#: dotted name → file
FILES = {module.path[:-3].removesuffix("/__init__").replace("/", "."): module.path for module in ALL}
by_path = pytest.mark.parametrize("module", ALL, ids=lambda module: module.path)
WITHOUT_A_COUNTRY = [module for module in ALL if module.folder != "planning"]


MOST_LINES, MOST_MODULES = 400, 21
THE_WORD = "More than 400 lines:"


@pytest.mark.parametrize(
    "module", modules("tests", "fuzz", "benchmarks", "supply") + ALL, ids=lambda module: module.path
)
def test_a_long_file_says_why(module: Module) -> None:
    lines = (ROOT / module.path).read_text(encoding="utf-8").count("\n")
    assert lines <= MOST_LINES or THE_WORD in (ast.get_docstring(module.tree) or ""), lines


def test_no_folder_is_crowded() -> None:
    """Modules beside a folder's own folders; more than about twenty nobody overlooks."""
    inside = Counter(module.path.rpartition("/")[0] for module in ALL if not module.path.endswith("__init__.py"))
    assert {folder: count for folder, count in inside.items() if count > MOST_MODULES} == {}


def test_no_two_test_files_share_a_name() -> None:
    """pytest imports them by their bare names: the second of a name would stop every run."""
    names = Counter(path.name for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name, count in names.items() if count > 1] == []


def test_there_is_something_to_look_at() -> None:
    assert {module.folder for module in ALL} >= {
        "importer",
        "etl",
        "indicators",
        "atlas",
        "pages",
        "dashboard",
    }
    assert len(ALL) > 40


@by_path
def test_imports_go_down_only(module: Module) -> None:
    allowed = MAY_IMPORT[module.folder] | FRAME.get(module.path, set()) | {module.folder}
    wrong = [(name, line) for name, line in imported(module) if name in OURS and name not in allowed]
    assert wrong == [], f"{module.path} may import of ours only {sorted(allowed)}"


@pytest.mark.parametrize("module", modules("atlas"), ids=lambda module: module.path)
def test_a_wing_imports_only_what_its_name_says(module: Module) -> None:
    if module.path == "atlas/__init__.py":
        return
    wing = wing_of(module.path)
    wrong = {name for name in imported_files(module) if name.startswith("atlas/")}
    assert {name for name in wrong if wing_of(name) not in WINGS[wing] | {wing}} == set()


def wing_of(path: str) -> str:
    """`atlas/look/html.py` → look; `atlas/main.py` → main."""
    return path.split("/")[1].removesuffix(".py")


def imported_files(module: Module) -> set[str]:
    """Files of ours that a module imports, also inside functions."""
    names = {name for name, _ in imported_names(module)}
    names |= {node.module for node in ast.walk(module.tree) if isinstance(node, ast.ImportFrom) and node.module}
    names |= {alias.name for node in ast.walk(module.tree) if isinstance(node, ast.Import) for alias in node.names}
    return {FILES[name] for name in names if name in FILES}


def test_no_circle() -> None:
    """Not between two modules, nor between the folders of a room; imports inside functions count too."""
    files: dict[str, set[str]] = {module.path: imported_files(module) - {module.path} for module in ALL}
    assert circle(files) == []
    folders: dict[str, set[str]] = {}
    for path, others in files.items():
        folders.setdefault(folder_of(path), set()).update({folder_of(other) for other in others} - {folder_of(path)})
    assert circle(folders) == []


def folder_of(path: str) -> str:
    """`importer/read/chunk.py` → importer/read; what lies directly in a room stands for itself."""
    steps = path.split("/")
    return "/".join(steps[:2])


def circle(arrows: dict[str, set[str]]) -> list[str]:
    """Names that reach each other in a ring; empty where there is no ring."""
    try:
        graphlib.TopologicalSorter(arrows).prepare()
    except graphlib.CycleError as error:
        return list(error.args[1])
    return []


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": set()}) == []
    assert set(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}})) == {"a", "b", "c"}


@by_path
def test_one_file_opens_databases(module: Module) -> None:
    """With every door of DuckDB closed. Only foreign files are read by handles that may read files."""
    if module.path not in (OPENS_DATABASES, *READ_FILES_BY_DUCKDB):
        assert list(calls(module, "duckdb.connect")) == []
    aliased = [name for name, _ in imported_names(module) if name in ("duckdb.connect",)]
    assert aliased == []


def imported_names(module: Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno


@pytest.mark.parametrize("module", modules("pages"), ids=lambda module: module.path)
def test_pages_know_no_sql(module: Module) -> None:
    assert [line for name, line in imported(module) if name == "duckdb"] == []
    assert [(text, line) for text, line in texts(module) if SQL.search(text)] == []
    assert not [
        node.lineno
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr in ("execute", "sql", "cursor")
    ]


@by_path
def test_one_file_reads_profiles(module: Module) -> None:
    found = [line for text, line in texts(module) if "profile.toml" in text]
    assert found == [] or module.path == READS_PROFILES, found


@pytest.mark.parametrize("module", WITHOUT_A_COUNTRY, ids=lambda module: module.path)
def test_no_country_in_the_code(module: Module) -> None:
    """No division codes, no place names and no "china": another country is another folder, and no code."""
    named = {text for text, _ in texts(module) if "china" in text.lower()}
    default = {"china", "profile folder (default: China)"}
    assert named == (default if module.path == NAMES_THE_DEFAULT_PROFILE else set())
    codes = [text for text, _ in texts(module) if DIVISION_CODE.fullmatch(text.strip())]
    assert codes == []
    assert [number for number, _ in numbers(module) if looks_like_a_code(number)] == []
    names = [found for text, _ in texts(module) for found in PLACE_NAME.findall(text) if found not in WORDS]
    assert names == []


def looks_like_a_code(number: int) -> bool:
    """Six digits of a province (11 to 82) and its parts; round numbers are sizes and limits."""
    return 110_000 <= number <= 829_999 and number % 1000 != 0 and DIVISION_CODE.fullmatch(str(number)) is not None


@pytest.mark.parametrize("path", sorted((ROOT / "indicators" / "sql").glob("*.sql")), ids=lambda path: path.name)
def test_no_country_in_the_queries(path: Path) -> None:
    body = "\n".join(line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("-- "))
    assert not HAN.search(body)
    assert not DIVISION_CODE.search(body)
    assert "china" not in body.lower()


def test_the_rules_find_what_they_look_for() -> None:
    """Each rule on a module made to break it."""
    bad = Module(
        "pages/bad.py",
        ast.parse(
            "import duckdb\nfrom etl.store import Store\nfrom duckdb import connect\n"
            "def f():\n    '''china 431128'''\n    from etl import build\n"
            "    q = f'SELECT * FROM place WHERE id = {431128}'\n    n = '永州市'\n    c = duckdb.connect()\n"
        ),
    )
    assert [name for name, _ in imported(bad)] == ["duckdb", "etl", "duckdb", "etl"]
    assert ("duckdb.connect", 3) in imported_names(bad)
    assert list(calls(bad, "duckdb.connect")) == [9]
    assert any(SQL.search(text) for text, _ in texts(bad))
    assert all("china" not in text for text, _ in texts(bad))
    assert any(PLACE_NAME.search(text) for text, _ in texts(bad))
    assert any(looks_like_a_code(number) for number, _ in numbers(bad))
    assert not looks_like_a_code(500_000) and DIVISION_CODE.fullmatch("431128")
