import { seededRandom } from '@mle-smith/stage-runtime/testing';
import { tryBrainstorm } from './testing/try-brainstorm.ts';

/** 150 readers who each have twelve of 140 books. */
function loans(): string {
  const next = seededRandom(7);
  const rows = Array.from({ length: 150 }, (_reader, reader) =>
    Array.from({ length: 12 }, () => {
      const book = Math.floor(140 * next());
      return `r${reader},${book},${10 + (reader % 60)},${['novel', 'comic', 'atlas'][book % 3] ?? ''},2020-03-${String(1 + Math.floor(27 * next())).padStart(2, '0')}`;
    }),
  ).flat();
  return `reader,book_id,age,kind,day\n${rows.join('\n')}\n`;
}

/** 1,500 pairs of 80 users and 40 items with whatever else a function says of each. */
function pairs(header: string, rest: (next: () => number, user: number, item: number) => string): string {
  const next = seededRandom(23);
  const rows = Array.from({ length: 1_500 }, () => {
    const [user, item] = [Math.floor(80 * next()), Math.floor(40 * next())];
    return `u${user},${100 + item}${rest(next, user, item)}`;
  });
  return `${header}\n${rows.join('\n')}\n`;
}

describe('a table of who thinks what of which', () => {
  it('is asked for the rating as a number, with users and items that are known', async () => {
    const raw = pairs('user_id,movie_id,stars', (next, user, item) => `,${1 + Math.min(4, Math.floor((user % 3) + (item % 2) + 2 * next()))}`);

    const { proposals } = await tryBrainstorm({ 'a.csv': raw });

    expect(proposals).toHaveLength(1);
    expect(proposals[0]).toMatchObject({
      modality: 'ranking',
      objective: 'regression',
      target: { column: 'stars' },
      metric: { name: 'rmse' },
      split: { kind: 'random' },
      ratings: { user: 'user_id', item: 'movie_id' },
      inputs: ['user_id', 'movie_id'],
    });
    expect(proposals[0]?.entities.map(({ column, role }) => [column, role])).toEqual([
      ['user_id', 'known'],
      ['movie_id', 'known'],
    ]);
  });

  it('is asked which items belong to a user where it does not say how much was liked', async () => {
    const { proposals } = await tryBrainstorm({ 'a.csv': loans() });

    expect(proposals.find(({ objective }) => objective === 'ranking')).toMatchObject({
      id: 'made--relevant',
      title: 'Ranking books for each reader',
      modality: 'ranking',
      target: { column: '', name: 'relevant', classes: ['0', '1'] },
      metric: { name: 'ndcg_at_10' },
      split: { kind: 'random' },
      ratings: { user: 'reader', item: 'book_id' },
      candidates: { ofUser: ['age'], ofItem: ['kind'], others: 4 },
      inputs: ['reader', 'book_id', 'age', 'kind'],
    });
  });

  it('tells of a meeting what is known only of those that met', async () => {
    const { proposals } = await tryBrainstorm({ 'a.csv': loans() });

    const ranking = proposals.find(({ objective }) => objective === 'ranking');
    expect(ranking?.ledger.find(({ column }) => column === 'day')).toMatchObject({ availability: 'after', kept: false });
    expect(ranking?.risks).toContainEqual(expect.stringContaining('without regard to time'));
  });

  it('is not asked for a ranking where most users met most items', async () => {
    const { outcome, turnedDown } = await tryBrainstorm({ 'a.csv': pairs('user_id,movie_id', () => '') });

    expect(outcome).toMatchObject({ kind: 'ended', code: 'no_good_task' });
    expect(turnedDown).toContainEqual(expect.objectContaining({ code: 'no_ranking', reason: expect.stringContaining('80 users and 40 items') as string }));
  });
});

describe('a list of edges', () => {
  it('is refused with what is missing', async () => {
    const { outcome } = await tryBrainstorm({ 'a.csv': pairs('source,target', () => '') });

    expect(outcome).toMatchObject({ kind: 'ended', code: 'unsupported_modality', message: expect.stringContaining('graph') as string });
  });
});

describe('a table of molecules', () => {
  it('is read as text', async () => {
    const next = seededRandom(31);
    const parts = ['C', 'CC', 'N', 'O', 'c1ccccc1', 'C(=O)', 'Cl', 'S', '[N+]', 'C#N'];
    const rows = Array.from({ length: 400 }, () => {
      const chosen = Array.from({ length: 4 + Math.floor(6 * next()) }, () => parts[Math.floor(parts.length * next())] ?? 'C');
      const soluble = chosen.filter((part) => part === 'O' || part === '[N+]').length + next();
      return `C(=O)${chosen.join('')},${soluble.toFixed(3)}`;
    });

    const { proposals } = await tryBrainstorm({
      'README.md': '# M\n\nTarget: solubility, log mol per litre\n',
      'a.csv': `smiles,solubility\n${rows.join('\n')}\n`,
    });

    expect(proposals[0]).toMatchObject({ modality: 'text', inputs: ['smiles'], textInputs: ['smiles'], target: { column: 'solubility' } });
  });
});
