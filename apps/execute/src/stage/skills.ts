import type { TaskManifest } from '@mle-smith/contracts';
import type { ExecuteConfig } from '../config.ts';

/** The numbers of `mle_env/traits.py` that skills are told from. */
type Trait = 'rows' | 'inputs' | 'numbers' | 'categories' | 'texts' | 'times' | 'most_levels' | 'missing_cells' | 'classes' | 'rarest_share' | 'tail';
type Traits = Readonly<Record<string, number>>;
type Told = Pick<TaskManifest, 'objective'> & {
  readonly columns: readonly Pick<TaskManifest['columns'][number], 'type'>[];
  readonly split: Pick<TaskManifest['split'], 'kind'>;
  readonly series?: unknown;
  readonly pair?: unknown;
};

/** What a good solution must deal with, told from what was measured on the training data and never from what the proposal hoped for. */
export function skillsOf(task: Told, traits: Traits, joined: boolean, limits: ExecuteConfig['skills']): string[] {
  const trait = (name: Trait): number => traits[name] ?? 0;
  const has = (type: string): boolean => task.columns.some((column) => column.type === type);
  const classes = trait('classes');
  const found: readonly (readonly [skill: string, applies: boolean])[] = [
    ['imbalance', classes >= 2 && trait('rarest_share') < limits.imbalance / classes],
    ['many classes', classes >= limits.manyClasses],
    ['ordered levels', task.objective === 'ordinal'],
    ['counts', task.objective === 'count'],
    ['several labels', task.objective === 'multilabel'],
    ['censoring', task.objective === 'survival'],
    ['forecasting', task.objective === 'forecast'],
    ['recommendation', task.objective === 'ranking'],
    ['sequence labelling', task.objective === 'tags'],
    ['heavy tail', trait('tail') > limits.heavyTail],
    ['text features', trait('texts') > 0],
    ['comparison of texts', task.pair !== undefined],
    ['image features', has('image')],
    ['audio features', has('audio')],
    ['sequence features', has('sequence')],
    ['joins', joined],
    ['time', task.split.kind === 'temporal' || trait('times') > 0 || task.series !== undefined],
    ['groups', task.split.kind === 'group'],
    ['missing data', trait('missing_cells') > limits.missingCells],
    ['high cardinality', trait('most_levels') > limits.manyLevels],
    ['wide table', trait('inputs') >= limits.manyInputs],
    ['few rows', trait('rows') > 0 && trait('rows') < limits.fewRows],
    ['many rows', trait('rows') >= limits.manyRows],
    ['mixed types', trait('numbers') > 0 && trait('categories') > 0],
  ];
  return found.flatMap(([skill, applies]) => (applies ? [skill] : []));
}
