import { canaryOf } from '@mle-smith/package';
import type { Measurements } from '../measurements.ts';
import { NO_DESCRIPTION, NO_MANIFEST, none, notApplicable, when, type Judgement, type Rule } from '../rule.ts';
import type { AssertConfig } from '../../config.ts';

/** The rules of family X that need no solution to be run: what a description promises, and whether a task can be told from others. */
export const IDENTITY_RULES: readonly Rule[] = [
  {
    id: 'X10',
    title: 'packages that the description names are installed',
    level: 'W',
    phase: 'package',
    concerns: 'packages with a description',
    owner: 'designer',
    judge: ({ audit }) =>
      audit.description === '' ? NO_DESCRIPTION : none(audit.layout.absentPackages, 'packages that the description names and that cannot be imported'),
  },
  { id: 'X11', title: 'every public text holds the canary of the task', level: 'W', phase: 'package', owner: 'refactor', judge: canary },
  {
    id: 'X12',
    title: 'no task of the catalogue is the same or told alike',
    level: 'W',
    phase: 'package',
    concerns: 'runs with a catalogue',
    owner: 'none',
    judge: duplicate,
  },
  {
    id: 'X13',
    title: 'the description names no bench or platform',
    level: 'W',
    phase: 'package',
    thresholds: ['platformNames'],
    concerns: 'packages with a description',
    owner: 'designer',
    judge: unaware,
  },
];

function canary({ audit, manifest }: Measurements): Judgement {
  const wanted = manifest === undefined ? undefined : canaryOf(manifest);
  const silent = Object.entries(audit.layout.canaries)
    .filter(([, found]) => (wanted === undefined ? found.length === 0 : !found.includes(wanted)))
    .map(([path]) => path);
  return silent.length > 0 ? none(silent, 'public texts without the canary of the task') : { status: 'passed', measurement: { ...audit.layout.canaries } };
}

function duplicate({ catalogue, manifest }: Measurements): Judgement {
  if (manifest === undefined) return notApplicable(NO_MANIFEST);
  if (manifest.lineage.micro !== undefined) return notApplicable('a micro variant is no task of its own');
  if (catalogue === undefined) return notApplicable('no catalogue of tasks was given');
  const { tasks, twin } = catalogue;
  return when(
    twin === undefined,
    twin?.kind === 'same' ? `${twin.of} asks the same of the same data` : `${twin?.of ?? ''} is told with the same words (similarity ${twin?.similarity ?? 0})`,
    { tasks, ...(twin === undefined ? {} : { twin }) },
  );
}

/** The part on where the data comes from may name a place that others know as a platform. */
function unaware({ audit }: Measurements, { platformNames }: AssertConfig): Judgement {
  if (audit.description === '') return NO_DESCRIPTION;
  const text = ` ${(audit.description.split('\n## Origin')[0] ?? '').toLowerCase().replace(/[^a-z0-9]+/g, ' ')} `;
  const found = platformNames.filter((name) => text.includes(` ${name.replaceAll('-', ' ')} `));
  return when(found.length === 0, `the description names ${found.join(', ')}`, { found });
}
