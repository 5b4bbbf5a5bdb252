import type { Plan } from './plan.ts';

/** Lines of prepare.py that take few of the shuffled training rows; `train` still has the index of `table`. None for a full task. */
export function microLines(plan: Plan): string[] {
  if (plan.proposal.micro === undefined) return [];
  const classes = plan.target === 'binary' || plan.target === 'label' || plan.target === 'level' || plan.proposal.objective === 'ordinal';
  return [
    '    # The small variant: the test rows stay, and few training rows teach.',
    '    if TRAIN_ROWS is not None and len(train) > TRAIN_ROWS:',
    ...(plan.proposal.split.kind === 'group' ? byGroup() : classes ? byClass() : ['        train = train.head(TRAIN_ROWS)']),
    '    train = train.reset_index(drop=True)',
  ];
}

/** The constant that bounds the training rows; None gives the full task. */
export function microConstants({ proposal }: Plan): string[] {
  return proposal.micro === undefined ? [] : ['# The most training rows; None for all of them.', `TRAIN_ROWS = ${proposal.micro.trainRows}`];
}

function byClass(): string[] {
  return [
    '        # Each class keeps its share, and one row in any case. Chosen in another order, so that the order still says nothing.',
    '        drawn = train.sample(frac=1, random_state=SEED + 2)',
    '        place = drawn.groupby(TARGET).cumcount() / drawn.groupby(TARGET)[TARGET].transform("size")',
    '        chosen = place.sort_values(kind="stable").index[:TRAIN_ROWS]',
    '        train = train[train.index.isin(chosen)]',
  ];
}

function byGroup(): string[] {
  return [
    '        # Whole groups, so that groups can be held out of them too: first those that bring a new value of the target.',
    '        rows = pd.DataFrame({"group": group[train.index], "label": train[TARGET]}).sample(frac=1, random_state=SEED + 2)',
    '        order = rows.drop_duplicates("group")["group"].tolist()',
    '        if rows["label"].nunique() <= TRAIN_ROWS // 10:',
    '            firsts = rows.drop_duplicates("label")["group"].drop_duplicates().tolist()',
    '            order = firsts + [name for name in order if name not in set(firsts)]',
    '        sizes, chosen, count = rows["group"].value_counts(), [], 0',
    '        for name in order:',
    '            if count + sizes[name] <= TRAIN_ROWS:',
    '                chosen.append(name)',
    '                count += sizes[name]',
    '        # Where the groups are large, each of them gives a part of its rows.',
    '        part = rows["group"].isin(chosen) if len(chosen) >= 5 else rows.groupby("group").cumcount() < max(1, TRAIN_ROWS // len(sizes))',
    '        train = train[part.reindex(train.index)].head(TRAIN_ROWS)',
  ];
}
