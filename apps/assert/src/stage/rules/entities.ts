import { own, type TaskManifest } from '@mle-smith/contracts';
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
  for (const [column, { random, group, standardError }] of Object.entries(leakage.undeclared)) {
    const gap = (random ?? 0) - (group ?? 0);
    if (gap > entityEffect.errors * (standardError ?? 0) && gap > entityEffect.share * whole)
      return when(false, `rows of one ${column} give each other away: folds at random score ${random ?? 0}, folds by ${column} ${group ?? 0}`, measurement, {
        action: 'group_split',
        columns: rawNames(all, [column]),
      });
  }
  const [twin] = Object.entries(leakage.twins).find(([, share]) => share > copies.block) ?? [];
  if (twin !== undefined)
    return when(
      false,
      `${Math.round(100 * (leakage.twins[twin] ?? 0))} % of the test rows are about the same thing as a train row, which ${twin} tells, and have its answer`,
      measurement,
      { action: 'group_split', columns: rawNames(all, [twin]) },
    );
  const cold = Object.entries(split.known).find(([, coverage]) => (coverage ?? 1) < knownCoverage);
  return cold === undefined
    ? { status: 'passed', measurement }
    : { status: 'warned', measurement, message: `${Math.round((1 - (cold[1] ?? 0)) * 100)} % of the test rows have a ${cold[0]} that train.csv lacks` };
}

/** Of files drawn without regard to it: a column that is named like somebody or something that is new in use, too few of them to measure. */
function undeclaredByName({ columns, entities, split }: TaskManifest, shared: Readonly<Record<string, number>>): string | undefined {
  if (split.kind === 'group') return undefined;
  const declared = new Set(entities.map((entity) => entity.column));
  return columns.find(({ name, raw }) => !declared.has(raw) && UNSEEN.test(words(raw)) && (own(shared, name) ?? 0) > 0.5)?.name;
}
