"""S25: what prepare.py learns from the whole table before it splits it, told from its syntax tree."""

import ast
import re

LEARNERS = {"fit", "fit_transform"}
SPLITTERS = {"split", "train_test_split", "next"}
#: Names that hold one side, or which rows are on one.
SIDE = re.compile(r"^(in_test|is_test|test_mask|train|test|X_train|train_\w+)$")
STATISTICS = {"mean", "median", "std", "var", "min", "max", "quantile", "mode", "sum", "count"}


def fitted_before_split(function: ast.FunctionDef | None) -> list[str]:
    """Fits, target statistics, scalings and fillings of columns by numbers of the whole table, before the first split."""
    if function is None:
        return []
    first = split_line(function)
    found = []
    for node in ast.walk(function):
        if getattr(node, "lineno", first) >= first:
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEARNERS:
            found.append(ast.unparse(node.func))
        elif isinstance(node, ast.Assign) and any(isinstance(target, ast.Subscript) for target in node.targets) and learns(node.value):
            found.append(ast.unparse(node)[:80])
    return sorted(found)


def split_line(function: ast.FunctionDef) -> int:
    """The line of the first split: a call that splits, or the first name for one side; after the end where there is none."""
    lines = [node.lineno for node in ast.walk(function) if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in SPLITTERS]
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            names = [name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)]
            lines += [node.lineno] if any(SIDE.match(name) for name in names) else []
    return min(lines, default=(function.end_lineno or function.lineno) + 1)


def learns(value: ast.expr) -> bool:
    """Whether a column gets values that rest on other rows: of their target, their mean or their spread."""
    for node in ast.walk(value):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            whole = ast.unparse(node)
            if node.func.attr == "fillna" and any(statistic(argument) for argument in node.args):
                return True
            if node.func.attr in STATISTICS | {"transform", "agg", "map"} and ".groupby(" in whole and re.search(r"\bTARGET\b|target", whole):
                return True
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Sub, ast.Div)) and any(statistic(side) for side in (node.left, node.right)):
            return True
    return False


def statistic(node: ast.expr) -> bool:
    """A mean, spread or the like of a whole column, without a list of places."""
    return any(
        isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr in STATISTICS and "groupby" not in ast.unparse(inner)
        for inner in ast.walk(node)
    )
