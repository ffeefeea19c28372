"""The direction of flow: a module imports only from its own layer or from those below it."""

import ast
from pathlib import Path

import districting

ORDER = [
    "terms",
    "errors",
    "county",
    "plan",
    "graph",
    "demand",
    "read",
    "sample",
    "model",
    "policy",
    "solve",
    "evaluate",
    "proposing",
    "export",
    "workbench",
    "cli",
]
ROOT = Path(districting.__file__).parent


def _layer(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "districting" and len(parts) > 1 else None


def _imports(path: Path) -> list[tuple[int, str]]:
    """Return the modules imported for use at run time or for types, with line numbers."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.append((node.lineno, node.module))
        elif isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
    return found


def test_imports_only_point_downwards() -> None:
    """No module imports a layer above its own; the county's current plan is the one exception."""
    wrong = []
    for path in ROOT.rglob("*.py"):
        own = path.relative_to(ROOT).parts[0].removesuffix(".py")
        if own == "__init__":
            continue
        assert own in ORDER, f"{own} has no place in the order of layers"
        for line, module in _imports(path):
            layer = _layer(module)
            if layer is None or (own, layer) == ("county", "plan"):
                continue
            if ORDER.index(layer) > ORDER.index(own):
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {module}")
    assert not wrong, wrong


def test_rules_know_no_solver_and_checks_know_no_model() -> None:
    """Policies never touch a solver; evaluation never touches models or solvers."""
    wrong = []
    for path in ROOT.rglob("*.py"):
        own = path.relative_to(ROOT).parts[0].removesuffix(".py")
        for line, module in _imports(path):
            if own == "policy" and (module.startswith("ortools") or _layer(module) == "solve"):
                wrong.append(f"{path}:{line} imports {module}")
            if own == "evaluate" and (
                _layer(module) in ("model", "solve") or module.startswith("ortools")
            ):
                wrong.append(f"{path}:{line} imports {module}")
    assert not wrong, wrong
