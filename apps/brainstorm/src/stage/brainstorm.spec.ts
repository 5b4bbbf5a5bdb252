import { seededRandom } from '@mle-smith/stage-runtime/testing';
import { tryBrainstorm } from './testing/try-brainstorm.ts';

/** CSV of rows that a function makes. */
function table(header: readonly string[], rows: number, make: (next: () => number, index: number) => readonly (string | number)[]): string {
  const next = seededRandom(11);
  return `${[header, ...Array.from({ length: rows }, (_, index) => make(next, index))].map((row) => row.join(',')).join('\n')}\n`;
}

/** A day of 2020 or later. */
function day(index: number): string {
  return new Date(Date.UTC(2020, 0, 1 + index)).toISOString().slice(0, 10);
}

describe('the rules brainstormer', () => {
  it('takes out what is known only afterwards and says when the question is asked', async () => {
    const raw = table(['age', 'plan', 'calls', 'duration', 'churn'], 600, (next) => {
      const [age, calls] = [20 + Math.floor(50 * next()), Math.floor(20 * next())];
      const churn = next() < (calls > 12 ? 0.7 : 0.15);
      return [age, next() < 0.5 ? 'a' : 'b', calls, churn ? 300 + Math.floor(200 * next()) : 10 + Math.floor(100 * next()), churn ? 'yes' : 'no'];
    });

    const { proposals } = await tryBrainstorm({ 'a.csv': raw });

    expect(proposals.map((proposal) => proposal.target.column)).toEqual(['churn']);
    expect(proposals[0]).toMatchObject({ objective: 'binary', target: { positive: 'yes' }, inputs: ['age', 'plan', 'calls'] });
    expect(proposals[0]?.ledger.find((entry) => entry.column === 'duration')).toMatchObject({ availability: 'after', kept: false });
    expect(proposals[0]?.momentOfPrediction).not.toBe('');
  });

  it('takes out columns that the target can be recomputed from', async () => {
    const raw = table(['length', 'width', 'area_cost', 'weather', 'price'], 400, (next) => {
      const [length, width, cost] = [5 + Math.floor(20 * next()), 3 + Math.floor(9 * next()), 10 + Math.floor(5 * next())];
      return [length, width, cost * 3, next().toFixed(2), 2.54 * cost * 3 + 0];
    });

    const { proposals, turnedDown } = await tryBrainstorm({ 'a.csv': raw });

    for (const proposal of proposals) expect(proposal.inputs).not.toContain('area_cost');
    expect([...proposals.map((proposal) => proposal.target.column), ...turnedDown.map((entry) => entry.target)]).toContain('price');
  });

  it('asks for a number and not for the same number cut at its median', async () => {
    const raw = table(['size', 'rooms', 'built', 'price', 'high_price'], 500, (next) => {
      const [size, rooms] = [30 + Math.floor(100 * next()), 1 + Math.floor(5 * next())];
      const price = 1000 * size + 8000 * rooms + Math.floor(20_000 * next());
      return [size, rooms, 1900 + Math.floor(100 * next()), price, price > 99_000 ? 1 : 0];
    });

    const { proposals, turnedDown } = await tryBrainstorm({ 'a.csv': raw });

    expect(proposals.map((proposal) => proposal.target.column)).toEqual(['price']);
    expect(proposals[0]?.inputs).not.toContain('high_price');
    expect(turnedDown.find((entry) => entry.target === 'high_price')).toMatchObject({ code: 'derived' });
  });

  it('keeps all rows of a patient on one side', async () => {
    const raw = table(['patient', 'visit_day', 'dose', 'marker', 'severity'], 600, (next, index) => {
      const patient = Math.floor(index / 6);
      const dose = Math.floor(5 * next());
      return [`P${patient}`, Math.floor(200 * next()), dose, (dose + next()).toFixed(3), (3 * dose + (patient % 9) + 4 * next()).toFixed(2)];
    });

    const { proposals } = await tryBrainstorm({ 'a.csv': raw });

    expect(proposals[0]?.split).toMatchObject({ kind: 'group', column: 'patient' });
    expect(proposals[0]?.entities).toContainEqual(expect.objectContaining({ column: 'patient', role: 'unseen' }));
  });

  it('keeps the sentences of a document on one side, although another file says which are of one', async () => {
    const idOf = (index: number): string => `letter${Math.floor(index / 10)}_${index}`;
    const sentences = table(['id', 'words', 'commas', 'rareness', 'severity'], 600, (next, index) => {
      const [words, commas, rareness] = [5 + Math.floor(20 * next()), Math.floor(4 * next()), next()];
      return [idOf(index), words, commas, rareness.toFixed(4), (words / 5 + commas + 3 * rareness + 4 * next()).toFixed(2)];
    });
    const sources = table(['id', 'document'], 600, (_, index) => [idOf(index), `letter${Math.floor(index / 10)}`]);

    const { proposals } = await tryBrainstorm({ 'sentences.csv': sentences, 'sources.csv': sources });

    expect(proposals.find((proposal) => proposal.target.column === 'severity')?.split).toMatchObject({ kind: 'group', column: 'document' });
    expect(new Set(proposals.map((proposal) => proposal.target.column)).size).toBe(proposals.length);
  });

  it('counts targets that give each other as one task', async () => {
    const raw = table(['size', 'rooms', 'built', 'price', 'list_price'], 400, (next) => {
      const size = 30 + Math.floor(100 * next());
      const price = 1000 * size + Math.floor(30_000 * next());
      return [size, 1 + Math.floor(5 * next()), 1900 + Math.floor(100 * next()), price, Math.round(1.05 * price + 500 * next())];
    });

    const { proposals, turnedDown } = await tryBrainstorm({ 'a.csv': raw });

    expect(proposals).toHaveLength(1);
    expect(turnedDown.map((entry) => entry.code)).toContain('same_task');
  });

  it('reads a text task from a label and a text without a header', async () => {
    const words = ['the meeting is moved to noon', 'win a free prize now call', 'see you at the station later', 'claim your free voucher today'];
    const raw = Array.from(
      { length: 500 },
      (_, index) => `${index % 4 === 1 || index % 4 === 3 ? 'spam' : 'ham'}\t${words[index % 4] ?? ''} number ${index}`,
    ).join('\n');

    const { proposals } = await tryBrainstorm({ 'messages.tsv': `${raw}\n` });

    expect(proposals[0]).toMatchObject({ modality: 'text', objective: 'binary', target: { name: 'label', positive: 'spam' }, textInputs: ['column_2'] });
  });

  it('asks of texts whose pieces have names for the tags of tokens, beside what the whole text is', async () => {
    const next = seededRandom(5);
    const one = (words: readonly string[]): string => words[Math.floor(words.length * next())] ?? '';
    const command = (verb: string): object => ({
      data: [
        { text: `${verb} ` },
        { text: `${one(['big', 'old', 'red'])} ${one(['lamp', 'door', 'fan'])}`, slot: 'thing' },
        { text: ' in the ' },
        { text: one(['hall', 'attic']), slot: 'room' },
      ],
    });
    const raw = { open: Array.from({ length: 150 }, () => command('open')), close: Array.from({ length: 150 }, () => command('shut')) };

    const { proposals } = await tryBrainstorm({ 'commands.json': JSON.stringify(raw) }, { title: 'Commands to a house' });

    expect(proposals).toMatchObject([
      { target: { column: 'tags', classes: ['O', 'B-room', 'B-thing', 'I-thing'] }, objective: 'tags', inputs: ['tokens'], textInputs: ['tokens'] },
      { target: { column: 'label' }, objective: 'binary', inputs: ['text'], textInputs: ['text'] },
    ]);
    expect(proposals[0]?.user).toBe('an assistant that does what it is told to');
    expect(proposals[0]?.ledger.find((entry) => entry.column === 'label')).toMatchObject({ availability: 'after', kept: false });
    expect(proposals[1]?.ledger.find((entry) => entry.column === 'tags')).toMatchObject({ availability: 'after', kept: false });
  });

  it('refuses noise with the number that shows it', async () => {
    const raw = table(['a', 'b', 'c', 'price'], 400, (next) => [next().toFixed(3), next().toFixed(3), next().toFixed(3), Math.floor(1000 * next())]);

    const { outcome } = await tryBrainstorm({ 'a.csv': raw });

    expect(outcome).toMatchObject({ kind: 'ended', code: 'no_good_task', message: expect.stringMatching(/r2 -?[\d.]+, 0\.05 is the least/) as string });
  });

  it('refuses a table in which nothing is worth asking', async () => {
    const raw = table(['marital', 'month', 'euribor3m', 'zip'], 400, (next) => [
      next() < 0.5 ? 'single' : 'married',
      1 + Math.floor(12 * next()),
      next().toFixed(3),
      10_000 + Math.floor(100 * next()),
    ]);

    expect((await tryBrainstorm({ 'a.csv': raw })).outcome).toMatchObject({ kind: 'ended', code: 'no_target' });
  });

  it('asks of one long series what comes in many windows after one origin', async () => {
    const raw = table(['ds', 'y'], 1_000, (next, index) => [day(index), (10 + (index % 7) + next()).toFixed(3)]);

    const { proposals } = await tryBrainstorm({ 'views.csv': raw });

    expect(proposals).toHaveLength(1);
    expect(proposals[0]).toMatchObject({
      objective: 'forecast',
      modality: 'timeseries',
      metric: { name: 'mase' },
      inputs: ['ds'],
      split: { kind: 'temporal', column: 'ds' },
      series: { time: 'ds', keys: [], season: 7, block: 28, frequency: 'daily' },
    });
  });

  it('refuses one series that is too short for a standard error, and says so', async () => {
    const raw = table(['month', 'passengers'], 216, (next, index) => [
      `${2000 + Math.floor(index / 12)}-${String(1 + (index % 12)).padStart(2, '0')}`,
      (100 + index + 20 * next()).toFixed(1),
    ]);

    expect((await tryBrainstorm({ 'air.csv': raw })).outcome).toMatchObject({
      kind: 'ended',
      code: 'no_good_task',
      message: expect.stringMatching(/one series of 216 monthly instants: 10 windows/) as string,
    });
  });

  it('asks what comes next in each series of a panel, with what is known ahead as inputs', async () => {
    const raw = table(['day', 'shop', 'town', 'visitors', 'sales'], 15 * 120, (next, index) => {
      const shop = index % 15;
      const visitors = 20 + Math.floor(50 * next());
      return [day(Math.floor(index / 15)), `shop ${shop}`, `town ${shop % 4}`, visitors, (visitors + 10 * next()).toFixed(2)];
    });

    const { proposals } = await tryBrainstorm({ 'sales.csv': raw });
    const sales = proposals.find((proposal) => proposal.target.column === 'sales');

    expect(proposals.map((proposal) => proposal.target.column)).toEqual(['sales', 'visitors']);
    expect(sales).toMatchObject({ inputs: ['day', 'shop', 'town'], series: { keys: ['shop'], season: 7, horizon: 24 } });
    expect(sales?.series?.block).toBeUndefined();
    expect(sales?.entities[0]).toMatchObject({ column: 'shop', role: 'known' });
    expect(sales?.ledger.find((entry) => entry.column === 'visitors')).toMatchObject({ availability: 'after', kept: false });
  });

  it('scores series of many zeros by squared errors', async () => {
    const raw = table(['day', 'shop', 'sales'], 15 * 120, (next, index) => [
      day(Math.floor(index / 15)),
      `shop ${index % 15}`,
      next() < 0.5 ? 0 : (10 * next()).toFixed(2),
    ]);

    expect((await tryBrainstorm({ 'sales.csv': raw })).proposals[0]?.metric.name).toBe('rmsse');
  });

  it('tells anomalies along a series from the past to the future, in whatever order the rows come', async () => {
    const rows = table(['when', 'load', 'pressure', 'anomaly'], 900, (next, index) => {
      const odd = next() < 0.2;
      return [day(index), (odd ? 8 + 4 * next() : 4 + 5 * next()).toFixed(3), (2 + next() + (odd ? 0.4 : 0)).toFixed(3), odd ? 1 : 0];
    });
    const [header, ...lines] = rows.trimEnd().split('\n');
    const shuffled = [header, ...lines.filter((_, index) => index % 2 === 0), ...lines.filter((_, index) => index % 2 === 1)].join('\n');

    const { proposals } = await tryBrainstorm({ 'machine.csv': `${shuffled}\n` });

    expect(proposals.find((proposal) => proposal.target.column === 'anomaly')).toMatchObject({
      objective: 'binary',
      split: { kind: 'temporal', column: 'when' },
    });
    expect(proposals.filter((proposal) => proposal.split.kind === 'random' || proposal.split.kind === 'stratified')).toEqual([]);
  });

  it('gives the same proposals, seeds and all, every time', async () => {
    const raw = table(['size', 'rooms', 'price'], 300, (next) => {
      const size = 30 + Math.floor(100 * next());
      return [size, 1 + Math.floor(5 * next()), 1000 * size + Math.floor(40_000 * next())];
    });

    const [one, other] = [await tryBrainstorm({ 'a.csv': raw }), await tryBrainstorm({ 'a.csv': raw })];

    expect(one.proposals).toEqual(other.proposals);
    expect(one.proposals).not.toEqual([]);
  });
});
