import { tryDesign } from './testing/try-design.ts';

const CREWS = 230;
const STEPS = 12;
const START = Date.UTC(2015, 0, 1);
const SIX_HOURS = 6 * 3_600_000;
const loadOf = (crew: number, step: number): number => 100 + (crew % 40) + 3 * ((step * 7 + crew) % 5) + step / 10;

/** Crews that work for three days, one after another: every six hours what they carry. */
function crews(): string {
  const rows = Array.from({ length: CREWS }, (_crew, crew) =>
    Array.from({ length: STEPS }, (_step, step) => {
      const time = new Date(START + (crew * 40 + step) * SIX_HOURS).toISOString().slice(0, 19).replace('T', ' ');
      return `crew ${crew},${time},${loadOf(crew, step).toFixed(1)}`;
    }),
  ).flat();
  return `crew,time,load\n${rows.join('\n')}\n`;
}

async function design(): Promise<{ train: Record<string, string>[]; test: Record<string, string>[]; answers: Record<string, string>[]; description: string }> {
  const tried = await tryDesign(
    { 'crews.csv': crews() },
    {
      objective: 'regression',
      metric: 'rmse',
      inputs: ['time', 'load', 'load_6_hours_before', 'load_12_hours_before', 'load_24_hours_before', 'subject'],
      ahead: { present: 'load', span: '24 hours' },
      split: { kind: 'group', column: 'subject', testFraction: 0.3, seed: 7, reason: 'crews are new' },
      target: { column: 'load_in_24_hours', name: 'load_in_24_hours', description: '', classes: [], dropped: [] },
    },
  );
  expect(tried.outcome).toMatchObject({ kind: 'advanced' });
  const table = async (path: string): Promise<Record<string, string>[]> => {
    const [header = [], ...rows] = (await tried.read(path))
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    return rows.map((cells) => Object.fromEntries(header.map((name, place) => [name, cells[place] ?? ''])));
  };
  return {
    train: await table('data/public/train.csv'),
    test: await table('data/public/test.csv'),
    answers: await table('data/private/test_answer.csv'),
    description: await tried.read('description.txt'),
  };
}

describe('prepare.py of values ahead', () => {
  it('asks about each thing once, and teaches with all instants of others', async () => {
    const { train, test, answers, description } = await design();
    const whole = START / SIX_HOURS;
    const instant = (row: Record<string, string>): number => Math.round(Date.parse(`${row['time']?.replace(' ', 'T')}Z`) / SIX_HOURS) - whole;

    const asked = new Set(test.map((row) => row['subject']));

    expect(asked.size).toBe(test.length);
    expect(train.filter((row) => asked.has(row['subject']))).toEqual([]);
    expect(train.length).toBe((CREWS - test.length) * (STEPS - 4));
    for (const [place, row] of test.entries()) {
      const [crew, step] = [Math.floor(instant(row) / 40), instant(row) % 40];
      expect(Number(answers[place]?.['load_in_24_hours'])).toBeCloseTo(loadOf(crew, step + 4), 6);
      expect(row['load_24_hours_before']).toBe(step < 4 ? '' : loadOf(crew, step - 4).toFixed(1));
    }
    expect(description).toContain('`test.csv` holds one of them');
  });
});
