import { seededRandom } from '@mle-smith/stage-runtime/testing';
import { tryBrainstorm } from './testing/try-brainstorm.ts';

const WORDS = 'river stone cloud bread glass horse paper light chair music train grass salt tower shirt spoon candle bridge forest window'.split(' ');

/** Pairs of texts of which the second keeps some words of the first; each first text stands in `each` pairs. */
function pairs(header: string, each: number, told: (kept: number, next: () => number) => string, beside = ''): string {
  const next = seededRandom(5);
  const word = (): string => WORDS[Math.floor(WORDS.length * next())] ?? '';
  const rows = Array.from({ length: 400 / each }, (_, index) => {
    const first = Array.from({ length: 5 }, word);
    return Array.from({ length: each }, (_pair, place) => {
      const kept = Math.floor(6 * next());
      const second = [...first.slice(0, kept), ...Array.from({ length: 5 - kept }, word), `no${index}x${place}`];
      return `${first.join(' ')} no${index},${second.join(' ')},${beside}${told(kept, next)}`;
    });
  });
  return `${header}\n${rows.flat().join('\n')}\n`;
}

describe('pairs of texts', () => {
  it('asks what the texts are to each other and nothing beside them, and keeps pairs that share a text on one side', async () => {
    const raw = pairs('question1,question2,minutes,is_duplicate', 2, (kept) => (kept > 2 ? '1' : '0'), '7.5,');

    const { proposals } = await tryBrainstorm({ 'a.csv': raw });

    expect(proposals).toHaveLength(1);
    expect(proposals[0]).toMatchObject({
      modality: 'text',
      objective: 'binary',
      target: { column: 'is_duplicate', positive: '1' },
      inputs: ['question1', 'question2', 'pair_group'],
      textInputs: ['question1', 'question2'],
      pair: { one: 'question1', other: 'question2', apart: ['question1', 'question2'] },
      split: { kind: 'group', column: 'pair_group' },
      entities: [{ column: 'pair_group', role: 'unseen' }],
    });
    expect(proposals[0]?.question).toMatch(/^Given a pair of texts \(question1 and question2\), predict whether is duplicate is "\w+" for pairs/);
    expect(proposals[0]?.decision).toBe('which entries to merge and to answer once');
  });

  it('draws pairs at random where no text comes twice, and asks for a score as a number', async () => {
    const raw = pairs('sentence_A,sentence_B,relatedness', 1, (kept, next) => (kept + next()).toFixed(2));

    const { proposals } = await tryBrainstorm({ 'a.csv': raw });

    expect(proposals).toHaveLength(1);
    expect(proposals[0]).toMatchObject({ objective: 'regression', split: { kind: 'random' }, inputs: ['sentence_A', 'sentence_B'], entities: [] });
  });

  it('finds pairs and their label by what they are where no name says so', async () => {
    const raw = pairs('headline,caption,verdict', 2, (kept) => ['against', 'open', 'for'][Math.floor(kept / 2)] ?? '');

    const { proposals } = await tryBrainstorm({ 'a.csv': raw });

    expect(proposals[0]).toMatchObject({ objective: 'multiclass', target: { column: 'verdict' }, pair: { one: 'headline', other: 'caption' } });
  });

  it('says which texts may come on both sides where all pairs hang together', async () => {
    const [header, ...rows] = pairs('query,document,relevant', 4, (kept) => (kept > 2 ? '1' : '0'))
      .trimEnd()
      .split('\n');
    const documents = rows.slice(0, 60).map((row) => row.split(',')[1] ?? '');
    const raw = rows.map((row, place) =>
      row
        .split(',')
        .with(1, documents[(7 * place) % 60] ?? '')
        .join(','),
    );

    const { proposals } = await tryBrainstorm({ 'a.csv': [header, ...raw, ''].join('\n') });

    expect(proposals[0]?.pair?.apart).toEqual(['query']);
    expect(proposals[0]?.risks).toContain('texts of document come on both sides: nearly all rows hang together by them');
  });

  it('asks a question of texts where one of the two tells as much as both, and still keeps rows that share a text together', async () => {
    const rows = pairs('headline,caption,label', 2, () => '')
      .trimEnd()
      .split('\n')
      .slice(1);
    const raw = rows.map((row) => `${row}${/,.*(river|stone|cloud|bread|glass)/.test(row) ? 'plain' : 'other'}`);

    const { proposals } = await tryBrainstorm({ 'a.csv': ['headline,caption,label', ...raw, ''].join('\n') });

    expect(proposals[0]).toMatchObject({
      title: 'Predicting the outcome "label" from text',
      inputs: ['headline', 'caption', 'pair_group'],
      textInputs: ['headline', 'caption'],
      split: { kind: 'group', column: 'pair_group' },
    });
    expect(proposals[0]?.pair).toBeUndefined();
  });

  it('asks no question of a pair of a table that has two texts and much else', async () => {
    const next = seededRandom(3);
    const rows = pairs('pros,cons,stars', 1, () => '')
      .trimEnd()
      .split('\n')
      .slice(1);
    const raw = rows.map((row) => {
      const numbers = Array.from({ length: 5 }, () => (90 * next()).toFixed(2));
      return `${numbers.join(',')},${row}${(0.4 * Number(numbers[0]) + 30 * next() + 20).toFixed(2)}`;
    });

    const { proposals } = await tryBrainstorm({ 'a.csv': ['pages,chapters,width,depth,gloss,pros,cons,stars', ...raw, ''].join('\n') });

    expect(proposals[0]).toMatchObject({ modality: 'tabular', target: { column: 'stars' }, inputs: ['pages', 'chapters', 'width', 'depth', 'gloss'] });
    expect(proposals[0]?.pair).toBeUndefined();
  });
});
