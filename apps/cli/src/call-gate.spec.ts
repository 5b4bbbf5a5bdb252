import { ScriptedSource } from '@mle-smith/agent/testing';
import { CallGate } from './call-gate.ts';

const place = (agent: string) => ({ agent, stage: 'review', subject: 'cars--mpg', dataset: 'cars', generation: 1 });
const REQUEST = { messages: [{ role: 'user' as const, content: 'hello' }], maxTokens: 10 };

describe('the gate before models', () => {
  it('lets calls under way end, and holds the next ones until they are stopped', async () => {
    const told: boolean[] = [];
    const gate = new CallGate(() => told.push(gate.holds('cars--mpg')));
    const answer = Promise.withResolvers<void>();
    const scripts = new ScriptedSource({ careful: ['one'], sceptic: ['two'] });
    const slow = {
      capabilities: scripts.capabilities,
      time: scripts.time,
      at: (where: ReturnType<typeof place>) => {
        const model = scripts.at(where);
        return {
          identity: model.identity,
          complete: async (request: typeof REQUEST, signal: AbortSignal) => {
            await answer.promise;
            return model.complete(request, signal);
          },
        };
      },
    };
    const models = gate.guard(slow);
    const stop = new AbortController();
    const under = models.at(place('careful')).complete(REQUEST, stop.signal);
    gate.close();
    const held = models.at(place('sceptic')).complete(REQUEST, stop.signal);
    const other = models.at(place('sceptic')).complete(REQUEST, AbortSignal.abort(new Error('too late')));
    await expect(other).rejects.toThrow('too late');

    answer.resolve();
    expect((await under).content).toBe('one');
    stop.abort(new Error('stopped'));

    await expect(held).rejects.toThrow('stopped');
    expect(told).toEqual([false, false, false, true]);
    expect(scripts.at(place('sceptic')).calls).toEqual([]);
  });
});
