import type { TaskManifest } from '@mle-smith/contracts';
import { AFTER, BEFORE, words } from '@mle-smith/task';
import { NO_MANIFEST, none, notApplicable, rawNames, type Judgement } from '../rule.ts';
import type { Measurements } from '../measurements.ts';

/** A number of the whole column in the expression of a label: where to cut was chosen by how the data lie, not by what they mean. */
const STATISTIC = /\b(median|mean|average|quantile|percentile|nanmedian|nanmean|qcut|rank|std)\s*\(/;

/** S26: what the label is derived from is taken out, and where a number is cut is told by the source. */
export function derivedLabel(all: Measurements): Judgement {
  const { manifest } = all;
  if (manifest === undefined) return notApplicable(NO_MANIFEST);
  const { derivation, column } = manifest.target;
  const sources = derivation?.sources ?? [];
  const kept = manifest.columns.filter(({ raw }) => sources.includes(raw) || raw === column).map(({ raw }) => raw);
  const cut = STATISTIC.exec(derivation?.expression ?? '');
  if (kept.length === 0 && cut !== null) return none([`${cut[1] ?? ''} in ${derivation?.expression ?? ''}`], 'the label cuts a number at a figure of the data');
  return none(kept, 'inputs that the label is derived from', { action: 'drop_columns', columns: rawNames(all, kept) });
}

/** S28: every input has a line in the ledger, none is known only afterwards, and none says so by its name while the ledger says otherwise. */
export function knownInTime(all: Measurements): Judgement {
  const { manifest } = all;
  if (manifest === undefined) return notApplicable(NO_MANIFEST);
  const ledger = new Map(manifest.ledger.map((entry) => [entry.column, entry]));
  const inputs = manifest.columns.map((column) => ({ ...column, availability: ledger.get(column.raw)?.availability }));
  const rawOf = (columns: typeof inputs): string[] => columns.map(({ raw }) => raw);
  const late = rawOf(inputs.filter(({ availability }) => availability === 'after'));
  if (late.length > 0) return none(late, 'inputs that are known only after the moment of prediction', { action: 'drop_columns', columns: late });
  const doubted = rawOf(inputs.filter((column) => (column.availability === 'at' || column.availability === 'before') && soundsLate(column)));
  if (doubted.length > 0)
    return none(doubted, 'inputs whose names say that they come after what is asked, against the ledger', { action: 'drop_columns', columns: doubted });
  const unlisted = rawOf(inputs.filter(({ availability }) => availability === undefined));
  return none(unlisted, 'inputs without a line in the ledger', { action: 'drop_columns', columns: rawNames(all, unlisted) });
}

/** Whether name or documentation of a column speak of an end, and neither of the past. */
function soundsLate({ raw, description }: TaskManifest['columns'][number]): boolean {
  const name = words(raw);
  if (AFTER.text.test(description)) return true;
  return AFTER.name.test(name) && !BEFORE.test(name) && !BEFORE.test(description.toLowerCase());
}
