import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunReport } from '@mle-smith/contracts';
import { differences, digestTree } from './digest-tree.ts';
import { RunFailedError, disturb, outcomes, type Ending, type Launch } from './disturb.ts';
import { killMoments } from './kill-moments.ts';
import { launch } from './launch.ts';

const REPORT: RunReport = {
  datasets: [{ id: 'a', state: 'done', tasks: ['t'] }],
  tasks: [{ id: 't', dataset: 'a', state: 'verified', generations: 1, seconds: 3 }],
  funnel: { datasets: 1, refused: 0, proposed: 1, designed: 1, designAsserted: 1, refactored: 1, asserted: 1, reviewed: 1, verified: 1, abandoned: 0 },
  distinct: 1,
  seconds: 4,
  version: '0.1.0',
};
const FINISHED: Ending = { killed: false, exitCode: 0, stdout: JSON.stringify(REPORT), stderr: '' };
const KILLED: Ending = { killed: true, exitCode: null, stdout: '', stderr: '' };

/** A program whose work takes so many ms of life in all. */
function program(workMs: number): Launch {
  let left = workMs;
  return async (killAfterMs = Infinity) => {
    const killed = killAfterMs < left;
    left -= killAfterMs;
    return killed ? KILLED : FINISHED;
  };
}

describe('the moments of kills', () => {
  it('are the same for a seed, others for another, and together last about one run and a half', () => {
    const moments = killMoments(7, 20, 60_000);

    expect(killMoments(7, 20, 60_000)).toEqual(moments);
    expect(killMoments(8, 20, 60_000)).not.toEqual(moments);
    expect(Math.max(...moments)).toBeLessThanOrEqual(9_000);
  });
});

describe('a disturbed run', () => {
  it('is started again after each kill and then let finish', async () => {
    const told: number[] = [];

    const { kills, report } = await disturb(program(1_000), [10, 20, 30], (kill) => told.push(kill));

    expect({ kills, told, report }).toEqual({ kills: 3, told: [1, 2, 3], report: REPORT });
  });

  it('has fewer kills where it is done early', async () => {
    const { kills } = await disturb(program(25), [10, 20, 30], () => undefined);

    expect(kills).toBe(1);
  });

  it('fails where the program ends by itself with work left', async () => {
    await expect(
      disturb(
        async () => ({ killed: false, exitCode: 78, stdout: '', stderr: 'no space' }),
        [5],
        () => undefined,
      ),
    ).rejects.toThrow(RunFailedError);
  });

  it('has the outcomes of another one but for seconds', () => {
    const slower = { ...REPORT, seconds: 90, tasks: REPORT.tasks.map((task) => ({ ...task, seconds: 80 })) };
    const other = { ...REPORT, tasks: REPORT.tasks.map((task) => ({ ...task, state: 'abandoned' as const })) };

    expect(outcomes(slower)).toBe(outcomes(REPORT));
    expect(outcomes(other)).not.toBe(outcomes(REPORT));
  });
});

describe('the comparison of trees', () => {
  it('names files that are missing, too many, or have other bytes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trees-'));
    const write = async (path: string, text: string): Promise<void> => {
      await mkdir(join(folder, path, '..'), { recursive: true });
      await writeFile(join(folder, path), text);
    };
    await Promise.all([
      write('calm/t/same', '1'),
      write('calm/t/changed', '1'),
      write('calm/t/gone', '1'),
      write('other/t/same', '1'),
      write('other/t/changed', '2'),
      write('other/t/new', '1'),
    ]);

    const found = differences(await digestTree(join(folder, 'calm')), await digestTree(join(folder, 'other')));

    await rm(folder, { recursive: true });
    expect(found).toEqual(['t/changed has other bytes', 't/gone is missing', 't/new is too many']);
  });
});

describe('a launched program', () => {
  it('is killed with its whole group', async () => {
    const ending = await launch('sh', ['-c', 'sh -c "while :; do :; done" & wait'], 0);

    expect(ending.killed).toBe(true);
  });

  it('keeps its answer and exit code where it ends by itself', async () => {
    expect(await launch('sh', ['-c', 'echo out; echo err >&2; exit 3'])).toEqual({ killed: false, exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
  });
});
