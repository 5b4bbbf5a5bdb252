"""L06, L07, L09 and S25: what can be read off the programs without running them."""

import ast
from pathlib import Path
from typing import Any

ALLOWED = {"pandas", "numpy", "sklearn", "scipy", "pathlib", "json", "csv", "math", "re", "hashlib", "mledojo", "typing", "collections", "__future__", "io", "itertools", "functools", "datetime", "string", "shutil"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "input", "breakpoint", "globals", "setattr"}
FORBIDDEN_NAMES = {"os.environ", "os.getenv", "os.system", "time.time", "time.time_ns", "datetime.now", "datetime.datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.date.today", "pd.Timestamp.now", "pandas.Timestamp.now"}
UNSEEDED = {"np.random.rand", "np.random.randn", "np.random.random", "np.random.randint", "np.random.shuffle", "np.random.permutation", "np.random.choice", "numpy.random.rand", "numpy.random.shuffle", "random.random", "random.shuffle", "random.choice", "random.sample", "random.randint"}
SEEDED_BY = {"sample": "random_state", "train_test_split": "random_state", "GroupShuffleSplit": "random_state", "ShuffleSplit": "random_state", "StratifiedShuffleSplit": "random_state"}
LEARNERS = {"fit", "fit_transform"}


def code(prepare: Path, metric: Path) -> dict[str, Any]:
    """Signatures, stubs, imports, forbidden calls and metric classes."""
    return {"prepare": prepare_facts(prepare), "metric": metric_facts(metric)}


def parsed(path: Path) -> tuple[ast.Module | None, str]:
    try:
        return ast.parse(path.read_text(encoding="utf-8")), ""
    except (OSError, SyntaxError, ValueError) as error:
        return None, f"{type(error).__name__}: {error}"


def prepare_facts(path: Path) -> dict[str, Any]:
    tree, fault = parsed(path)
    if tree is None:
        return {"fault": fault, "signature": None, "stub": True, "sideEffects": [], "forbidden": [], "fitsBeforeSplit": []}
    function = next((node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "prepare"), None)
    body = [] if function is None else [node for node in function.body if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) and not isinstance(node, (ast.Pass, ast.Raise))]
    return {
        "fault": "",
        "signature": None if function is None else [argument.arg for argument in function.args.args],
        "stub": len(body) < 2,
        "sideEffects": side_effects(tree),
        "forbidden": forbidden(tree),
        "fitsBeforeSplit": learned_before_split(function),
    }


def metric_facts(path: Path) -> dict[str, Any]:
    tree, fault = parsed(path)
    if tree is None:
        return {"fault": fault, "classes": [], "methods": {}, "needsArguments": False, "sideEffects": [], "forbidden": [], "text": ""}
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name.endswith("Metrics")]
    methods = {node.name: [argument.arg for argument in node.args.args] for chosen in classes[:1] for node in chosen.body if isinstance(node, ast.FunctionDef)}
    maker = next((node for chosen in classes[:1] for node in chosen.body if isinstance(node, ast.FunctionDef) and node.name == "__init__"), None)
    return {
        "fault": "",
        "classes": [node.name for node in classes],
        "methods": methods,
        "needsArguments": maker is not None and len(maker.args.args) - 1 > len(maker.args.defaults),
        "sideEffects": side_effects(tree),
        "forbidden": forbidden(tree),
        "text": ast.get_docstring(tree) or "",
    }


def side_effects(tree: ast.Module) -> list[str]:
    """Statements that do something when the module is imported."""
    quiet = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    found = []
    for node in tree.body:
        is_main = isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)
        is_import = isinstance(node, ast.Try) and all(isinstance(inner, quiet) for inner in node.body)
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not (isinstance(node, quiet) or is_main or is_import or is_text):
            found.append(ast.unparse(node)[:80])
    return found


def forbidden(tree: ast.Module) -> list[str]:
    """Imports beyond the allowed ones, reads of clock or environment, and randomness without a seed."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            found += [f"import {name}" for name in names if name.split(".")[0] not in ALLOWED]
        elif isinstance(node, ast.Attribute) and ast.unparse(node) in FORBIDDEN_NAMES | UNSEEDED:
            found.append(ast.unparse(node))
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in FORBIDDEN_CALLS:
                found.append(f"{name}()")
            seed = SEEDED_BY.get(name.split(".")[-1])
            if seed is not None and not any(keyword.arg == seed for keyword in node.keywords):
                found.append(f"{name}() without {seed}")
            if name.endswith("default_rng") and not node.args and not node.keywords:
                found.append(f"{name}() without a seed")
    return sorted(set(found))


def learned_before_split(function: ast.FunctionDef | None) -> list[str]:
    """Fits on the whole table in the lines before the first split."""
    if function is None:
        return []
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    splits = [node.lineno for node in calls if ast.unparse(node.func).split(".")[-1] in ("split", "train_test_split", "next")]
    first = min(splits, default=0)
    return [ast.unparse(node.func) for node in calls if isinstance(node.func, ast.Attribute) and node.func.attr in LEARNERS and node.lineno < first]
