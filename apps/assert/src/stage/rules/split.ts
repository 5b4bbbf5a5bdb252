import { neededBy } from '@mle-smith/contracts';
import { none, notApplicable, onManifest, onSplit, rawNames, when, type Judgement, type Rule } from '../rule.ts';
import type { Measurements } from '../measurements.ts';
import { derivedLabel, knownInTime } from './availability.ts';
import { entityRoles } from './entities.ts';
import { askedOnce, forecastCut, horizonAsked, unseenSeries } from './series.ts';
import { classCounts, enoughUnits } from './units.ts';

/** Why rules on how the rows are shared out have nothing to judge in a micro variant. */
const MICRO = 'a micro variant leaves most training rows out';

type Split = NonNullable<Measurements['audit']['split']>;

export const SPLIT_RULES: readonly Rule[] = [
  {
    id: 'S01',
    title: 'test, sample and answers have the same ids, each once',
    level: 'B',
    phase: 'package',
    owner: 'designer',
    judge: onColumn('id', ({ ids, rows }) => {
      const counts = (record: Readonly<Record<string, number>>): boolean => Object.values(record).every((count) => count === 0);
      return when(
        ids.absent.length === 0 && counts(ids.null) && counts(ids.repeated) && counts(ids.unlike) && rows.test === rows.answers && rows.test === rows.sample,
        `ids differ between test.csv, the sample and the answers${ids.absent.length > 0 ? `; ${ids.absent.join(', ')} lack the id column` : ''}`,
        { ...ids, rows },
      );
    }),
  },
  {
    id: 'S02',
    title: 'train and test share no id',
    level: 'B',
    phase: 'package',
    owner: 'designer',
    judge: onSplit(({ ids }) => when(ids.inTrain === 0, `${ids.inTrain} ids of test.csv are in train.csv`, { inTrain: ids.inTrain })),
  },
  {
    id: 'S03',
    title: 'neither the target nor a column that says the same is in test',
    level: 'B',
    phase: 'package',
    owner: 'designer',
    judge: onSplit(({ targetInTest, copiesOfTarget }, facts, all) =>
      targetInTest
        ? when(false, `test.csv holds the target ${facts.target}`, { targetInTest })
        : none(copiesOfTarget, 'test.csv holds the answers under another name', { action: 'drop_columns', columns: rawNames(all, copiesOfTarget) }),
    ),
  },
  {
    id: 'S04',
    title: 'no other public file gives the answers by a join',
    level: 'B',
    phase: 'package',
    owner: 'designer',
    judge: onSplit(({ sideFiles }) => none(sideFiles, 'public files that give the answers')),
  },
  {
    id: 'S05',
    title: 'columns that only train has are declared',
    level: 'W',
    phase: 'package',
    owner: 'designer',
    judge: onSplit(({ columns }, facts, { manifest, audit }) =>
      none(
        columns.train.filter(
          (name) =>
            name !== facts.target &&
            !neededBy(facts.metric).includes(name) &&
            !columns.test.includes(name) &&
            !(manifest === undefined && named(name, audit.description)),
        ),
        'columns that test.csv lacks',
      ),
    ),
  },
  {
    id: 'S08',
    title: 'entities keep to the roles that they were given',
    level: 'B',
    phase: 'package',
    thresholds: ['entityEffect', 'knownCoverage', 'copies'],
    concerns: 'packages with a manifest',
    owner: 'designer',
    judge: entityRoles,
  },
  {
    id: 'S09',
    title: 'a temporal split has the past in train and the future in test',
    level: 'B',
    phase: 'package',
    thresholds: ['leastSeasons'],
    concerns: 'temporal splits',
    owner: 'designer',
    judge: onSplit(
      (split, _facts, all, thresholds) => forecastCut(split, all, thresholds) ?? askedOnce(split, all) ?? unseenSeries(split, all) ?? pastAndFuture(split, all),
    ),
  },
  {
    id: 'S15',
    title: 'every labelled raw row is used',
    level: 'W',
    phase: 'package',
    thresholds: ['usedRows'],
    concerns: 'labels that stand in the raw files',
    owner: 'designer',
    judge: onSplit(({ raw }, _facts, { manifest }, { usedRows }) =>
      manifest?.lineage.micro !== undefined
        ? notApplicable(MICRO)
        : raw === null
          ? notApplicable('the raw files are not at hand, or the label is derived')
          : when(raw.used >= usedRows * raw.labelled, `${raw.used} of ${raw.labelled} labelled rows are used`, { ...raw }),
    ),
  },
  {
    id: 'S16',
    title: 'the share of test rows, or the horizon of a forecast, is the declared one',
    level: 'W',
    phase: 'package',
    thresholds: ['splitTolerance'],
    concerns: 'packages with a manifest, micro variants aside',
    owner: 'designer',
    judge: onManifest((manifest, { audit }, { splitTolerance }) => {
      if (manifest.lineage.micro !== undefined) return notApplicable(MICRO);
      if (audit.split === null) return { status: 'not_measured' };
      if (manifest.series !== undefined) return horizonAsked(audit.split, manifest.series.horizon);
      const share = audit.split.rows.test / Math.max(1, audit.split.rows.test + audit.split.rows.train);
      // Whole groups cannot meet a share more closely than the largest of them allows.
      const tolerance = splitTolerance + (audit.split.groups?.largest ?? 0);
      return when(
        Math.abs(share - manifest.split.testFraction) <= tolerance + 1e-9,
        `${(share * 100).toFixed(1)} % of the rows are test rows, ${(manifest.split.testFraction * 100).toFixed(1)} % were declared`,
        { share: Number(share.toFixed(4)), declared: manifest.split.testFraction },
      );
    }),
  },
  {
    id: 'S17',
    title: 'every class of the test data is learned from and counts enough',
    level: 'B',
    phase: 'package',
    thresholds: ['classUnits'],
    concerns: 'classes',
    owner: 'designer',
    judge: onSplit(classCounts),
  },
  {
    id: 'S18',
    title: 'classes have like shares on both sides',
    level: 'W',
    phase: 'package',
    thresholds: ['classEffect'],
    concerns: 'classes, random and stratified splits',
    owner: 'designer',
    judge: onSplit(({ target }, facts, { manifest }, { classEffect }) => {
      if (target.classes === undefined || target.effect === undefined || target.effect === null)
        return notApplicable(`a ${facts.objective} target has no classes`);
      const kind = manifest?.split.kind;
      if (kind === 'group' || kind === 'temporal') return notApplicable(`a ${kind} split cannot keep the shares`);
      return when(target.effect < classEffect, `shares of ${facts.target} differ between train and test (effect ${target.effect})`, { effect: target.effect });
    }),
  },
  {
    id: 'S19',
    title: 'the target is not all but constant',
    level: 'B',
    phase: 'package',
    thresholds: ['majority', 'distinctTargets'],
    owner: 'none',
    judge: onSplit(({ target }, facts, { manifest }, { majority, distinctTargets }) => {
      const rare = facts.metric === 'roc_auc' || facts.metric === 'average_precision';
      // A rating has the few values of its scale.
      const few =
        manifest?.ratings === undefined &&
        (facts.objective === 'regression' || facts.objective === 'count' || facts.objective === 'forecast') &&
        target.distinct < (facts.objective === 'count' ? 3 : distinctTargets);
      return when(
        target.distinct >= 2 && ((target.majority ?? 1) <= majority || rare) && !few,
        `${target.distinct} different values, the commonest in ${Math.round((target.majority ?? 1) * 100)} % of the rows`,
        { distinct: target.distinct, majority: target.majority },
      );
    }),
  },
  { id: 'S20', title: 'the test set has enough units', level: 'B', phase: 'package', thresholds: ['leastTest'], owner: 'none', judge: onSplit(enoughUnits) },
  {
    id: 'S22',
    title: 'train and test have the same columns and types',
    level: 'B',
    phase: 'package',
    owner: 'designer',
    judge: onSplit(({ columns, types }, facts) =>
      none(
        [
          ...columns.test.filter((name) => !columns.train.includes(name)).map((name) => `${name} is in test.csv only`),
          ...types.filter((name) => name !== facts.target).map((name) => `${name} has two types`),
        ],
        'tables that do not fit together',
      ),
    ),
  },
  {
    id: 'S23',
    title: 'every file that a row refers to is there',
    level: 'B',
    phase: 'package',
    owner: 'designer',
    judge: onSplit(({ missingFiles }) => none(missingFiles, 'columns that name files which are not there')),
  },
  {
    id: 'S24',
    title: 'no target is missing, outside its classes, or of another length than the sentence that it tags',
    level: 'B',
    phase: 'package',
    owner: 'designer',
    judge: onColumn('target', ({ target }) =>
      target.absent
        ? when(false, 'the target is in neither table')
        : when(
            target.null.train === 0 && target.null.answers === 0 && target.unknown.length === 0 && target.uneven === 0,
            `${target.null.train + target.null.answers} targets are missing; ${target.uneven === 0 ? '' : `${target.uneven} have another number of tags than of tokens; `}unknown classes: ${target.unknown.join(', ')}`,
            { null: target.null, unknown: target.unknown, uneven: target.uneven },
          ),
    ),
  },
  {
    id: 'S25',
    title: 'prepare fits nothing on the whole table',
    level: 'W',
    phase: 'design',
    owner: 'designer',
    judge: ({ audit }) => none(audit.code.prepare.fitsBeforeSplit, 'fitted before the split'),
  },
  {
    id: 'S26',
    title: 'labels are explicit, or derived from columns that are then taken out',
    level: 'B',
    phase: 'package',
    concerns: 'packages with a manifest',
    owner: 'designer',
    judge: derivedLabel,
  },
  {
    id: 'S27',
    title: 'public files hold no personal data',
    level: 'W',
    phase: 'package',
    thresholds: ['personalCells'],
    owner: 'none',
    judge: ({ audit }, { personalCells }) =>
      none(
        Object.entries(audit.layout.pii)
          .filter(([kind, count]) => count > (kind === 'secret' ? 0 : personalCells))
          .map(([kind, count]) => `${count} cells like a ${kind.replaceAll('_', ' ')}`),
        'public tables hold',
      ),
  },
  {
    id: 'S28',
    title: 'every input is in the availability ledger and none is known only afterwards',
    level: 'B',
    phase: 'package',
    concerns: 'packages with a manifest',
    owner: 'designer',
    judge: knownInTime,
  },
];

/** Whether a text names a column as a word of its own. */
function named(column: string, text: string): boolean {
  return text.split(/[^\p{L}\p{N}_.-]+/u).includes(column);
}

function pastAndFuture({ time }: Split, all: Measurements): Judgement {
  return time === null
    ? notApplicable('the split is not temporal')
    : when(
        time.ordered,
        `train.csv ends at ${time.lastTrain}, test.csv starts at ${time.firstTest}`,
        { ...time },
        { action: 'temporal_split', columns: rawNames(all, [time.column]) },
      );
}

/** As `onSplit`, and fails where a table lacks the id or the target, without which no split is measured. */
function onColumn(which: 'id' | 'target', judge: (split: Split) => Judgement): Rule['judge'] {
  const judgeSplit = onSplit(judge);
  return (all, thresholds) => {
    const { facts, lacking } = all.audit;
    const gone = facts === null ? [] : lacking.filter((entry) => entry.endsWith(` lacks ${facts[which]}`));
    return gone.length === 0 ? judgeSplit(all, thresholds) : none(gone, 'a column is not there');
  };
}
