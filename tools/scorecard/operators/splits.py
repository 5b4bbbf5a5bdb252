"""Operators on tables: ids, columns, counts, classes, sides."""

import numpy as np
import pandas as pd
from held import CLASSES, Held
from table import operator, plain


def of_classes(held: Held) -> bool:
    return held.plain and held.objective == "multiclass"


def rowwise(held: Held) -> bool:
    return held.plain and held.split in ("random", "stratified") and held.media is None


def tabular(held: Held) -> bool:
    return held.plain and held.media is None and len(held.task["columns"]) >= 6


def put_rows(held: Held, keep: np.ndarray) -> None:
    """Keeps some rows of test, sample and answers, by their ids."""
    ids = set(held.test[held.id].iloc[keep].astype(str))
    held.put(**{name: (table := getattr(held, name))[table[held.id].astype(str).isin(ids)].reset_index(drop=True) for name in ("test", "sample", "answers")})


def new_ids(held: Held, rows: int) -> range:
    first = 1 + int(max(pd.to_numeric(held.train[held.id]).max(), pd.to_numeric(held.test[held.id]).max()))
    return range(first, first + rows)


@operator("the sample holds answers", ("A02", "A04"), (0.1, "a tenth"), (0.5, "half"), (1.0, "all"), applies=plain, to="one value a row")
def sample_answers(held: Held, value: float) -> None:
    sample = held.sample.copy()
    truth = held.answers.set_index(held.id)[held.target].reindex(sample[held.id])
    told = held.rows(value, len(sample))
    cells = sample[held.target].astype(object).to_numpy(copy=True)
    cells[told] = truth.to_numpy(object)[told]
    sample[held.target] = cells
    held.put(sample=sample)


@operator("the sample is the answers in another order", ("A05",), (1, "shuffled"), (2, "turned round"), (3, "sorted"), applies=plain, to="one value a row")
def sample_permuted(held: Held, value: int) -> None:
    answers = held.answers[held.target]
    told = answers.sample(frac=1, random_state=5) if value == 1 else answers[::-1] if value == 2 else answers.sort_values()
    held.put(sample=held.sample.assign(**{held.target: told.to_numpy()}))


@operator(
    "the sample holds what is no prediction",
    ("A03", "A04"),
    ("empty", "one empty cell"),
    ("illegal", "one value outside of what is legal"),
    ("text", "texts"),
    applies=plain,
    to="one value a row",
)
def sample_illegal(held: Held, value: str) -> None:
    cells = held.sample[held.target].astype(object).to_numpy(copy=True)
    if value == "text":
        cells[:] = "tbd"
    else:
        cells[3] = None if value == "empty" else "no such class" if held.objective in ("multiclass", "ordinal") else float("inf")
    held.put(sample=held.sample.assign(**{held.target: cells}))


@operator(
    "the sample has another form than the answers",
    ("A01",),
    ("rows", "its rows stand in another order than those of test.csv"),
    ("columns", "its columns are exchanged"),
    ("name", "its column has another name"),
    applies=plain,
    to="one value a row",
)
def sample_form(held: Held, value: str) -> None:
    sample = held.sample
    if value == "rows":
        held.put(sample=sample.sample(frac=1, random_state=3))
    else:
        held.put(sample=sample[[held.target, held.id]] if value == "columns" else sample.rename(columns={held.target: "prediction"}))


