import { join } from 'node:path';
import { probeSandbox } from '@mle-smith/adapter-sandbox';
import { madeRun } from '../testing/made-run.ts';
import { csv, flats } from '../testing/made-tables.ts';
import { runCli, startCli } from '../testing/run-cli.ts';
import { serveStations } from '../testing/serve-stations.ts';

const suite = (await probeSandbox()).mode === 'process' ? describe.skip : describe;
const { place, out, dataset } = madeRun();

suite('a gateway that is restarted while a run is followed', () => {
  const env = { MLE_SMITH_SERVER_KEY: 'key-of-submitter' };
  let server: Awaited<ReturnType<typeof serveStations>>;
  beforeAll(async () => {
    server = await serveStations(join(place, 'server'), 1);
  });
  afterAll(() => server?.close());

  it('is waited for: it is told once, and the run is brought to its end', async () => {
    const folder = dataset('flats', { 'flats.csv': csv(flats(700)), 'README.md': 'Target: price, what the flat was sold for.\n' });
    const following = startCli(['run', folder, '--server', server.url, '--out', out], { env });
    await following.said('registered');
    await server.stopGateway();
    await following.said('does not answer');
    await server.startGateway();
    const ended = await following.done;

    expect([ended.code, ended.stderr.match(/the gateway does not answer; the work goes on; trying again/g)]).toEqual([0, [expect.any(String)]]);
    expect(ended.stderr.match(/flats +registered/g)).toHaveLength(1);
    expect(ended.stdout).toContain('1 dataset (0 refused) → 1 proposed');
  }, 600_000);

  it('is left by an interrupt meanwhile, with the command that goes on', async () => {
    const few = dataset('few-flats', { 'flats.csv': csv(flats(700)), 'README.md': 'Target: price.\n' });
    const following = startCli(['run', few, '--server', server.url, '--out', join(place, 'few out')], { env });
    await following.said('registered');
    await server.stopGateway();
    await following.said('does not answer');
    following.child.kill('SIGINT');
    const ended = await following.done;
    await server.startGateway();

    const again = `mle-smith run ${few} --server ${server.url} --out '${join(place, 'few out')}'`;
    expect([ended.code, ended.stderr]).toEqual([130, expect.stringContaining(again)]);
    expect(ended.stderr).toMatch(/the server goes on \(few-flats.* waits for /);
    expect((await runCli(['list', '--server', server.url], { env })).stdout).toContain('few-flats');
  }, 600_000);
});

suite('a run at a server that has to end within a time', () => {
  it('tells the stage that each subject waits for when that is over', async () => {
    const folder = dataset('late-flats', { 'flats.csv': csv(flats(700)), 'README.md': 'Target: price, what the flat was sold for.\n' });
    const idle = await serveStations(join(place, 'idle'), 1, []);
    try {
      const ended = await runCli(['run', folder, '--server', idle.url, '--out', join(place, 'late'), '--within', '20'], {
        env: { MLE_SMITH_SERVER_KEY: 'key-of-submitter' },
      });

      expect([ended.code, ended.stdout]).toEqual([1, '']);
      expect(ended.stderr.match(/not all has ended within 20 s: late-flats waits for ingest;/g)).toHaveLength(1);
    } finally {
      await idle.close();
    }
  }, 120_000);
});
