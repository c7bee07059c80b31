"""The house: which part may import which, and that there is no cycle. Read from the imports themselves."""

import ast
import sys
from pathlib import Path

import pytest

import studynn

ROOT = Path(studynn.__file__).parent
MAY_IMPORT = {
    "nn": {"nn"},
    "core": {"core"},
    "worked": {"worked", "core", "nn"},
    "questions": {"questions", "core"},
    "bank": {"bank", "core", "questions", "cache_database"},
    "history": {"history", "core", "cache_database"},
    "cache_database": set(),
    "views": {"views", "core"},
    "environment": {"core"},
    "cli": {"cli", "core", "worked", "questions", "bank", "history", "views", "environment", ""},
    "__main__": {"cli", "core", "views", "environment"},
    "": set(),
}
LIBRARIES = {
    "nn": {"numpy"},
    "core": {"fsrs"},
    "worked": {"numpy"},
    "questions": set(),
    "bank": {"yaml", "pydantic"},
    "history": {"numpy", "pydantic"},
    "cache_database": set(),
    "views": {"rich"},
    "environment": {"platformdirs"},
    "cli": {"typer", "numpy"},  # numpy to read .npy files
    "__main__": set(),
    "": set(),
}
IMPURE = {"os", "sys", "pathlib", "time", "random", "sqlite3", "io", "subprocess", "socket", "threading", "tempfile"}
FILES = sorted(ROOT.rglob("*.py"))


def layer(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return "" if parts == ("__init__",) else parts[0]


def imports(path):
    """Absolute names of everything a file imports, wherever in it the import stands, but not for type checking only."""
    package = ("studynn", *path.relative_to(ROOT).parent.parts)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            yield from ([f"{module}.{alias.name}" for alias in node.names] if not node.module else [module])


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_part_imports_only_the_parts_and_libraries_that_it_may(path):
    own = layer(path)
    for name in imports(path):
        top, *rest = name.split(".")
        if top == "studynn":
            target = rest[0] if rest and ((ROOT / rest[0]).exists() or (ROOT / f"{rest[0]}.py").exists()) else ""
            assert target in MAY_IMPORT[own], f"{own} imports {name}"
        elif top != "__future__" and top not in sys.stdlib_module_names:
            assert top in LIBRARIES[own], f"{own} imports {name}"


@pytest.mark.parametrize("path", [path for path in FILES if layer(path) == "core"], ids=lambda path: path.name)
def test_the_core_touches_no_file_clock_terminal_or_random_generator(path):
    assert not {name.split(".")[0] for name in imports(path)} & IMPURE


def test_no_cycle_between_files():
    names = {
        path: ".".join(("studynn", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
        for path in FILES
    }
    paths = {name: path for path, name in names.items()}
    needs = {path: {paths[name] for name in imports_at_load(path) if name in paths} - {path} for path in FILES}
    done = set()
    while ready := [path for path in FILES if path not in done and needs[path] <= done]:
        done.update(ready)
    assert [names[path] for path in FILES if path not in done] == []


def imports_at_load(path):
    """What is imported when a file is loaded: only the statements outside functions."""
    package = ("studynn", *path.relative_to(ROOT).parent.parts)
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").startswith("studynn")):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_evaluates_code_from_data_or_reaches_for_the_network(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not called & {"eval", "exec", "compile", "__import__"}
    assert not {name.split(".")[0] for name in imports(path)} & {"socket", "urllib", "http", "ssl", "pickle", "marshal"}
