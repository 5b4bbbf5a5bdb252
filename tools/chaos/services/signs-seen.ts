import type { HistoryLine } from '@mle-smith/contracts';
import type { z } from 'zod';
import type { RigLine } from './rig.ts';
import { queryOf, type Sign, type StepSign } from './sign.ts';

/** A line of a timeline, as the gateway tells it. */
export type TimelineLine = z.infer<typeof HistoryLine>;

/** Where signs of a fault are looked for once it is over. */
export interface Sights {
  readonly namespace: string;
  readonly lines: readonly Pick<RigLine, 'code' | 'data'>[];
  /** Lines of the timelines of all datasets and tasks. */
  readonly timelines: readonly TimelineLine[];
  /** Seconds for which an expression had a value; undefined where nobody asked the services for their metrics. */
  readonly heldSeconds: ((expr: string) => Promise<number>) | undefined;
}

/** A sign, and whether it was seen; undefined where nobody could see it. */
export interface SeenSign {
  readonly sign: Sign;
  readonly seen: boolean | undefined;
}

/** Looks for what is to tell of a fault. */
export function signsSeen(signs: readonly Sign[], sights: Sights): Promise<readonly SeenSign[]> {
  return Promise.all(signs.map(async (sign) => ({ sign, seen: await isSeen(sign, sights) })));
}

async function isSeen(sign: Sign, { namespace, lines, timelines, heldSeconds }: Sights): Promise<boolean | undefined> {
  if ('step' in sign) return timelines.some((line) => tells(line, sign.step));
  if ('log' in sign) return lines.some(({ code, data }) => code === sign.log && (JSON.stringify(data) ?? '').includes(sign.holding ?? ''));
  const query = queryOf(sign, namespace);
  return query === undefined || heldSeconds === undefined ? undefined : (await heldSeconds(query)) > 0;
}

function tells(line: TimelineLine, { stage, outcome, code, lost, call, left }: StepSign): boolean {
  return (
    (stage ?? line.stage) === line.stage &&
    (outcome ?? line.outcome) === line.outcome &&
    (code ?? line.code) === line.code &&
    (lost === undefined || (line.lost ?? []).length > 0) &&
    (call === undefined || (line.events ?? []).some((event) => event.kind === 'call' && event.fault === call)) &&
    (left === undefined || Object.hasOwn(line.documents ?? {}, left))
  );
}
