import type { Costs, StageCost } from '@mle-smith/contracts';
import { statusOutput, type Status } from './archive-output.ts';

const cost = (cpuSeconds: number, more: Partial<StageCost> = {}): StageCost => ({
  attempts: 1,
  seconds: cpuSeconds,
  cpuSeconds,
  gpuSeconds: 0,
  calls: 0,
  inputTokens: 0,
  outputTokens: 0,
  usd: 0,
  unpriced: 0,
  ...more,
});
const funnel = { datasets: 1, refused: 0, proposed: 2, designed: 2, designAsserted: 2, refactored: 2, asserted: 2, reviewed: 2, verified: 2, abandoned: 0 };
const printed = (costs: Status['costs'], json = false): string => statusOutput({ funnel, open: {}, oldest: [], costs, now: 0 }, json);
const NONE: Costs['verified'] = { tasks: 0, byStage: {}, dearest: [] };

describe('the status of a run', () => {
  const spent: Status['costs'] = {
    verified: { tasks: 2, byStage: { design: cost(3, { calls: 2, inputTokens: 200, outputTokens: 20, usd: 0.5 }) }, dearest: [] },
    byStage: { design: cost(9, { calls: 5, inputTokens: 501, outputTokens: 50, usd: 1.2 }), ingest: cost(4) },
    perVerifiedTask: {
      all: cost(6.5, { calls: 2.5, inputTokens: 250.5, outputTokens: 25, usd: 0.6 }),
      byStage: { design: cost(4.5, { calls: 2.5, inputTokens: 250.5, outputTokens: 25, usd: 0.6 }), ingest: cost(2) },
    },
  };

  it('tells what verified tasks cost themselves, and what all work came to for each of them', () => {
    const lines = printed(spent).trim().split('\n').slice(1);

    expect(lines).toEqual([
      'cost of 2 verified tasks:',
      '  design          3.00 s, CPU 3.00 s, GPU 0.00 s, 2 calls, 200 tokens in and 20 out, $0.5000',
      '  all             3.00 s, CPU 3.00 s, GPU 0.00 s, 2 calls, 200 tokens in and 20 out, $0.5000',
      '  a task          1.50 s, CPU 1.50 s, GPU 0.00 s, 1 calls, 100 tokens in and 10 out, $0.2500',
      'all work per verified task (what was abandoned, refused or is under way included):',
      '  ingest          2.00 s, CPU 2.00 s, GPU 0.00 s, $0',
      '  design          4.50 s, CPU 4.50 s, GPU 0.00 s, 2.5 calls, 250.5 tokens in and 25 out, $0.6000',
      '  all             6.50 s, CPU 6.50 s, GPU 0.00 s, 2.5 calls, 250.5 tokens in and 25 out, $0.6000',
    ]);
    expect(JSON.parse(printed(spent, true))).toMatchObject(spent);
  });

  it('divides by nothing while no task is verified, and tells all work as it is', () => {
    const lines = printed({ verified: NONE, byStage: { ingest: cost(4) } })
      .trim()
      .split('\n')
      .slice(1);

    expect(lines).toEqual([
      'all work so far (no task is verified yet):',
      '  ingest          4.00 s, CPU 4.00 s, GPU 0.00 s, $0',
      '  all             4.00 s, CPU 4.00 s, GPU 0.00 s, $0',
    ]);
  });

  it('tells no cost where nothing was done', () => {
    expect(printed({ verified: NONE, byStage: {} }).trim().split('\n')).toHaveLength(1);
  });
});
