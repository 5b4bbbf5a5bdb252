import { BoundedReading } from './bounded-reading.ts';

describe('a reading for a scrape', () => {
  it('is made once for all who ask at the same time, and anew for the next', async () => {
    let readings = 0;
    const reading = new BoundedReading(async () => (readings += 1));

    const together = await Promise.all([reading.take(), reading.take()]);
    const later = await reading.take();

    expect([...together, later]).toEqual([1, 1, 2]);
  });

  it('gives nothing where it takes too long, and is not begun again while it still runs', async () => {
    let readings = 0;
    const slow = Promise.withResolvers<number>();
    const reading = new BoundedReading(() => ((readings += 1), slow.promise), 10);

    const first = await reading.take();
    const second = await reading.take();
    slow.resolve(7);
    await slow.promise;

    expect([first, second, readings]).toEqual([undefined, undefined, 1]);
  });

  it('gives nothing where it fails, and goes on with the next', async () => {
    const answers = [() => Promise.reject(new Error('down')), () => Promise.resolve(3)];
    const reading = new BoundedReading(() => answers.shift()?.() ?? Promise.resolve(0));

    expect([await reading.take(), await reading.take()]).toEqual([undefined, 3]);
  });
});
