import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { probeSandbox } from '@mle-smith/adapter-sandbox';
import { RunReport } from '@mle-smith/contracts';
import { madeRun } from '../testing/made-run.ts';
import { csv, flats } from '../testing/made-tables.ts';
import { digests, runCli, type CliResult } from '../testing/run-cli.ts';
import { argumentsOf, runbookCommands } from '../testing/runbook-commands.ts';
import { serveStations } from '../testing/serve-stations.ts';

const commands = { gateway: await runbookCommands('gateway'), machine: await runbookCommands('machine') };
const suite = (await probeSandbox()).mode === 'process' ? describe.skip : describe;
const { place, out, dataset } = madeRun();
const remote = join(place, 'remote');
let server: Awaited<ReturnType<typeof serveStations>>;
let [here, there]: CliResult[] = [];

const at = (role: string, ...args: string[]): Promise<CliResult> =>
  runCli([...args, '--server', server.url], { env: { MLE_SMITH_SERVER_KEY: `key-of-${role}` } });

suite('a run at a server', () => {
  beforeAll(async () => {
    const folder = dataset('flats', { 'flats.csv': csv(flats(700)), 'README.md': 'Target: price, what the flat was sold for.\n' });
    server = await serveStations(join(place, 'server'), 1);
    here = await runCli(['run', folder, '--max-tasks', '1', '--json', '--out', out]);
    there = await at('submitter', 'run', folder, '--json', '--out', remote);
  }, 900_000);
  afterAll(() => server?.close());

  it('leaves the same packages, byte for byte, and the same report as a run on this machine', async () => {
    const [local, far] = [here, there].map((ended) => RunReport.parse(JSON.parse(ended?.stdout ?? '')));
    const timeless = (report: RunReport | undefined): unknown =>
      JSON.parse(JSON.stringify(report, (key, value: unknown) => (key === 'seconds' ? undefined : value)));

    expect([there?.code, there?.stderr]).toEqual([0, '']);
    expect(timeless(far)).toEqual(timeless(local));
    expect(await digests(join(remote, 'tasks'))).toEqual(await digests(join(out, 'tasks')));
    expect(readFileSync(join(remote, 'report', 'index.html'), 'utf8').length).toBeGreaterThan(1_000);
  });

  it('again follows what is there, and tells its steps on stderr', async () => {
    const again = await at('submitter', 'run', join(place, 'flats'), '--out', remote);

    expect(again.code).toBe(0);
    expect(again.stderr).toContain(`at ${server.url}`);
    expect(again.stderr).toMatch(/flats--price +verified/);
    expect(again.stdout).toContain('1 dataset (0 refused) → 1 proposed');
  });

  it.each([['status'], ['list']])('is told by %s as a run on this machine is', async (command) => {
    const local = await runCli([command, '--out', out]);
    const far = await at('viewer', command);

    // The same work takes another time each.
    const timeless = (text: string): string => text.replaceAll(/ +[\d.]+ s\b/g, ' … s');
    expect([far.code, timeless(far.stdout)]).toEqual([0, timeless(local.stdout)]);
  });

  it('is told by show with the same steps and findings', async () => {
    const local = JSON.parse((await runCli(['show', 'flats--price', '--json', '--out', out])).stdout) as Record<string, unknown>;
    const far = JSON.parse((await at('viewer', 'show', 'flats--price', '--json')).stdout) as Record<string, unknown>;

    // Files of transcripts are told where they are on this machine.
    const keys = Object.keys(local).filter((key) => key !== 'transcripts');
    expect(Object.keys(far).sort()).toEqual(keys.sort());
    // Where its dataset came from is one document more of a server's task.
    const { location, ...documents } = far['documents'] as Record<string, string>;
    expect([far['state'], far['findings'], documents]).toEqual([local['state'], local['findings'], local['documents']]);
    expect(location).toMatch(/^sha256:/);
  });

  it.each([
    ['status', []],
    ['audit', []],
    ['show', ['flats--price']],
  ])('says where to ask, where %s is asked of its folder', async (command, args) => {
    const ended = await runCli([command, ...args, '--out', remote]);

    expect([ended.code, ended.stdout]).toEqual([78, '']);
    expect(ended.stderr).toContain(`this folder was made with --server ${server.url}`);
  });

  it('is audited, and its ended tasks cannot be cancelled', async () => {
    expect(await at('admin', 'audit')).toMatchObject({ code: 0, stdout: 'clean: every invariant holds\n' });
    expect(await at('operator', 'cancel', 'flats--price')).toMatchObject({ code: 0, stdout: 'flats--price is finished already\n' });
  });

  it('goes on with what a fault ended, when that is mended and somebody asks for another try', async () => {
    const folder = dataset('houses', { 'houses.csv': csv(flats(700)), 'README.md': 'Target: price, what the flat was sold for.\n' });
    const later = join(place, 'later');
    const follow = (): Promise<CliResult> => at('submitter', 'run', folder, '--out', later);
    server.breakStage('refactor');
    const first = await follow();
    server.breakStage(undefined);

    const without = await follow();
    const asked = [await at('operator', 'retry', 'houses--price'), await at('operator', 'retry', 'flats--price')];
    const then = await follow();

    expect([first.stdout, without.stdout]).toEqual(
      [1, 2].map(() => expect.stringMatching(/abandoned +houses--price +infra_exhausted[^]*`mle-smith retry` gives it another try/)),
    );
    expect(asked).toMatchObject([
      { code: 0, stdout: 'houses--price is under way again: design-asserted (next: refactor)\n' },
      { code: 2, stderr: expect.stringContaining('flats--price is not retried: it is verified, and stays so') as string },
    ]);
    expect(then.stdout).toMatch(/verified +houses--price/);
    expect(then.stderr).toMatch(/houses--price +refactor is tried again: another try after infra_exhausted, asked for by operator/);
    expect(Object.keys(await digests(join(later, 'tasks')))).toContain('houses--price/task.json');
    expect(await at('admin', 'audit')).toMatchObject({ code: 0 });
    expect((await at('viewer', 'status')).stdout).toContain('2 verified, 0 abandoned');
  }, 600_000);

  it.each(commands.gateway)('is told as the runbooks say: ./mle-smith %s', async (command) => {
    const ended = await runCli(argumentsOf(command, { URL: server.url, TASK: 'flats--price' }), { env: { MLE_SMITH_SERVER_KEY: 'key-of-operator' } });

    expect([ended.code, ended.stderr, ended.stdout]).toEqual([0, '', expect.stringMatching(/flats|verified/)]);
  });

  it.each(commands.machine)('is looked into as the runbooks say: ./mle-smith %s', async (command) => {
    expect(await runCli(argumentsOf(command, {}))).toMatchObject({ code: 0, stdout: expect.stringContaining('sandbox') });
  });

  it.each<[string, string[], string, number, string]>([
    ['a key of a lesser role', ['cancel', 'flats--price'], 'viewer', 78, 'forbidden'],
    ['a key that nobody knows', ['list'], 'nobody', 78, 'MLE_SMITH_SERVER_KEY'],
    ['an id that nothing has', ['show', 'nothing'], 'viewer', 2, 'no dataset or task of that name'],
    ['a choice that is the server’s', ['run', 'flats', '--out', 'x', '--workers', '3'], 'submitter', 2, '--workers'],
    ['both a folder and a server', ['list', '--out', 'x'], 'viewer', 2, "'--server <url>'"],
  ])('turns down %s by one sentence', async (_, args, role, code, sentence) => {
    const ended = await at(role, ...args);

    expect([ended.code, ended.stdout]).toEqual([code, '']);
    expect(ended.stderr).toContain(sentence);
  });
});

describe('a server that is none', () => {
  let other: Server;
  let url: string;
  beforeAll(async () => {
    other = createServer((_request, response) => response.end('<html>hello</html>'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  });
  afterAll(() => other.close());

  it.each([
    ['something else', () => url, 78, 'does not understand'],
    ['nobody', () => 'http://127.0.0.1:1', 78, 'does not answer'],
    ['no address', () => 'ftp://example', 2, '--server is the address of a gateway'],
  ])('is told apart: %s', async (_, address, code, sentence) => {
    const ended = await runCli(['status', '--server', address()]);

    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(sentence);
  });
});
