import { AttemptBook } from './attempt-book.ts';

const STAGE = { stage: 'execute', task: 't' };

describe('the count of attempts', () => {
  it('knows what a process has in hand, whatever else is said of it', () => {
    const book = new AttemptBook();
    for (const code of ['lease.taken_over', 'stage.started', 'stage.fell_back', 'lease.taken_over', 'stage.started']) book.hear('execute', { code, ...STAGE });

    expect(book.inHand).toBe(2);
    book.hear('execute', { code: 'stage.advanced', ...STAGE });
    expect(book.inHand).toBe(1);
    book.ended('execute');
    expect([book.started, book.lost, book.inHand]).toEqual([2, 1, 0]);
  });

  it('counts as lost what was handed back', () => {
    const book = new AttemptBook();
    for (const code of ['stage.started', 'stage.released']) book.hear('execute', { code, ...STAGE });

    expect([book.started, book.lost, book.inHand]).toEqual([1, 1, 0]);
  });
});
