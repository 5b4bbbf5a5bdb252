"""M16: label sets and thresholds that a metric takes from the submission it scores, told from its syntax tree."""

import ast

GIVEN = ("y_pred", "pred", "prediction", "submission")
SETS = {"unique", "set", "value_counts", "drop_duplicates", "unique_labels"}
LEVELS = {"mean", "median", "quantile", "percentile", "nanmedian", "nanmean"}
LABEL_WORDS = {"labels", "classes", "threshold", "pos_label", "cutoff"}


def taken_from_submission(tree: ast.Module) -> list[str]:
    """Expressions of the scoring functions that choose labels or thresholds by what was submitted; sorted, each once."""
    found = set()
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and function.name != "validate_submission":
            tainted = of_submission(function)
            for node in ast.walk(function):
                found |= {ast.unparse(expression)[:80] for expression in choices(node, tainted)}
    return sorted(found)


def of_submission(function: ast.FunctionDef) -> set[str]:
    """Names that hold what was submitted: parameters called so, and whatever is made from them and nothing that is known."""
    names = {argument.arg for argument in function.args.args if argument.arg.startswith(GIVEN)}
    for _ in range(3):
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and uses(node.value, names):
                targets = node.targets[0]
                if isinstance(targets, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = zip(targets.elts, node.value.elts)
                    names |= {target.id for target, value in pairs if isinstance(target, ast.Name) and uses(value, names)}
                elif isinstance(targets, ast.Name):
                    names.add(targets.id)
    return names


def choices(node: ast.AST, tainted: set[str]) -> list[ast.expr]:
    if isinstance(node, ast.keyword) and node.arg in LABEL_WORDS and uses(node.value, tainted):
        return [node.value]
    if isinstance(node, (ast.For, ast.comprehension)) and calls(node.iter, SETS, tainted):
        return [node.iter]
    if isinstance(node, ast.Compare):
        return [side for side in (node.left, *node.comparators) if calls(side, LEVELS, tainted)]
    if isinstance(node, ast.Assign) and any(isinstance(target, ast.Name) and target.id in LABEL_WORDS for target in node.targets):
        return [node.value] if calls(node.value, SETS | LEVELS, tainted) else []
    return []


def uses(node: ast.AST, names: set[str]) -> bool:
    return any(isinstance(inner, ast.Name) and inner.id in names for inner in ast.walk(node))


def calls(node: ast.AST, wanted: set[str], tainted: set[str]) -> bool:
    """Whether an expression calls one of the functions on what was submitted."""
    return any(isinstance(inner, ast.Call) and ast.unparse(inner.func).split(".")[-1] in wanted and uses(inner, tainted) for inner in ast.walk(node))
