import { own, type Repair } from '@mle-smith/contracts';
import { none, notApplicable, between, onLeakage, rawNames, when, type Judgement, type Rule } from '../rule.ts';
import type { Measurements } from '../measurements.ts';
import type { AssertConfig } from '../../config.ts';

type Leakage = NonNullable<Measurements['audit']['leakage']>;
const METADATA = /^(name|number|form) of /;

export const LEAKAGE_RULES: readonly Rule[] = [
  {
    id: 'S06',
    title: 'test rows are no copies of train rows, and their pairs of texts hold none of train',
    level: 'B',
    phase: 'package',
    thresholds: ['copies'],
    owner: 'designer',
    judge: onLeakage(copies),
  },
  {
    id: 'S07',
    title: 'test rows are no near copies of train rows: of their texts, their files or their rounded numbers',
    level: 'W',
    phase: 'package',
    thresholds: ['copies'],
    owner: 'designer',
    judge: onLeakage(nearCopies),
  },
  {
    id: 'S10',
    title: 'the order of rows says nothing about the target',
    level: 'B',
    phase: 'package',
    thresholds: ['signalChance', 'leastSignal'],
    owner: 'designer',
    judge: onLeakage((leakage, _all, thresholds) => signal(leakage, /^order/, thresholds)),
  },
  {
    id: 'S11',
    title: 'the ids say nothing about the target',
    level: 'B',
    phase: 'package',
    thresholds: ['signalChance', 'leastSignal'],
    owner: 'designer',
    judge: onLeakage((leakage, _all, thresholds) => signal(leakage, /^id/, thresholds)),
  },
  {
    id: 'S12',
    title: 'files hold their content only, and their names, the way that rows are written and how often candidates come say nothing about the target',
    level: 'B',
    phase: 'package',
    thresholds: ['signalChance', 'leastSignal'],
    concerns: 'files, tables written in several ways, and candidates of a ranking',
    owner: 'designer',
    judge: onLeakage((leakage, all, thresholds) => {
      // Names are ours to give: in a package of our own they are the ids.
      const kept = [...(leakage.media?.traces ?? []), ...(all.manifest === undefined ? [] : (leakage.media?.named ?? []))];
      if (kept.length > 0) return none(kept, 'files that say more than their content');
      return Object.keys(leakage.signals).some((name) => METADATA.test(name))
        ? signal(leakage, METADATA, thresholds)
        : notApplicable('no media files, and every row is written in the one plain way');
    }),
  },
  {
    id: 'S13',
    title: 'which cells are missing does not give the target',
    level: 'B',
    phase: 'package',
    thresholds: ['missingness'],
    owner: 'designer',
    judge: onLeakage(({ missingness, missingAlone, scale }, all, { missingness: limits }) => {
      if (missingness === null) return { status: 'passed', measurement: { missing: 0 } };
      const telling = Object.entries(missingAlone).sort((one, other) => (other[1] ?? 0) - (one[1] ?? 0))[0]?.[0];
      return between(
        missingness,
        limits.warn[scale],
        limits.block[scale],
        `the pattern of missing cells alone gives ${scale} ${missingness}`,
        { score: missingness, scale, strongest: telling ?? null },
        telling === undefined ? undefined : { action: 'drop_columns', columns: rawNames(all, [telling]) },
      );
    }),
  },
  {
    id: 'S14',
    title: 'no column, pair, formula, text or other row of the same thing all but gives the target',
    level: 'B',
    phase: 'package',
    thresholds: ['shortcut', 'shortcutLoss', 'residue'],
    owner: 'designer',
    judge: onLeakage(shortcuts),
  },
  {
    id: 'S21',
    title: 'test rows are not told from train rows',
    level: 'W',
    phase: 'package',
    thresholds: ['adversarial'],
    concerns: 'random, stratified and group splits',
    owner: 'designer',
    judge: onLeakage(({ adversarial }, _all, thresholds) =>
      adversarial === null
        ? notApplicable('test rows of a temporal split must differ, there are too few groups, or no columns to compare')
        : when(
            adversarial.roc_auc <= thresholds.adversarial.rocAuc || (adversarial.p ?? 1) >= thresholds.adversarial.chance,
            `train and test rows are told apart with ROC AUC ${adversarial.roc_auc} (p ${adversarial.p ?? 1})`,
            { ...adversarial },
          ),
    ),
  },
];

function nearCopies({ textCopies, roundedCopies, media }: Leakage, _all: Measurements, { copies: limits }: AssertConfig): Judgement {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const measurement = { texts: textCopies, rounded: roundedCopies, files: media === null ? null : { share: media.near, within: media.nearWithin } };
  if (media !== null && media.near > limits.warn) return when(false, `${percent(media.near)} of the test files all but equal a train file`, measurement);
  if (textCopies > limits.warn)
    return when(false, `${percent(textCopies)} of the test texts are train texts but for a few words, case and punctuation`, measurement);
  const { share, expected } = roundedCopies;
  return when(
    share <= limits.warn || expected >= 0.5 * share,
    `${percent(share)} of the test rows equal a train row but for the last digits of numbers`,
    measurement,
  );
}

