import { seededRandom } from '@mle-smith/stage-runtime/testing';
import { tryDesign, type Sketch, type Tried } from './testing/try-design.ts';

/** 100 claims, each with three notes; the first words of a claim are also those of its notes. */
function claims(): string {
  const next = seededRandom(7);
  const word = (): string => ['river', 'stone', 'cloud', 'bread', 'glass', 'horse', 'paper', 'light', 'chair', 'train'][Math.floor(10 * next())] ?? '';
  const rows = Array.from({ length: 100 }, (_claim, claim) => {
    const said = [word(), word(), word(), `no${claim}`];
    return Array.from({ length: 3 }, (_note, note) => {
      const kept = Math.floor(4 * next());
      const noted = [...said.slice(0, kept), word(), word(), word(), `part${claim}x${note}`].join(' ');
      // A claim is also written in another case, and stands in the second place.
      const shown = note === 1 ? said.join(' ').toUpperCase() : said.join(' ');
      return note === 2 ? `${noted},${shown},${kept}` : `${shown},${noted},${kept}`;
    });
  });
  return `text1,text2,closeness\n${rows.flat().join('\n')}\n`;
}

const PAIRS: Sketch = {
  objective: 'regression',
  metric: 'rmse',
  inputs: ['text1', 'text2', 'pair_group'],
  textInputs: ['text1', 'text2'],
  pair: { one: 'text1', other: 'text2', apart: ['text1', 'text2'] },
  split: { kind: 'group', column: 'pair_group', testFraction: 0.3, seed: 11, reason: 'texts come again in several pairs' },
  target: { column: 'closeness', name: 'closeness', description: '', classes: [], dropped: [] },
};

/** The two texts of each row, as they are compared. */
async function textsOf(tried: Tried, name: string): Promise<string[]> {
  const lines = (await tried.read(`data/public/${name}.csv`)).trimEnd().split('\n').slice(1);
  return lines.flatMap((line) => line.split(',').slice(1, 3)).map((text) => text.toLowerCase());
}

describe('prepare.py of pairs', () => {
  let tried: Tried;

  beforeAll(async () => {
    tried = await tryDesign({ 'claims.csv': claims() }, PAIRS);
  });

  it('has no text of a test row in train, in whichever place and case', async () => {
    const known = new Set(await textsOf(tried, 'train'));
    const asked = await textsOf(tried, 'test');

    expect(asked.length).toBeGreaterThan(150);
    expect(asked.filter((text) => known.has(text))).toEqual([]);
  });

  it('numbers the pairs that hang together by itself, and needs nothing of ours', async () => {
    const prepare = await tried.read('utils/prepare.py');

    expect(prepare).toContain('def link_texts(');
    expect(prepare).not.toContain('mle_env');
    expect((await tried.read('data/public/test.csv')).split('\n')[0]).toBe('id,text1,text2,pair_group');
  });

  it('says what a row is and which texts are new', async () => {
    const description = await tried.read('description.txt');

    expect(description).toContain('A row is a pair of two texts, `text1` and `text2`');
    expect(description).toContain('| text2 | free text | none | the second text of the pair |');
    expect(description).toContain('`pair_group` numbers the pairs that share a text');
    expect(description).toContain('No text of a test row stands in `train.csv`.');
  });
});
