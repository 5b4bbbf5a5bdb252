"""L06, L07, M16 and S25: what can be read off the programs without running them."""

import ast
from pathlib import Path
from typing import Any

from .fits import fitted_before_split
from .taken import taken_from_submission
from .uses import calls_in, forbidden, names_of

QUIET = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign, ast.Pass)
# Calls that are common on import and touch nothing outside of the process.
QUIET_CALLS = ("warnings.", "logging.", "random.seed", "numpy.random.seed")
LOUD_VERBS = ("open", "read", "load", "write", "save", "to_", "mkdir", "unlink", "print", "download", "run", "system")


def code(prepare: Path, metric: Path) -> dict[str, Any]:
    """Signatures, stubs, imports, forbidden calls and metric classes."""
    return {"prepare": prepare_facts(prepare), "metric": metric_facts(metric)}


def parsed(path: Path) -> tuple[ast.Module | None, str]:
    try:
        return ast.parse(path.read_text(encoding="utf-8")), ""
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return None, f"{type(error).__name__}: {error}".replace(str(path), path.name)


def prepare_facts(path: Path) -> dict[str, Any]:
    tree, fault = parsed(path)
    if tree is None:
        return {"fault": fault, "signature": None, "stub": True, "sideEffects": [], "forbidden": [], "fitsBeforeSplit": []}
    # The last definition is the one that an import leaves.
    function = next((node for node in reversed(tree.body) if isinstance(node, ast.FunctionDef) and node.name == "prepare"), None)
    return {
        "fault": "",
        "signature": None if function is None else [argument.arg for argument in function.args.args],
        "stub": function is None or not fills_folders(function),
        "sideEffects": side_effects(tree),
        "forbidden": forbidden(tree),
        "fitsBeforeSplit": fitted_before_split(function),
    }


def fills_folders(function: ast.FunctionDef) -> bool:
    """Whether the body does anything with the folders that it is to fill."""
    folders = {argument.arg for argument in function.args.args[1:]}
    used = {node.id for statement in function.body for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return bool(folders) and folders <= used


def metric_facts(path: Path) -> dict[str, Any]:
    tree, fault = parsed(path)
    if tree is None:
        return {"fault": fault, "classes": [], "methods": {}, "needsArguments": False, "sideEffects": [], "forbidden": [], "fromSubmission": [], "text": ""}
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name.endswith("Metrics")]
    functions = [node for chosen in classes[:1] for node in chosen.body if isinstance(node, ast.FunctionDef)]
    maker = next((node for node in functions if node.name == "__init__"), None)
    return {
        "fault": "",
        "classes": [node.name for node in classes],
        "methods": {node.name: [argument.arg for argument in node.args.args] for node in functions},
        "needsArguments": maker is not None and len(maker.args.args) - 1 > len(maker.args.defaults),
        "sideEffects": side_effects(tree),
        "forbidden": forbidden(tree),
        "fromSubmission": taken_from_submission(tree),
        "text": ast.get_docstring(tree) or "",
    }


def side_effects(tree: ast.Module) -> list[str]:
    """Statements that do something when the module is imported."""
    names = names_of(tree)
    return [ast.unparse(node)[:80] for node in tree.body if not quiet(node, names)]


def quiet(node: ast.stmt, names: dict[str, str]) -> bool:
    """Whether a statement of a module only defines things."""
    if isinstance(node, ast.Expr):
        told = [name for name, _ in calls_in(node, names)]
        return isinstance(node.value, ast.Constant) or (bool(told) and all(name.startswith(QUIET_CALLS) for name in told))
    if isinstance(node, ast.If):
        return "__name__" in ast.unparse(node.test) or all(quiet(inner, names) for inner in [*node.body, *node.orelse])
    if isinstance(node, ast.Try):
        return all(
            quiet(inner, names) for inner in [*node.body, *node.orelse, *node.finalbody, *(inner for handler in node.handlers for inner in handler.body)]
        )
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        return not any(name.split(".")[-1].startswith(LOUD_VERBS) for name, _ in calls_in(node.value, names))
    return isinstance(node, QUIET)
