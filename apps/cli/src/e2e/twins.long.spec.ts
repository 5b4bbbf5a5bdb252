import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { probeSandbox } from '@mle-smith/adapter-sandbox';
import { RunReport, TaskManifest } from '@mle-smith/contracts';
import { csv, flats } from '../testing/made-tables.ts';
import { runCli, temporaryFolder } from '../testing/run-cli.ts';

const suite = (await probeSandbox()).mode === 'process' ? describe.skip : describe;
const root = temporaryFolder();
let first: RunReport;
let again: RunReport;

/** Runs the command line on two folders of the same bytes, then on one of them with what came of it as the catalogue. */
beforeAll(async () => {
  const table = csv(flats(700));
  for (const name of ['flats', 'homes']) {
    await mkdir(join(root, name));
    await writeFile(join(root, name, 'flats.csv'), table);
    await writeFile(join(root, name, 'README.md'), 'Target: price, what the flat was sold for.\n');
  }
  const run = async (out: string, ...args: string[]): Promise<RunReport> => {
    const ended = await runCli(['run', ...args, '--max-tasks', '1', '--json', '--out', join(root, out)]);
    expect(ended.stderr).toBe('');
    return RunReport.parse(JSON.parse(ended.stdout));
  };
  first = await run('first', join(root, 'flats'), join(root, 'homes'), '--micro');
  again = await run('again', join(root, 'flats'), '--catalogue', join(root, 'first', 'tasks'));
}, 900_000);

const manifestOf = async (id: string): Promise<TaskManifest> =>
  TaskManifest.parse(JSON.parse(await readFile(join(root, 'first', 'tasks', id, 'task.json'), 'utf8')));

suite('tasks that repeat each other', () => {
  it('are told, and count once', () => {
    expect(first.tasks.map(({ id, state, twin }) => ({ id, state, twin }))).toEqual([
      { id: 'flats--price', state: 'verified', twin: undefined },
      { id: 'flats--price--micro', state: 'verified', twin: undefined },
      { id: 'homes--price', state: 'verified', twin: { of: 'flats--price', kind: 'same', similarity: 1 } },
      { id: 'homes--price--micro', state: 'verified', twin: undefined },
    ]);
    expect([first.funnel.proposed, first.funnel.verified, first.distinct]).toEqual([2, 2, 1]);
  });

  it('are told from a catalogue by X12', async () => {
    const verdict = JSON.parse(await readFile(join(root, 'again', 'tasks', 'flats--price', 'verification', 'assert.json'), 'utf8')) as {
      rules: { id: string; status: string; measurement: { twin?: { of: string } } }[];
    };

    expect(verdict.rules.find(({ id }) => id === 'X12')).toMatchObject({ status: 'warned', measurement: { twin: { of: 'flats--price', kind: 'same' } } });
    expect(again.distinct).toBe(0);
  });
});

suite('the micro variant of a verified task', () => {
  it('has the test rows of its task, 200 training rows, and says how alike its ladder is', async () => {
    const [full, micro] = [await manifestOf('flats--price'), await manifestOf('flats--price--micro')];
    const digest = (of: TaskManifest, path: string): string | undefined => of.files.find((file) => file.path === path)?.sha256;

    expect(micro.lineage.micro).toEqual({ of: 'flats--price', trainRows: 200 });
    expect(micro.split.trainRows).toBe(200);
    for (const path of ['data/public/test.csv', 'data/private/test_answer.csv']) expect(digest(micro, path)).toBe(digest(full, path));
    expect(micro.value?.micro?.rungs.length).toBeGreaterThanOrEqual(4);
    // The full ladder inside of the variant is that of the full task.
    expect(micro.value?.micro?.full.at(-1)).toBe(full.value?.scores.strong?.score);
    expect(micro.value?.micro?.spearman).toBeGreaterThan(0.5);
    expect(first.tasks.find(({ id }) => id === 'flats--price--micro')?.microOf).toBe('flats--price');
  });
});
