import { TwinIndex, type TaskTrace } from './twins.ts';

const words = (count: number, seed: number): string => Array.from({ length: count }, (_, place) => `word${(place * 7919 + seed * 104729) % 100_003}`).join(' ');
const task = (change: Partial<TaskTrace> = {}): TaskTrace => ({
  id: 'pears--weight',
  dataset: 'sha256:1',
  target: 'weight',
  metric: 'mae',
  description: words(400, 1),
  ...change,
});

describe('a task that repeats another', () => {
  it('is found by its data, target and metric, whatever its id and its description', () => {
    const index = new TwinIndex();
    index.add(task());

    expect(index.twinOf(task({ id: 'fruit--weight', description: 'Something else.' }))).toEqual({ of: 'pears--weight', kind: 'same', similarity: 1 });
    expect(index.twinOf(task({ target: 'length' }))).toBeUndefined();
    expect(index.twinOf(task({ metric: 'rmse' }))).toBeUndefined();
  });

  it('is found by a description with few other words, a canary of its own and another origin', () => {
    const index = new TwinIndex();
    for (let number = 2; number < 100; number += 1) index.add(task({ id: `other-${number}`, dataset: `sha256:${number}`, description: words(400, number) }));
    index.add(task());
    const reworded = `${words(400, 1).replace('word', 'stem')} at last\n\nCanary 1234\n\n## Origin\n${words(50, 9)}`;

    const twin = index.twinOf(task({ id: 'plums--weight', dataset: 'sha256:other', description: reworded }));

    expect(twin).toMatchObject({ of: 'pears--weight', kind: 'alike' });
    expect(twin?.similarity).toBeGreaterThan(0.95);
  });

  it('is not found in another half told alike, nor in another question about the same data', () => {
    const index = new TwinIndex();
    index.add(task());

    expect(index.twinOf(task({ dataset: 'sha256:2', description: `${words(200, 1)} ${words(200, 3)}` }))).toBeUndefined();
    expect(index.twinOf(task({ target: 'length' }))).toBeUndefined();
  });
});
