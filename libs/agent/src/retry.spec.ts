import { retrying, DEFAULT_RETRY_BOUNDS } from './retry.ts';
import { ScriptedModel, TestTime, failing } from './testing/index.ts';

const REQUEST = { messages: [{ role: 'user' as const, content: 'hello' }], maxTokens: 10 };
const SIGNAL = new AbortController().signal;

async function asked(steps: ConstructorParameters<typeof ScriptedModel>[0]): Promise<{ said: string; waits: number[]; calls: number }> {
  const model = new ScriptedModel(steps);
  const time = new TestTime();
  const said = await retrying(model, DEFAULT_RETRY_BOUNDS, time)
    .complete(REQUEST, SIGNAL)
    .then(
      ({ content }) => content,
      (error: { code?: string }) => error.code ?? String(error),
    );
  return { said, waits: time.waits, calls: model.calls.length };
}

describe('trying again', () => {
  it('waits twice as long each time, and ends after four tries with the last error', async () => {
    const faults = [failing('transport'), failing('garbage'), failing('transport'), failing('transport')];

    expect(await asked(faults)).toEqual({ said: 'transport', waits: [500, 1_000, 2_000], calls: 4 });
  });

  it('waits as long as the endpoint asks for, where that is short', async () => {
    expect(await asked([failing('rate', { retryAfterMs: 5_000 }), 'yes'])).toEqual({ said: 'yes', waits: [5_000], calls: 2 });
  });

  it('waits as long as it would by itself where the endpoint asks for no wait', async () => {
    const hasty = Array.from({ length: 4 }, () => failing('rate', { retryAfterMs: 0 }));

    expect((await asked([...hasty, 'yes'])).waits).toEqual([500, 1_000, 2_000, 4_000]);
  });

  it('ends after forty refusals for want of room, however much time there is', async () => {
    const model = new ScriptedModel(Array.from({ length: 100 }, () => failing('rate')));
    const patient = { ...DEFAULT_RETRY_BOUNDS, totalMs: 1e9 };

    await expect(retrying(model, patient, new TestTime()).complete(REQUEST, SIGNAL)).rejects.toMatchObject({ code: 'rate' });
    expect(model.calls).toHaveLength(40);
  });

  it('does not take a clock that is set for time that passed', async () => {
    const time = new TestTime();
    const model = new ScriptedModel([() => (time.setClock(3_600_000), failing('transport')), 'yes']);

    await expect(retrying(model, DEFAULT_RETRY_BOUNDS, time).complete(REQUEST, SIGNAL)).resolves.toMatchObject({ content: 'yes' });
  });

  it('does not hold its place for a long wait: the work is put aside by who asked', async () => {
    expect(await asked([failing('rate', { retryAfterMs: 120_000 })])).toEqual({ said: 'rate', waits: [], calls: 1 });
  });

  it('bears refusals for want of room as long as there is time', async () => {
    const { said, calls } = await asked([...Array.from({ length: 30 }, () => failing('rate')), 'yes']);

    expect({ said, calls }).toEqual({ said: 'yes', calls: 31 });
  });

  it('ends when the time for a call is over', async () => {
    const { said, waits } = await asked(Array.from({ length: 1_000 }, () => failing('rate')));

    expect(said).toBe('rate');
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThanOrEqual(DEFAULT_RETRY_BOUNDS.totalMs);
  });

  it.each(['truncated', 'refusal', 'filtered', 'quota', 'auth', 'config'] as const)('asks once where the answer is %s', async (code) => {
    expect(await asked([failing(code)])).toEqual({ said: code, waits: [], calls: 1 });
  });

  it('stops at once when it is called off', async () => {
    const off = new AbortController();
    const model = new ScriptedModel([
      () => {
        off.abort(new Error('called off'));
        return failing('transport');
      },
    ]);

    await expect(retrying(model, DEFAULT_RETRY_BOUNDS, new TestTime()).complete(REQUEST, off.signal)).rejects.toThrow('called off');
  });
});
