import type { Present } from '@mle-smith/contracts';
import { presentText, spanText } from './present-text.ts';

const NOW = Date.parse('2026-11-29T12:00:00.000Z');
const SINCE = '2026-11-29T09:00:00.000Z';
const PRESENT: Present = { doing: 'waits', stage: 'execute', since: SINCE, attempt: 1, cancelRequested: false, deadline: '2026-11-30T09:00:00.000Z' };
const held = { worker: 'execute-1', workSince: '2026-11-29T11:59:00.000Z', leaseUntil: '2026-11-29T12:00:30.000Z' };

describe('what becomes of a dataset or task now, in words', () => {
  it.each<[Partial<Present>, string]>([
    [{}, 'waits for execute since 2026-11-29T09:00:00.000Z (3 h 0 min)'],
    [{ doing: 'works', ...held }, 'at work in execute since 2026-11-29T11:59:00.000Z (1 min 0 s) by execute-1, attempt 1'],
    [
      { doing: 'left', ...held, attempt: 2 },
      'left in the midst of execute by execute-1, attempt 2: its lease lasts until 2026-11-29T12:00:30.000Z, and nobody renews it; the next worker goes on',
    ],
    [
      { doing: 'retries', again: '2026-11-29T12:00:12.000Z', retries: 3, mostRetries: 50, reason: 'pod_lost: gone' },
      'waits for execute since 2026-11-29T09:00:00.000Z (3 h 0 min), again at 2026-11-29T12:00:12.000Z (in 12 s), retry 3 of 50 after pod_lost: gone',
    ],
    [{ reason: 'budget_exceeded: no money' }, 'waits for execute since 2026-11-29T09:00:00.000Z (3 h 0 min), after budget_exceeded: no money'],
    [{ cancelRequested: true }, 'waits for execute since 2026-11-29T09:00:00.000Z (3 h 0 min); is to be cancelled, when the next worker takes it'],
  ])('%j', (more, expected) => {
    expect(presentText({ ...PRESENT, ...more }, NOW)).toBe(expected);
  });

  it.each([
    [-5, '0 s'],
    [59_400, '59 s'],
    [61_000, '1 min 1 s'],
    [47 * 3_600_000, '47 h 0 min'],
    [49 * 3_600_000, '2 d 1 h'],
  ])('%i ms is "%s"', (ms, expected) => {
    expect(spanText(ms)).toBe(expected);
  });
});
