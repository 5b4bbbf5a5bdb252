import { deterministicName } from './deterministic-names.ts';

const SUFFIX = '--micro';
const LONGEST_ID = 63;

/** The id of a task's micro variant; no other id has a third part (decision 12). Long ids are cut and end in a digest. */
export function microIdOf(id: string): string {
  if (id.length + SUFFIX.length <= LONGEST_ID) return `${id}${SUFFIX}`;
  return `${id.slice(0, LONGEST_ID - SUFFIX.length - 9).replace(/-+$/, '')}-${deterministicName(id).slice(0, 8)}${SUFFIX}`;
}

/** Whether an id is that of a micro variant, which is no task of its own. */
export function isMicroId(id: string): boolean {
  return id.endsWith(SUFFIX) && id.indexOf('--') < id.length - SUFFIX.length;
}
