"""L09: network, processes, environment, clock, evaluated text and unseeded chance, told from a program's syntax tree.

Names are followed through imports and their aliases, so that `from time import time as t` hides nothing. What a program
hides better is stopped by the sandbox and seen by the second run (D02).
"""

import ast
import sys

LIBRARIES = {"pandas", "numpy", "sklearn", "scipy", "mledojo", "mlebench", "tqdm", "PIL", "soundfile", "pyarrow", "openpyxl", "skimage"}
CLOSED_MODULES = {
    *("socket", "ssl", "http", "urllib", "ftplib", "smtplib", "poplib", "imaplib", "xmlrpc", "socketserver", "asyncio", "webbrowser", "selectors"),
    *("subprocess", "multiprocessing", "concurrent", "threading", "signal", "pty", "ctypes", "importlib", "runpy", "code", "codeop", "builtins"),
    *("secrets", "uuid", "platform", "getpass", "pwd", "locale", "marshal"),
}
CLOSED_CALLS = {"eval", "exec", "compile", "__import__", "input", "breakpoint", "globals", "setattr"}
CLOSED_NAMES = {
    *("os.environ", "os.environb", "os.getenv", "os.putenv", "os.urandom", "os.system", "os.popen", "os.fork", "os.kill", "os.uname", "random.SystemRandom"),
    *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.monotonic", "datetime.datetime.now", "datetime.datetime.utcnow"),
    *("datetime.datetime.today", "datetime.date.today", "pandas.Timestamp.now", "pandas.Timestamp.today", "pandas.Timestamp.utcnow"),
}
CLOSED_PREFIXES = ("os.exec", "os.spawn", "os.posix_spawn")
MOMENTS = {"pandas.Timestamp", "pandas.to_datetime", "numpy.datetime64"}
ADDRESSES = ("http://", "https://", "ftp://", "s3://", "gs://")
GENERATORS = {"default_rng", "RandomState", "SeedSequence", "Random", "PCG64", "MT19937", "Philox", "SFC64"}
RANDOM_MODULES = ("numpy.random", "random")
SPLITTERS = {"train_test_split", "GroupShuffleSplit", "ShuffleSplit", "StratifiedShuffleSplit", "sklearn.utils.shuffle", "sklearn.utils.resample"}
FOLDS = {"KFold", "StratifiedKFold", "GroupKFold", "StratifiedGroupKFold"}


def names_of(tree: ast.AST) -> dict[str, str]:
    """What each imported name stands for."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname or alias.name.split(".")[0]: alias.name if alias.asname else alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def dotted(node: ast.AST, names: dict[str, str]) -> str:
    """The full name of an expression such as `np.random.rand`; of other receivers only the last part, after a dot."""
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    return f"{dotted(node.value, names)}.{node.attr}" if isinstance(node, ast.Attribute) else ""


def calls_in(tree: ast.AST, names: dict[str, str]) -> list[tuple[str, ast.Call]]:
    """Every call with the full name of what is called."""
    return [(dotted(node.func, names), node) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def forbidden(tree: ast.Module) -> list[str]:
    """What the program uses and must not, sorted; each once."""
    names = names_of(tree)
    calls = calls_in(tree, names)
    seeded = {module for module in RANDOM_MODULES if any(name == f"{module}.seed" and given(call) for name, call in calls)}
    found = {f"import {name}" for name in imported(tree) if not open_module(name)}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
            name = dotted(node, names)
            if name in CLOSED_NAMES or name.startswith(CLOSED_PREFIXES):
                found.add(name)
    for name, call in calls:
        found |= {f"{name}()"} if name in CLOSED_CALLS else set()
        found |= unseeded(name, call, seeded)
        texts = [
            argument.value
            for argument in [*call.args, *(keyword.value for keyword in call.keywords)]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
        found |= {f"{name}({text!r})" for text in texts if text.startswith(ADDRESSES) or (name in MOMENTS and text in ("now", "today"))}
    return sorted(found)


def imported(tree: ast.Module) -> list[str]:
    return [
        name
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or "."])
    ]


def open_module(name: str) -> bool:
    top = name.split(".")[0]
    return top in LIBRARIES or (top in sys.stdlib_module_names and top not in CLOSED_MODULES)


def given(call: ast.Call) -> bool:
    """Whether the first argument is there and is not None."""
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    return bool(values) and not (isinstance(values[0], ast.Constant) and values[0].value is None)


def unseeded(name: str, call: ast.Call, seeded: set[str]) -> set[str]:
    """The call where it draws by chance and nobody set a seed. Pandas and scikit-learn draw from numpy's."""
    module, _, last = name.rpartition(".")
    words = {keyword.arg: keyword.value for keyword in call.keywords}
    state = words.get("random_state")
    stated = state is not None and not (isinstance(state, ast.Constant) and state.value is None)
    if module in RANDOM_MODULES:
        missing = not given(call) if last in GENERATORS else last != "seed" and module not in seeded
        return {f"{name}() without a seed"} if missing else set()
    shuffles = words.get("shuffle")
    drawn = (
        (last in SPLITTERS and not (isinstance(shuffles, ast.Constant) and shuffles.value is False))
        or name in SPLITTERS
        or (last in FOLDS and isinstance(shuffles, ast.Constant) and shuffles.value is True)
        or (last == "sample" and isinstance(call.func, ast.Attribute) and len(call.args) < 2)
    )
    return {f"{name.lstrip('.')}() without random_state"} if drawn and not stated and "numpy.random" not in seeded else set()
