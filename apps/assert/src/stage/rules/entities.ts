import { own, type Repair, type TaskManifest } from '@mle-smith/contracts';
import { UNSEEN, words } from '@mle-smith/task';
import type { AssertConfig } from '../../config.ts';
import type { Measurements } from '../measurements.ts';
import { NO_MANIFEST, notApplicable, rawNames, when, type Judgement } from '../rule.ts';

/** S08: groups stay on one side, new entities are new, known ones are known, and no undeclared column gives its rows away. */
export function entityRoles(all: Measurements, { entityEffect, knownCoverage, copies }: AssertConfig): Judgement {
  const { split, leakage } = all.audit;
  if (split === null || leakage === null) return { status: 'not_measured' };
  if (all.manifest === undefined) return notApplicable(NO_MANIFEST);
  const measurement = { groups: split.groups, known: split.known, unseen: split.unseen, undeclared: leakage.undeclared, twins: leakage.twins };
  if (split.groups !== null && split.groups.both > 0)
    return when(false, `${split.groups.both} values of ${split.groups.column} are in train and test`, measurement, {
      action: 'group_split',
      columns: rawNames(all, [split.groups.column]),
    });
  const [met] = Object.entries(split.unseen).find(([, both]) => both > 0) ?? [];
  if (met !== undefined)
    return when(false, `${split.unseen[met] ?? 0} values of ${met}, which is to be new in use, are in train and test`, measurement, {
      action: split.groups === null ? 'group_split' : 'drop_columns',
      columns: rawNames(all, [met]),
    });
  const silent = undeclaredByName(all.manifest, split.shared);
  if (silent !== undefined)
    return when(
      false,
      `${Math.round(100 * (split.shared[silent] ?? 0))} % of the test files are of a ${silent} that train has files of, and no role of it is declared`,
      measurement,
      { action: 'group_split', columns: rawNames(all, [silent]) },
    );
  const whole = (leakage.best ?? 0) - leakage.trivial;
  const telling = Object.keys(leakage.undeclared).filter((column) => {
    const { random, group, standardError } = leakage.undeclared[column] ?? { random: null, group: null, standardError: null };
    const [gap, error] = [(random ?? 0) - (group ?? 0), standardError ?? 0];
    // That it is more than a share, too, is to be seen beyond the error.
    return gap > entityEffect.errors * error && gap - error > entityEffect.share * whole;
  });
  const given = coarsest(telling, leakage.within);
  if (given !== undefined) {
    const effect = leakage.undeclared[given];
    return when(
      false,
      `rows of one ${given} give each other away: folds at random score ${effect?.random ?? 0}, folds by ${given} ${effect?.group ?? 0}`,
      measurement,
      apart(all, given),
    );
  }
  const twin = coarsest(
    Object.keys(leakage.twins).filter((column) => (leakage.twins[column] ?? 0) > copies.block),
    leakage.within,
  );
  if (twin !== undefined)
    return when(
      false,
      `${Math.round(100 * (leakage.twins[twin] ?? 0))} % of the test rows are about the same thing as a train row, which ${twin} tells, and have its answer`,
      measurement,
      apart(all, twin),
    );
  const cold = Object.entries(split.known).find(([, coverage]) => (coverage ?? 1) < knownCoverage);
  return cold === undefined
    ? { status: 'passed', measurement }
    : { status: 'warned', measurement, message: `${Math.round((1 - (cold[1] ?? 0)) * 100)} % of the test rows have a ${cold[0]} that train.csv lacks` };
}

/** The first of the columns, or the one of them in whose groups those of the first lie: an album is by one artist. */
function coarsest(columns: readonly string[], within: Readonly<Record<string, readonly string[]>>): string | undefined {
  const includes = (one: string, other: string): boolean => (own(within, other) ?? []).includes(one);
  return columns.reduce<string | undefined>(
    (kept, column) => (kept === undefined || (includes(column, kept) && !includes(kept, column)) ? column : kept),
    undefined,
  );
}

/** Rows of one value kept on one side; where other groups are kept together already and would be torn, the column is left out. */
function apart(all: Measurements, column: string): Repair {
  const held = all.audit.split?.groups?.column;
  const around = held === undefined ? [] : (own(all.audit.leakage?.within ?? {}, held) ?? []);
  const torn = all.manifest?.split.kind === 'group' && !around.includes(column);
  return { action: torn ? 'drop_columns' : 'group_split', columns: rawNames(all, [column]) };
}

/** Of files drawn without regard to it: a column that is named like somebody or something that is new in use, too few of them to measure. */
function undeclaredByName({ columns, entities, split }: TaskManifest, shared: Readonly<Record<string, number>>): string | undefined {
  if (split.kind === 'group') return undefined;
  const declared = new Set(entities.map((entity) => entity.column));
  return columns.find(({ name, raw }) => !declared.has(raw) && UNSEEN.test(words(raw)) && (own(shared, name) ?? 0) > 0.5)?.name;
}