@operator(
    "the sample has other ids than the test data",
    ("S01",),
    (0.0, "one of them"),
    (0.1, "a tenth of the rows is missing"),
    (1.0, "all of them"),
    applies=plain,
    to="one value a row",
)
def sample_ids(held: Held, value: float) -> None:
    sample = held.sample.copy()
    fresh = np.asarray(new_ids(held, len(sample)))
    if value == 0.1:
        sample = sample.iloc[len(sample) // 10 :]
    else:
        places = held.rows(value, len(sample))
        ids = sample[held.id].to_numpy(copy=True)
        ids[places] = fresh[places]
        sample[held.id] = ids
    held.put(sample=sample)


@operator(
    "the answers hold inputs",
    ("A06",),
    (1, "one column"),
    (3, "three columns"),
    (100, "all columns"),
    applies=lambda held: held.plain and len(held.task["columns"]) >= 3,
    to="three inputs and more",
)
def answers_spill(held: Held, value: int) -> None:
    inputs = held.test.set_index(held.id).iloc[:, :value].reindex(held.answers[held.id]).reset_index(drop=True)
    held.put(answers=pd.concat([held.answers.reset_index(drop=True), inputs], axis=1))


@operator("ids of test stand in train", ("S02",), (0.0, "one"), (0.05, "a twentieth of train"), (0.9, "nearly all"), applies=plain, to="one value a row")
def ids_shared(held: Held, value: float) -> None:
    train = held.train.copy()
    places = held.rows(value, len(train))[: len(held.test)]
    ids = train[held.id].to_numpy(copy=True)
    ids[places] = held.test[held.id].to_numpy()[: len(places)]
    held.put(train=train.assign(**{held.id: ids}))


@operator(
    "the target is in test",
    ("S03",),
    ("gaps", "in other words, with gaps"),
    ("words", "in other words"),
    ("plain", "as it is"),
    applies=plain,
    to="one value a row",
)
def target_in_test(held: Held, value: str) -> None:
    if value == "plain":
        held.put(test=held.test.assign(**{held.target: held.truth.to_numpy()}))
        return
    told = [3 * held.numbers(values.reset_index(drop=True)) + 1 for values in (held.train[held.target], held.truth)]
    if value == "gaps":
        for values in told:
            values[held.rows(0.1, len(values))] = np.nan
    held.add_column("reading", *told)


@operator(
    "another public table gives the answers by a join",
    ("S04", "L02"),
    (0.6, "six tenths of them, in other words"),
    (1.0, "all of them, in other words"),
    (2.0, "all of them, as they are"),
    applies=plain,
    to="one value a row",
)
def side_table(held: Held, value: float) -> None:
    keep = held.rows(min(1.0, value), len(held.answers))
    table = held.answers.iloc[keep].rename(columns={held.id: "row"})
    if value < 2:
        table = table.assign(**{held.target: held.numbers(table[held.target]) * 2 + 5}).rename(columns={held.target: "grade"})
    held.write("data/public/weather.csv", table.assign(wind=held.random.integers(0, 9, len(table))).to_csv(index=False))


@operator(
    "labelled rows are left out", ("S15",), (0.05, "a twentieth"), (0.3, "three tenths"), (0.7, "seven tenths"), applies=rowwise, to="tables split by rows"
)
def rows_dropped(held: Held, value: float) -> None:
    held.put(train=held.train.drop(held.train.index[held.rows(value, len(held.train))]).reset_index(drop=True))


@operator(
    "another share of rows is held out than is declared",
    ("S16",),
    (0.03, "three points"),
    (0.1, "ten points"),
    (0.25, "twenty-five points"),
    applies=rowwise,
    to="tables split by rows",
)
def share_declared(held: Held, value: float) -> None:
    split = held.task["split"]
    split["testFraction"] = min(0.5, split["testFraction"] + value) if split["testFraction"] + value <= 0.5 else max(0.05, split["testFraction"] - value)


@operator(
    "a class of the test data is nowhere in train",
    ("S17",),
    ("rarest", "the rarest one"),
    ("commonest", "the commonest one"),
    ("most", "all but two"),
    applies=lambda held: of_classes(held) and held.train[held.target].nunique() > 2,
    to="three classes and more",
)
def class_unlearned(held: Held, value: str) -> None:
    order = held.train[held.target].value_counts().index
    gone = {"rarest": order[-1:], "commonest": order[:1], "most": order[2:]}[value]
    held.put(train=held.train[~held.train[held.target].isin(gone)].reset_index(drop=True))


@operator(
    "a class that counts like the others has hardly any test rows",
    ("S17",),
    (8, "eight"),
    (4, "four"),
    (2, "two"),
    applies=of_classes,
    to="several classes",
)
def class_rare(held: Held, value: int) -> None:
    truth = held.truth
    rarest = truth.value_counts().index[-1]
    places = np.flatnonzero((truth == rarest).to_numpy())
    put_rows(held, np.setdiff1d(np.arange(len(truth)), places[value:]))


@operator(
    "classes have other shares in test than in train",
    ("S18",),
    (0.5, "half of the test rows of the commonest class are left out"),
    (0.7, "seven tenths"),
    (0.9, "nine tenths"),
    applies=lambda held: held.plain and held.objective in CLASSES and held.split in ("stratified", "random"),
    to="classes split by rows",
)
def stratification(held: Held, value: float) -> None:
    truth = held.truth
    places = np.flatnonzero((truth == truth.value_counts().index[0]).to_numpy())
    put_rows(held, np.setdiff1d(np.arange(len(truth)), places[: round(value * len(places))]))


@operator(
    "the target is all but constant",
    ("S19", "S20"),
    (3, "one row in three hundred differs, or there are six values"),
    (2, "one row in a thousand differs, or there are three values"),
    (1, "nothing differs"),
    applies=plain,
    to="one value a row",
)
def constant_target(held: Held, value: int) -> None:
    tables = {}
    for name in ("train", "answers"):
        table = getattr(held, name)
        values = table[held.target]
        if held.objective in ("regression", "count"):
            edges = np.quantile(held.train[held.target], np.linspace(0, 1, {3: 7, 2: 4, 1: 2}[value])[1:-1])
            told = np.searchsorted(edges, values.to_numpy(float)).astype(int)
        else:
            common = held.train[held.target].value_counts().index[0]
            every = {3: 300, 2: 1000, 1: 10**9}[value]
            kept = np.arange(len(values)) % every == every - 1
            told = np.where(kept, values.to_numpy(object), common)
        tables[name] = table.assign(**{held.target: told})
    held.put(**tables)


@operator(
    "the test data are too few to rank solutions",
    ("S20",),
    (25, "25 rows of the rarer class, or 70 rows"),
    (12, "12 rows, or 35"),
    (4, "4 rows, or 11"),
    applies=lambda held: held.plain and held.objective in ("binary", "regression", "count"),
    to="two classes, numbers",
)
def test_small(held: Held, value: int) -> None:
    truth = held.truth
    if held.objective == "binary":
        rarer = truth.value_counts().index[-1]
        places = np.flatnonzero((truth == rarer).to_numpy())
        put_rows(held, np.setdiff1d(np.arange(len(truth)), places[value:]))
    elif held.split_column is not None and held.split == "group":
        groups = held.test[held.split_column].astype(str)
        few = sorted(groups.unique())[: round(2.8 * value)]
        put_rows(held, np.flatnonzero(groups.isin(few).to_numpy()))
    else:
        put_rows(held, np.arange(round(2.8 * value)))


@operator(
    "columns differ between train and test",
    ("S22", "L12"),
    ("units", "one column has numbers in train and texts with a unit in test"),
    ("words", "one column has numbers in train and words in test"),
    ("more", "one column is in test only"),
    applies=lambda held: held.plain and numeric(held) is not None,
    to="tables with a number",
)
def columns_differ(held: Held, value: str) -> None:
    name = numeric(held)
    if value == "more":
        held.put(train=held.train.drop(columns=name))
    else:
        cells = held.test[name]
        held.put(test=held.test.assign(**{name: cells.astype(str) + " km" if value == "units" else "high"}))


def numeric(held: Held) -> str | None:
    """The first number among the inputs that has several values and no gaps."""
    inputs = held.train.drop(columns=[held.id, held.target, *([held.split_column] if held.split_column else [])], errors="ignore")
    return next((name for name in inputs.select_dtypes("number") if name in held.test and inputs[name].nunique() > 5 and inputs[name].notna().all()), None)


@operator("targets are missing or no class", ("S24",), (0.0, "one"), (0.02, "a fiftieth"), (0.2, "a fifth"), applies=plain, to="one value a row")
def target_missing(held: Held, value: float) -> None:
    values = held.train[held.target].astype(object).to_numpy(copy=True)
    values[held.rows(value, len(values))] = None
    held.put(train=held.train.assign(**{held.target: values}))


@operator(
    "test rows are told from train rows",
    ("S21",),
    (1.0, "one number is moved by a standard deviation"),
    (2.0, "by two"),
    (5.0, "by five"),
    applies=lambda held: rowwise(held) and numeric(held) is not None,
    to="tables split by rows, with a number",
)
def sides_differ(held: Held, value: float) -> None:
    name = numeric(held)
    cells = held.test[name] + value * held.train[name].std()
    held.put(test=held.test.assign(**{name: cells.round().astype(int) if pd.api.types.is_integer_dtype(held.test[name]) else cells}))


@operator(
    "public tables hold personal data",
    ("S27",),
    (0.1, "addresses in a tenth of the rows"),
    (0.5, "in half of the rows"),
    (1.0, "in every row"),
    applies=plain,
    to="one value a row",
)
def personal(held: Held, value: float) -> None:
    def told(rows: int) -> list[str | None]:
        shown = set(held.rows(value, rows).tolist())
        return [f"person{held.random.integers(1e6)}@example.org" if place in shown else "none" for place in range(rows)]

    held.add_column("contact", told(len(held.train)), told(len(held.test)))


@operator(
    "test rows stand in train, answers and all",
    ("S06",),
    (0.03, "three in a hundred"),
    (0.12, "twelve in a hundred"),
    (0.5, "half"),
    applies=lambda held: held.plain and held.media is None and (len(held.task["columns"]) >= 6 or held.texts != []),
    to="tables with six inputs and more, texts",
)
def copied_rows(held: Held, value: float) -> None:
    held.put(train=with_test_rows(held, value))


def with_test_rows(held: Held, share: float) -> pd.DataFrame:
    """Train with a share of the test rows as further rows, shuffled; an entity that is split by gets another name there."""
    places = held.rows(share, len(held.test))
    more = held.test.iloc[places].assign(**{held.target: held.truth.to_numpy()[places], held.id: new_ids(held, len(places))})
    if held.split == "group" and held.split_column is not None:
        more[held.split_column] = more[held.split_column].astype(str) + " b"
    if held.split == "temporal" and held.split_column is not None:
        more[held.split_column] = held.train[held.split_column].sample(len(more), replace=True, random_state=3).to_numpy()
    whole = pd.concat([held.train, more[held.train.columns]], ignore_index=True)
    return whole.sample(frac=1, random_state=11).reset_index(drop=True)


@operator(
    "test rows stand in train with one number touched",
    ("S06",),
    (0.04, "four in a hundred"),
    (0.15, "fifteen in a hundred"),
    (0.5, "half"),
    applies=lambda held: tabular(held) and numeric(held) is not None and held.split != "temporal",
    to="tables with six inputs and more, and a number",
)
def nearly_copied_rows(held: Held, value: float) -> None:
    train, name = with_test_rows(held, value), numeric(held)
    fresh = train[held.id].isin(list(new_ids(held, len(train))))
    cells = train[name].astype(float).to_numpy(copy=True)
    cells[fresh] += 1 if pd.api.types.is_integer_dtype(held.train[name]) else 0.001
    train[name] = cells.astype(int) if pd.api.types.is_integer_dtype(held.train[name]) else cells
    held.put(train=train)


@operator(
    "texts of test stand in train in another case",
    ("S07",),
    (0.03, "three in a hundred"),
    (0.1, "a tenth"),
    (0.5, "half"),
    applies=lambda held: held.plain and held.texts != [] and held.media is None,
    to="texts",
)
def nearly_copied_texts(held: Held, value: float) -> None:
    train = with_test_rows(held, value)
    fresh = train[held.id].isin(list(new_ids(held, len(train)))).to_numpy()
    for name in held.texts:
        train[name] = np.where(fresh, train[name].astype(str).str.upper() + " !", train[name])
    held.put(train=train)


@operator(
    "things that are to be new in test stand in train",
    ("S08",),
    (0.0, "one of them, once"),
    (0.2, "a fifth of them"),
    (1.0, "all of them: rows are drawn without regard to them"),
    # Of what has one test row, that row is the whole of it: moved, it stands in train alone.
    applies=lambda held: held.split == "group" and held.split_column is not None and held.plain and held.media is None and comes_again(held),
    to="tables split by group, with several test rows of a group",
)
def group_shared(held: Held, value: float) -> None:
    column, test = held.split_column, held.test.assign(**{held.target: held.truth})
    if value == 1.0:
        whole = pd.concat([held.train, test], ignore_index=True)
        taken = held.random.permutation(len(whole))
        first, rest = np.sort(taken[: len(test)]), np.sort(taken[len(test) :])
        exchange(held, whole, first, rest)
        return
    groups = sorted(test[column].dropna().astype(str).unique())
    chosen = {groups[place] for place in held.rows(value, len(groups))}
    places = np.flatnonzero(test[column].astype(str).isin(chosen).to_numpy())
    moved = places[:1] if value == 0.0 else places[::2]
    train = pd.concat([held.train, test.iloc[moved][held.train.columns]], ignore_index=True)
    if value == 0.0:
        train.iloc[-1, train.columns.get_loc(held.id)] = new_ids(held, 1)[0]
    else:
        put_rows(held, np.setdiff1d(np.arange(len(test)), moved))
    held.put(train=train)


def comes_again(held: Held) -> bool:
    """Whether most groups have several rows in test."""
    return bool(held.test[held.split_column].value_counts().median() >= 2)


def exchange(held: Held, whole: pd.DataFrame, first: np.ndarray, rest: np.ndarray) -> None:
    """Test is made of some rows, train of the others."""
    test, train = whole.iloc[first].reset_index(drop=True), whole.iloc[rest].reset_index(drop=True)
    constant = held.sample[held.target].iloc[0]
    held.put(train=train, test=test[held.test.columns], answers=test[[held.id, held.target]], sample=test[[held.id]].assign(**{held.target: constant}))


@operator(
    "an entity that nobody declared gives its rows away",
    ("S08",),
    (0.4, "it sets the target of four rows in ten"),
    (0.8, "of eight rows in ten"),
    (1.0, "of every row"),
    applies=lambda held: rowwise(held) and held.texts == [] and held.objective in (*CLASSES, "regression"),
    to="tables split by rows, without texts",
)
def entity_undeclared(held: Held, value: float) -> None:
    rows = len(held.train) + len(held.test)
    things = max(60, rows // 12)
    of = held.random.integers(0, things, rows)
    marks = held.random.uniform(0, 1, (things, 3)).round(6)
    pool = held.train[held.target].sample(things, replace=True, random_state=4).to_numpy()
    whole = pd.concat([held.train[held.target], held.truth], ignore_index=True)
    set_ = held.random.random(rows) < value
    told = np.where(set_, pool[of], whole.to_numpy())
    size = len(held.train)
    held.put(train=held.train.assign(**{held.target: told[:size]}))
    answers = held.answers.set_index(held.id)
    answers.loc[held.test[held.id], held.target] = told[size:]
    held.put(answers=answers.reset_index())
    names = [f"farm {number}" for number in of]
    held.add_column("farm", names[:size], names[size:])
    for place, name in enumerate(("slope", "shade", "acid")):
        held.add_column(name, marks[of[:size], place], marks[of[size:], place])


@operator(
    "test rows are older than train rows",
    ("S09",),
    (0.0, "one row"),
    (0.1, "a tenth"),
    (1.0, "rows are drawn without regard to time"),
    applies=lambda held: held.plain and held.split == "temporal" and held.split_column is not None,
    to="tables split by time",
)
def future_known(held: Held, value: float) -> None:
    test = held.test.assign(**{held.target: held.truth})
    whole = pd.concat([held.train, test], ignore_index=True)
    swapped = held.rows(value, len(held.test)) if value < 1 else None
    if swapped is None:
        taken = held.random.permutation(len(whole))
        exchange(held, whole, np.sort(taken[: len(test)]), np.sort(taken[len(test) :]))
        return
    times = held.test[held.split_column].copy()
    times.iloc[swapped] = held.train[held.split_column].sample(len(swapped), random_state=2).to_numpy()
    held.put(test=held.test.assign(**{held.split_column: times}))


@operator(
    "labels say nothing about the inputs",
    ("X02", "S20", "X04"),
    (0.8, "eight in ten are exchanged"),
    (0.97, "ninety-seven in a hundred"),
    (1.0, "all of them"),
    applies=plain,
    to="one value a row",
)
def labels_exchanged(held: Held, value: float) -> None:
    size = len(held.train)
    whole = pd.concat([held.train[held.target], held.truth], ignore_index=True).to_numpy(copy=True)
    places = held.rows(value, len(whole))
    whole[places] = whole[held.random.permutation(places)]
    answers = held.answers.set_index(held.id)
    answers.loc[held.test[held.id], held.target] = whole[size:]
    held.put(train=held.train.assign(**{held.target: whole[:size]}), answers=answers.reset_index())
