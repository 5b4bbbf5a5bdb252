import { allSubjects } from './each-subject.ts';
import type { StageHandler } from './stage.ts';
import { Bench } from './testing/bench.ts';
import { BLOCKING } from './testing/scripted-stages.ts';

const CHANGES = ['insert', 'claim', 'apply', 'release', 'settleEvent'] as const;
const LEASE_MS = 60_000;

/** A pipeline of two tasks, one over a repair, whose store dies at its n-th change and comes back for the next run. */
class CrashingBench extends Bench {
  changes = 0;
  readonly asked: string[] = [];

  constructor(dieAt: number, when: 'before' | 'after') {
    super();
    for (const name of CHANGES) {
      const change = this.store[name].bind(this.store) as (...parameters: unknown[]) => Promise<unknown>;
      const dying = async (...parameters: unknown[]): Promise<unknown> => {
        this.changes += 1;
        const dies = this.changes === dieAt;
        if (dies && when === 'before') throw new Error('killed');
        const result = await change(...parameters);
        if (dies) throw new Error('killed');
        return result;
      };
      Object.assign(this.store, { [name]: dying });
    }
  }

  async live(): Promise<void> {
    const design: StageHandler = async (item) => {
      this.asked.push(`${item.id}/${item.generation}`);
      return { kind: 'advanced', documents: {} };
    };
    const review: StageHandler = async (item) =>
      item.id === 'd-1' && item.generation === 1
        ? { kind: 'returned', to: 'design', findings: [BLOCKING], documents: {} }
        : { kind: 'advanced', documents: {} };
    await (await this.run(2, { design, review }, { workers: 1 })).start();
  }
}

describe('a run that dies at any change of its store', () => {
  const undisturbed = new CrashingBench(Infinity, 'before');
  let whole: unknown;
  const outcomes = async (bench: Bench): Promise<unknown> =>
    Promise.all(
      (await allSubjects(bench.store)).map(async ({ id, state, generation, documents }) => ({
        id,
        state,
        generation,
        documents,
        passed: (await bench.store.history(id)).map((row) => `${row.stage} ${row.generation} ${row.outcome}`),
      })),
    );
  beforeAll(async () => {
    await undisturbed.live();
    whole = await outcomes(undisturbed);
  });

  it.each(['before', 'after'] as const)('comes to the same end, when it dies just %s the change', async (when) => {
    for (let dieAt = 1; dieAt <= undisturbed.changes; dieAt += 1) {
      const bench = new CrashingBench(dieAt, when);
      await bench.live().catch(() => undefined);
      bench.clock.advance(LEASE_MS);
      await bench.live();

      expect([dieAt, await outcomes(bench)]).toEqual([dieAt, whole]);
      expect(await bench.audit()).toEqual([]);
      // The attempt in hand is done again; nothing that was written down is.
      expect(bench.asked.length - undisturbed.asked.length).toBeLessThanOrEqual(1);
    }
  });

  it('sees enough changes for that to mean something', () => {
    expect(undisturbed.changes).toBeGreaterThan(50);
  });
});
