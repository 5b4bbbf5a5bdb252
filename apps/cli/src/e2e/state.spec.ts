import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { FilesystemCallStore } from '@mle-smith/adapter-filesystem';
import { migrate, MongoState } from '@mle-smith/adapter-mongo';
import { probeSandbox } from '@mle-smith/adapter-sandbox';
import { bucketOf, readConfig, STORE_SETTINGS } from '@mle-smith/service';
import { describeServers } from '@mle-smith/tools/testbed';
import { livedState } from '../state/testing/lived-state.ts';
import { madeRun } from '../testing/made-run.ts';
import { csv, flats } from '../testing/made-tables.ts';
import { digests, killGroup, runCli, startCli, type CliResult } from '../testing/run-cli.ts';
import { runFolders } from '../workshop.ts';

const canRun = (await probeSandbox()).mode !== 'process';

await describeServers('a run that is stopped half way', ['mongo', 's3'], ([mongo, s3]) => {
  const { place, out, dataset } = madeRun();
  const name = `state-${randomUUID().slice(0, 8)}`;
  const uri = Object.assign(new URL(mongo?.address ?? ''), { pathname: `/${name}` }).href;
  const env = {
    MONGODB_URI: uri,
    S3_ENDPOINT: s3?.address ?? '',
    S3_BUCKET: name,
    AWS_ACCESS_KEY_ID: s3?.details['accessKey'] ?? '',
    AWS_SECRET_ACCESS_KEY: s3?.details['secretKey'] ?? '',
  };
  const at = (...parts: string[]): string => join(place, ...parts);
  const smith = async (...args: string[]): Promise<CliResult> => {
    const ended = await runCli(args, { env });
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    return ended;
  };
  beforeAll(async () => {
    await migrate(uri);
    await bucketOf(readConfig(STORE_SETTINGS, env), name).ensure();
  });

  (canRun ? it : it.skip)(
    'moves to a cluster and back, and ends with the packages and verdicts of one that nobody disturbed',
    async () => {
      const folder = dataset('flats', { 'flats.csv': csv(flats(700)), 'README.md': 'Target: price, what the flat was sold for.\n' });
      const stopped = startCli(['run', folder, '--max-tasks', '1', '--out', at('stopped')]);
      await stopped.said(' designed');
      killGroup(stopped);
      await stopped.done;

      await smith('export-state', at('there'), '--out', at('stopped'));
      await smith('import-state', at('there'), '--cluster');
      const twice = await smith('import-state', at('there'), '--cluster', '--json');
      const state = await MongoState.open(uri);
      // Somebody works on it in the cluster while it is exported.
      const held = await state.tasks.claim(['task.designed', 'task.design-asserted', 'task.refactored', 'task.asserted', 'task.reviewed'], 'service', 60_000);
      await smith('export-state', at('back'), '--cluster');
      await state.close();
      await smith('import-state', at('back'), '--out', at('home'));
      const ended = await runCli(['run', '--out', at('home'), '--json']);
      const undisturbed = await runCli(['run', folder, '--max-tasks', '1', '--out', out, '--json']);

      expect(JSON.parse(twice.stdout)).toMatchObject({ subjects: 2, there: 2 });
      expect(held).toMatchObject({ id: 'flats--price', infraRetries: 0, attempts: 0 });
      expect(await digests(at('home', 'tasks'))).toEqual(await digests(join(out, 'tasks')));
      expect(timeless(ended)).toEqual(timeless(undisturbed));
      expect((await smith('audit', '--out', at('home'))).stdout).toBe('clean: every invariant holds\n');
    },
    300_000,
  );

  it('brings along what its calls took of budgets, once', async () => {
    const other = `${uri}-spent`;
    await migrate(other);
    await livedState(at('lived'));
    await smith('export-state', at('spent'), '--out', at('lived'));
    const calls = await FilesystemCallStore.openReader(runFolders(at('lived')).calls).list();

    for (let times = 0; times < 2; times += 1) {
      const done = await runCli(['import-state', at('spent'), '--cluster'], { env: { ...env, MONGODB_URI: other } });
      expect([done.code, done.stderr]).toEqual([0, '']);
    }

    const state = await MongoState.open(other);
    const used = await state.budgets.used('the deployment');
    await state.close();
    expect(used).toEqual({
      cost: calls.reduce((sum, { cost }) => sum + (cost ?? 0), 0),
      tokens: calls.reduce((sum, { usage }) => sum + usage.input + usage.output, 0),
    });
    expect(used.tokens).toBeGreaterThan(0);
  });

  it('says what is missing in a cluster', async () => {
    const unprepared = await runCli(['export-state', at('x'), '--cluster'], { env: { ...env, MONGODB_URI: `${uri}-other` } });
    const nowhere = await runCli(['export-state', at('x'), '--cluster']);

    expect(unprepared).toMatchObject({ code: 78, stderr: expect.stringContaining('mle-smith prepare') });
    expect(nowhere).toMatchObject({ code: 78, stderr: expect.stringContaining('MONGODB_URI: is missing') });
  });
});

/** A report without the seconds that it took. */
function timeless({ stdout }: CliResult): unknown {
  return JSON.parse(stdout, (key, value: unknown) => (key === 'seconds' ? undefined : value));
}
