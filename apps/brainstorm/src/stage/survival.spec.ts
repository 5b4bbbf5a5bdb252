import { seededRandom } from '@mle-smith/stage-runtime/testing';
import { tryBrainstorm } from './testing/try-brainstorm.ts';

/** 500 patients: those who are old and have the marker die sooner; nobody is watched for more than 2,000 days. */
function patients(header: string, seen: string, censored: string): string {
  const next = seededRandom(17);
  const rows = Array.from({ length: 500 }, () => {
    const [age, marker, dose] = [40 + Math.floor(40 * next()), Number((3 * next()).toFixed(2)), Math.floor(5 * next())];
    const lived = Math.ceil((-Math.log(1 - next()) * 2_500) / Math.exp(0.06 * (age - 60) + 0.6 * (marker - 1.5)));
    const watched = 100 + Math.floor(1_900 * next());
    return [age, marker, dose, next() < 0.5 ? 'f' : 'm', Math.min(lived, watched), lived <= watched ? seen : censored].join(',');
  });
  return `age,marker,dose,sex,${header}\n${rows.join('\n')}\n`;
}

describe('a table of follow-up times', () => {
  it('is asked for the time and the event together, and for neither alone', async () => {
    const { proposals, turnedDown } = await tryBrainstorm({ 'a.csv': patients('futime,death', '1', '0') });

    expect(proposals.map((proposal) => proposal.objective)).toEqual(['survival']);
    expect(proposals[0]).toMatchObject({
      id: 'made--death',
      target: { column: 'futime', event: 'death', positive: '1' },
      metric: { name: 'concordance_index' },
      split: { kind: 'stratified' },
      inputs: ['age', 'marker', 'dose', 'sex'],
    });
    expect(proposals[0]?.ledger.find((entry) => entry.column === 'death')).toMatchObject({ availability: 'after', kept: false });
    expect(turnedDown.filter((entry) => entry.code === 'censored').map((entry) => entry.target)).toEqual(expect.arrayContaining(['death']));
  });

  it('takes from the documentation which value says that the event was seen', async () => {
    const readme = '# Lungs\n\n- time: survival time in days\n- status: 1=censored, 2=dead\n';

    const { proposals } = await tryBrainstorm({ 'README.md': readme, 'a.csv': patients('time,status', '2', '1') });

    expect(proposals[0]).toMatchObject({ objective: 'survival', target: { column: 'time', event: 'status', positive: '2' } });
  });

  it('knows that a column named after censoring marks the rows whose event was not seen', async () => {
    const { proposals } = await tryBrainstorm({ 'a.csv': patients('days_to_relapse,censored', '0', '1') });

    expect(proposals[0]?.target).toMatchObject({ event: 'censored', positive: '0' });
  });

  it('is no such table where a duration stands beside an outcome that has nothing to do with being watched', async () => {
    const { proposals } = await tryBrainstorm({ 'a.csv': patients('duration,churn', 'yes', 'no') });

    expect(proposals.map((proposal) => proposal.objective)).not.toContain('survival');
  });

  it('takes an input out that says who had the event', async () => {
    const raw = patients('futime,death', '1', '0')
      .trimEnd()
      .split('\n')
      .map((line, index) => `${line},${index === 0 ? 'ward' : line.endsWith(',1') ? 'a' : 'b'}`)
      .join('\n');

    const { proposals } = await tryBrainstorm({ 'a.csv': `${raw}\n` });

    expect(proposals.flatMap((proposal) => proposal.inputs)).not.toContain('ward');
  });
});
