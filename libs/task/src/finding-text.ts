import type { Finding } from '@mle-smith/contracts';

const REPAIRS: Readonly<Record<NonNullable<Finding['repair']>['action'], string>> = {
  drop_columns: 'take out',
  group_split: 'keep groups on one side, by',
  temporal_split: 'split by time, by',
  change_metric: 'score with',
  merge_rare_classes: 'merge the rare classes',
  rebuild: 'build it again',
  none: '',
};

/** A finding in one sentence: its rule, what is wrong, and what would mend it where somebody can. */
export function findingText({ rule, message, repair }: Pick<Finding, 'rule' | 'message' | 'repair'>): string {
  const how = repair === undefined ? '' : REPAIRS[repair.action];
  const what = [...(repair?.columns ?? []), ...(repair?.value === undefined ? [] : [repair.value])].join(', ');
  return `${rule}: ${message}${how === '' ? '' : ` (repair: ${[how, what].filter((part) => part !== '').join(' ')})`}`;
}
