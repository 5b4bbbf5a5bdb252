import { inputNamed, ratingsOf, type Plan } from './plan.ts';
import { python } from './python.ts';

/** The parts of prepare.py that make candidates of the pairs that met: who was offered what, and which of it was chosen. */
export interface RankingSource {
  readonly constants: string[];
  readonly functions: string[];
  /** Lines over `table` that leave each pair once and call it relevant. */
  readonly target: string[];
  /** Lines over `table` and `in_test` that add the strangers. */
  readonly others: string[];
  readonly checks: string[];
}

/** Of an item that more of the users met, four strangers for each of them in the test rows may not be found. */
const COMMON = 0.3;

/** The ranking of a plan; undefined for other objectives. */
export function rankingSource(plan: Plan): RankingSource | undefined {
  const { ratings, candidates } = plan.proposal;
  if (plan.proposal.objective !== 'ranking') return undefined;
  if (ratings === undefined || candidates === undefined) throw new RangeError('a ranking names its users, items and candidates');
  const { user, item } = ratingsOf(plan, ratings);
  const kept = (columns: readonly string[]): string[] =>
    columns.filter((raw) => plan.inputs.some((input) => input.raw === raw)).map((raw) => inputNamed(plan, raw));
  return {
    constants: [
      `USER, ITEM = ${python(user)}, ${python(item)}`,
      '# Columns that say something of the user, and of the item.',
      `OF_USER, OF_ITEM = ${python(kept(candidates.ofUser))}, ${python(kept(candidates.ofItem))}`,
      '# Pairs that never met for each one that did, and how often those that cannot be are exchanged.',
      `OTHERS, ROUNDS = ${candidates.others}, 200`,
      '# Share of all users, or of all items, from which one is too common to be asked about.',
      `COMMON = ${COMMON}`,
    ],
    functions: [WITH_OTHERS],
    target: [
      '    # A pair counts once, however often it met.',
      `    table = table.dropna(subset=${python([ratings.user, ratings.item])}).drop_duplicates(${python([ratings.user, ratings.item])})`,
      '    target = pd.Series(1, index=table.index)',
    ],
    others: [
      '    # What so many met leaves too few strangers, and needs no suggestion: it is learned from only.',
      '    for one, other in ((USER, ITEM), (ITEM, USER)):',
      '        in_test = in_test & (table.groupby(one)[other].transform("size") <= COMMON * table[other].nunique())',
      '    table, in_test = with_others(table, in_test)',
    ],
    checks: [
      '    assert not table.duplicated([USER, ITEM]).any(), "a pair of a user and an item comes twice"',
      '    assert set(test[USER]) <= set(test.loc[test[TARGET] == 1, USER]), "a user of the test rows chose nothing there"',
    ],
  };
}

const WITH_OTHERS = `def with_others(table: pd.DataFrame, in_test: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    """The pairs that met, and pairs of the same users and items that never did.

    On each side the items change hands: every user and every item comes as often among the pairs that never met, times
    OTHERS, as among those that did. So neither says anything alone: only whether they go together.
    """
    user, users = pd.factorize(table[USER])
    item, items = pd.factorize(table[ITEM])
    met = np.zeros((len(users), len(items)), dtype=bool)
    met[user, item] = True
    drawing = np.random.default_rng(SEED)
    parts, sides = [table[[USER, ITEM, TARGET]]], [in_test]
    of_user = table.drop_duplicates(USER).set_index(USER)[OF_USER]
    of_item = table.drop_duplicates(ITEM).set_index(ITEM)[OF_ITEM]
    # The test rows first: where an item is so common that too few strangers are left, the training rows lack some.
    for side in (True, False):
        rows = np.flatnonzero(in_test.to_numpy() == side)
        for _ in range(OTHERS):
            one, other = user[rows], item[drawing.permutation(rows)]
            for _ in range(ROUNDS):
                clash = met[one, other] | pd.Series(one * len(items) + other).duplicated().to_numpy()
                if not clash.any():
                    break
                for place in np.flatnonzero(clash):
                    partner = drawing.integers(len(rows))
                    other[place], other[partner] = other[partner], other[place]
            clash = met[one, other] | pd.Series(one * len(items) + other).duplicated().to_numpy()
            one, other = one[~clash], other[~clash]
            met[one, other] = True
            pairs = pd.DataFrame({USER: users[one], ITEM: items[other], TARGET: 0})
            parts.append(pairs)
            sides.append(pd.Series(side, index=pairs.index))
    # What a column says of a user or an item it says of all rows alike.
    pairs = pd.concat(parts, ignore_index=True).join(of_user, on=USER).join(of_item, on=ITEM)
    return pairs[table.columns], pd.concat(sides, ignore_index=True)`;