function copies({ copies: found, nearCopies, movedCopies, sharedTexts }: Leakage, all: Measurements, { copies: limits }: AssertConfig): Judgement {
  const measurement = { ...found, near: nearCopies, moved: movedCopies, ...(sharedTexts === null ? {} : { texts: sharedTexts }) };
  if (movedCopies.share > limits.block && movedCopies.expected < 0.5 * movedCopies.share)
    return when(
      false,
      `${(movedCopies.share * 100).toFixed(1)} % of the test rows change as a train row of the same instant does, before and after; by chance ${(movedCopies.expected * 100).toFixed(1)} % do: one thing is followed under two names`,
      measurement,
    );
  // Alike rows of a clean split are as near to train as train rows are to each other.
  const { share, within } = nearCopies;
  if (share > limits.block && share > Math.min(3 * within + limits.warn, (1 + within) / 2))
    return when(
      false,
      `${(nearCopies.share * 100).toFixed(1)} % of the test rows equal a train row in all inputs but one; of the train rows only ${(nearCopies.within * 100).toFixed(1)} % do`,
      measurement,
    );
  const met =
    sharedTexts === null
      ? ''
      : `${(sharedTexts.share * 100).toFixed(1)} % of the test rows have a text of ${sharedTexts.columns.join(' or ')} in common with a train row: what is known of that pair tells something of this one`;
  // Two texts that nobody calls a pair may be of things that are known in use.
  if (sharedTexts !== null && sharedTexts.stated && sharedTexts.share > limits.block)
    return { status: 'failed', measurement, message: met, ...keptTogether(all) };
  const identifying = found.text || found.pairs === true || found.columns >= 5;
  if (found.withTarget <= limits.warn && (found.share <= limits.warn || !identifying))
    return sharedTexts !== null && sharedTexts.share > limits.warn ? { status: 'warned', measurement, message: met } : { status: 'passed', measurement };
  const message = `${(found.share * 100).toFixed(1)} % of the test rows have the inputs of a train row, ${(found.withTarget * 100).toFixed(1)} % its target too`;
  const byChance = (found.expected ?? 0) >= 0.5 * found.share;
  const pays = found.lookup === undefined ? identifying : found.lookup.gain > 2 * found.lookup.standardError;
  return { status: Math.max(found.share, found.withTarget) > limits.block && !byChance && pays ? 'failed' : 'warned', measurement, message };
}

/** The repair of a pair's texts that stand on both sides, where a column of the package says which pairs hang together. */
function keptTogether({ manifest }: Measurements): { repair?: Repair } {
  const linked = manifest?.pair === undefined ? undefined : manifest.entities.find((entity) => entity.role === 'unseen')?.column;
  return linked === undefined ? {} : { repair: { action: 'group_split', columns: [linked] } };
}

/** Holm's correction over all associations of the package that were tested. */
function signal({ signals }: Leakage, pattern: RegExp, { signalChance, leastSignal }: AssertConfig): Judgement {
  const tested = Object.entries(signals)
    .filter(([, entry]) => entry.p !== null)
    .sort((one, other) => (one[1].p ?? 1) - (other[1].p ?? 1));
  const real = new Set<string>();
  for (const [index, [name, { p }]] of tested.entries()) {
    if ((p ?? 1) > signalChance / (tested.length - index)) break;
    real.add(name);
  }
  const found = tested.filter(([name, { effect }]) => pattern.test(name) && real.has(name) && (effect ?? 0) >= leastSignal);
  return when(
    found.length === 0,
    `associated with the target: ${found.map(([name, { effect, p }]) => `${name} (${effect ?? 0}, p ${p ?? 1})`).join(', ')}`,
    Object.fromEntries(tested.filter(([name]) => pattern.test(name))),
  );
}

function shortcuts(
  { scale, alone, pairs, derivations, trivial, best, strongest, withoutStrongest, residues, among, written }: Leakage,
  all: Measurements,
  { shortcut, shortcutLoss, residue }: AssertConfig,
): Judgement {
  const limit = shortcut[scale];
  const measurement = {
    scale,
    limit,
    strongest: Object.fromEntries(
      Object.entries(alone)
        .sort((one, other) => (other[1] ?? 0) - (one[1] ?? 0))
        .slice(0, 5),
    ),
    derivations,
  };
  const formula = derivations[0];
  if (formula !== undefined)
    return when(false, `the target can be recomputed: ${formula.kind} of ${formula.columns.join(', ')}`, measurement, {
      action: 'drop_columns',
      columns: rawNames(all, formula.columns),
    });
  const coded = Object.entries(residues)
    .filter(([name, share]) => share > residue && (own(alone, name) ?? 0) <= limit)
    .map(([name]) => name);
  if (coded.length > 0)
    return none(coded, 'columns whose remainders or last digits give the target', { action: 'drop_columns', columns: rawNames(all, coded) });
  const [telling] = [...among, ...written].sort((one, other) => other.score - one.score);
  if (telling !== undefined) {
    const { column, what, score } = telling;
    const where = among.includes(telling) ? 'over the rows of one thing the answers can be read off' : 'the answer of a row stands in it';
    return when(
      false,
      `${where}: ${what} of ${column} (${score})`,
      { ...measurement, among, written },
      { action: 'drop_columns', columns: rawNames(all, [column]) },
    );
  }
  const gain = (best ?? 0) - trivial;
  const needed = withoutStrongest === null || withoutStrongest === undefined || gain <= 0 || ((best ?? 0) - withoutStrongest) / gain > shortcutLoss;
  const single = Object.entries(alone)
    .filter(([, score]) => (score ?? 0) > limit)
    .map(([name]) => name);
  if (single.length > 0 && (needed || single.length > 1 || single[0] !== strongest))
    return none(single, `columns that give the target alone (${scale} above ${limit})`, { action: 'drop_columns', columns: rawNames(all, single) });
  const pair = Object.entries(pairs)
    .find(([, score]) => (score ?? 0) > limit)?.[0]
    .split('|');
  if (pair !== undefined && needed) {
    const stronger = [...pair].sort((one, other) => (alone[other] ?? 0) - (alone[one] ?? 0))[0] ?? '';
    return when(false, `${pair.join(' and ')} give the target together (${scale} above ${limit})`, measurement, {
      action: 'drop_columns',
      columns: rawNames(all, [stronger]),
    });
  }
  return { status: 'passed', measurement };
}
