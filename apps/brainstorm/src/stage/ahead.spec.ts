import { seededRandom } from '@mle-smith/stage-runtime/testing';
import { tryBrainstorm } from './testing/try-brainstorm.ts';

/** Runs of 260 machines, one after another: every six hours the heat and the load, which changes as a function says. */
function machines(change: (load: number, next: () => number) => number): string {
  const next = seededRandom(41);
  const rows = Array.from({ length: 260 }, (_machine, machine) => {
    let load = 40 + 30 * next();
    return Array.from({ length: 13 + (machine % 7) }, (_step, step) => {
      load += change(load, next);
      const time = new Date(Date.UTC(2015, 0, 1, machine * 200 + 6 * step)).toISOString().slice(0, 19).replace('T', ' ');
      return `m${machine},${time},${(load / 2 + 5 * next()).toFixed(2)},${load.toFixed(2)}`;
    });
  }).flat();
  return `machine,time,heat,load\n${rows.join('\n')}\n`;
}

describe('a table that follows machines through time', () => {
  it('is asked for what comes, told from what is known of a machine now and before', async () => {
    const raw = machines((load, next) => 0.1 * (55 - load) + 8 * (next() - 0.5));

    const { proposals, turnedDown } = await tryBrainstorm({ 'a.csv': raw });

    expect(proposals.map(({ id }) => id)).toEqual(['made--load', 'made--load-in-24-hours']);
    const later = proposals[1];
    expect(later).toMatchObject({
      objective: 'regression',
      ahead: { present: 'load', span: '24 hours' },
      split: { kind: 'group', column: 'subject' },
      metric: { name: 'rmse' },
    });
    expect(later?.inputs).toEqual(expect.arrayContaining(['load', 'load_6_hours_before', 'load_24_hours_before', 'heat', 'subject']));
    expect(later?.inputs).not.toContain('machine');
    expect(later?.ledger.find(({ column }) => column === 'heat_in_24_hours')).toMatchObject({ availability: 'after', kept: false });
    expect(later?.momentOfPrediction).toContain('at the instant of the row');
    expect(turnedDown).toContainEqual(expect.objectContaining({ target: 'heat_in_24_hours', code: 'no_purpose' }));
  });

  it('is not asked for what hardly changes', async () => {
    const raw = machines((_load, next) => 0.1 * (next() - 0.5));

    const { proposals, turnedDown } = await tryBrainstorm({ 'a.csv': raw });

    expect(proposals.map(({ id }) => id)).not.toContain('made--load-in-24-hours');
    expect(turnedDown).toContainEqual(expect.objectContaining({ target: 'load_in_24_hours', code: 'same_task' }));
  });
});
