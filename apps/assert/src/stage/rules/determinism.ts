import { notApplicable, none, onMetric, when, type Judgement, type Rule } from '../rule.ts';
import type { Measurements, Rebuild } from '../measurements.ts';

const NO_RAW = 'the raw files are not at hand';

export const DETERMINISM_RULES: readonly Rule[] = [
  {
    id: 'D01',
    title: 'a second run of prepare leaves the same bytes',
    level: 'B',
    phase: 'design',
    concerns: 'packages with raw files',
    owner: 'designer',
    judge: sameBytes(0),
  },
  {
    id: 'D02',
    title: 'so does a run with another hash seed, folder, time zone, locale, umask and listing order',
    level: 'B',
    phase: 'design',
    concerns: 'packages with raw files',
    owner: 'designer',
    judge: sameBytes(1),
  },
  {
    id: 'D03',
    title: 'prepare leaves the raw files as they are',
    level: 'B',
    phase: 'design',
    concerns: 'packages with raw files',
    owner: 'designer',
    judge: ({ rebuilds }) =>
      rebuilds === undefined ? notApplicable(NO_RAW) : none([...new Set(rebuilds.flatMap((run) => run.rawChanged))], 'prepare changed raw files'),
  },
  {
    id: 'D04',
    title: 'prepare into filled folders leaves the same files, or says that it cannot',
    level: 'W',
    phase: 'design',
    concerns: 'packages with raw files',
    owner: 'designer',
    judge: ({ rebuilds }) => {
      const run = rebuilds?.[0];
      if (run === undefined) return notApplicable(NO_RAW);
      if (run.fault !== '') return { status: 'not_measured' };
      if (run.againChanged === null) return { status: 'passed', measurement: { refused: true } };
      return none(run.againChanged, 'files that a second run into the same folders leaves otherwise');
    },
  },
  {
    id: 'D05',
    title: 'the metric gives the same score twice and in fresh processes',
    level: 'B',
    phase: 'design',
    owner: 'designer',
    judge: onMetric(({ perfect, again, fresh }, { rebuilds }) => {
      const elsewhere = (rebuilds ?? []).filter((run) => run.fault === '' && run.perfect !== null).map((run) => run.perfect);
      return when(
        [again, fresh, ...elsewhere].every((score) => score === perfect),
        `the perfect submission scores ${String(perfect)}, then ${String(again)}, ${String(fresh)} in a fresh module and ${elsewhere.map(String).join(', ')} in other processes`,
        { first: perfect, second: again, fresh, elsewhere },
      );
    }),
  },
  {
    id: 'D06',
    title: 'prepare ends, offline and within its limits',
    level: 'B',
    phase: 'design',
    concerns: 'packages with raw files',
    owner: 'designer',
    judge: ({ rebuilds }) =>
      rebuilds === undefined
        ? notApplicable(NO_RAW)
        : none(
            rebuilds.map((run) => run.fault).filter((fault) => fault !== ''),
            'prepare did not end well',
          ),
  },
];

/** Compares what one run left with the data files of the package. */
function sameBytes(index: number): Rule['judge'] {
  return ({ rebuilds, files }: Measurements): Judgement => {
    const run: Rebuild | undefined = rebuilds?.[index];
    if (run === undefined) return notApplicable(NO_RAW);
    if (run.fault !== '') return when(false, `prepare did not end: ${run.fault}`);
    const expected = Object.keys(files).filter((path) => path.startsWith('data/') && path !== 'data/public/description.txt');
    return none(
      [...expected.filter((path) => run.files[path] !== files[path]), ...Object.keys(run.files).filter((path) => !(path in files))],
      'files that differ or are not there',
    );
  };
}
