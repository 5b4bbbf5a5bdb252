import { endInOrder, type EndOptions } from './run-stages.ts';

/** A station that writes down what is done to it; `inHand` is its work. */
function ending(inHand: Promise<void>, more: Partial<EndOptions> = {}): { readonly done: string[]; readonly ended: Promise<void> } {
  const done: string[] = [];
  const step = (name: string) => async () => void done.push(name);
  const drain = async (): Promise<void> => inHand.then(step('worked'));
  const run = { drain, stop: step('handed back'), flush: step('told') };
  return { done, ended: endInOrder({ run, bus: { stop: step('left the group') }, patienceMs: 60_000, failed: new AbortController().signal, ...more }) };
}

describe('the end of a station', () => {
  it('leaves its group at once, lets work finish, hands back what is left, and then tells what came of it', async () => {
    const work = Promise.withResolvers<void>();
    const { done, ended } = ending(work.promise);
    await new Promise(setImmediate);
    const before = [...done];
    work.resolve();

    await ended;

    expect(before).toEqual(['left the group']);
    expect(done).toEqual(['left the group', 'worked', 'handed back', 'told']);
  });

  it('hands work back that is not done in time, also where brokers do not let it go', async () => {
    const { done, ended } = ending(new Promise(() => undefined), { patienceMs: 5, bus: { stop: () => new Promise(() => undefined) } });

    await ended;

    expect(done).toEqual(['handed back', 'told']);
  });

  it('waits for moments only where a fault ends the process meanwhile, and tells nothing more', async () => {
    const fault = new AbortController();
    const { done, ended } = ending(new Promise(() => undefined), { failed: fault.signal });
    fault.abort();

    await ended;

    expect(done).toEqual(['left the group', 'handed back']);
  });
});
