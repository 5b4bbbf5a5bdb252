import { READS_AS_MISSING, type ColumnProfile } from '@mle-smith/contracts';
import type { BrainstormConfig } from '../../config.ts';
import type { Candidate } from './candidates.ts';

type Shape = Pick<Candidate, 'objective' | 'classes' | 'dropped' | 'positive'>;

const OUTSIDE = 'O';
const MOST_TAGS = 100;

/** Whether tags mark entities by their first (B-) and further tokens (I-). */
export function marksEntities(tags: readonly string[]): boolean {
  return tags.includes(OUTSIDE) && tags.some((tag) => /^[BI]-\S/.test(tag)) && tags.every((tag) => tag === OUTSIDE || /^[BI]-\S/.test(tag));
}

/** The kinds of entities that tags mark. */
export function kindsOf(tags: readonly string[]): string[] {
  return [...new Set(tags.flatMap((tag) => (tag === OUTSIDE ? [] : [tag.slice(2)])))].sort();
}

/** The tags of a column of tagged sentences, the one for "no entity" first; a reason where they cannot be asked for. */
export function tagShape({ parts, rows }: ColumnProfile, { minRows }: BrainstormConfig): Shape | { readonly reason: string } {
  const values = parts?.values ?? [];
  const unreadable = values.find(({ value }) => READS_AS_MISSING.includes(value));
  if (unreadable !== undefined) return { reason: `its tag "${unreadable.value}" is read as a missing value by common tools` };
  if (values.length < 2 || values.length > MOST_TAGS) return { reason: `${values.length} different tags; 2 to ${MOST_TAGS} can be asked for` };
  const tags = values.map(({ value }) => value).sort((one, other) => Number(other === OUTSIDE) - Number(one === OUTSIDE) || (one < other ? -1 : 1));
  const common = Math.max(0, ...values.filter(({ value }) => value !== OUTSIDE).map(({ count }) => count));
  if (common < minRows / 4) return { reason: `no tag but ${OUTSIDE} is in ${Math.ceil(minRows / 4)} of the ${rows} sentences` };
  return { objective: 'tags', classes: tags, dropped: [] };
}

/** The labels of a column of lists of labels that come often enough to be asked for; undefined where fewer than three do. */
export function labelShape({ parts }: ColumnProfile, { testUnitsPerClass }: BrainstormConfig): Shape | undefined {
  if (parts === undefined) return undefined;
  // Such a cell says that there is no label.
  const named = parts.values.filter(({ value }) => !READS_AS_MISSING.includes(value) && value !== '-').sort((one, other) => (one.value < other.value ? -1 : 1));
  const kept = named.filter(({ count }) => count >= testUnitsPerClass / 0.3);
  if (kept.length < 3) return undefined;
  return {
    objective: 'multilabel',
    classes: kept.map(({ value }) => value),
    dropped: named.filter((entry) => !kept.includes(entry)).map(({ value }) => value),
  };
}
