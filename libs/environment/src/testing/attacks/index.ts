import type { Attack } from './attack.ts';
import { ESCAPING } from './escaping.ts';
import { EXHAUSTING } from './exhausting.ts';
import { LOOKING } from './looking.ts';
import { REMAINING } from './remaining.ts';
import { SUBMITTING } from './submitting.ts';

export { PRELUDE, type Attack } from './attack.ts';

/** Every attack of the suite. */
export const ATTACKS: readonly Attack[] = [...LOOKING, ...EXHAUSTING, ...SUBMITTING, ...ESCAPING, ...REMAINING];
