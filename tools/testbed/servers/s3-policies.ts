import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts } from '../ports.ts';
import { answers, birthOf, endGroup, exists, runTool, startDetached } from '../processes.ts';
import type { RunningServer, ServerRecipe } from '../server-recipe.ts';
import { waitFor } from '../wait-for.ts';

const MODULE = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0';
const START_MS = 30_000;

/**
 * versitygw: a second S3 server, with users and bucket policies. Go builds it, which takes minutes: only
 * `npm run testbed up s3-policies` does so, and the specs that need it run where that was done.
 */
export const s3Policies: ServerRecipe = {
  name: 's3-policies',
  variable: 'S3_POLICIES_ENDPOINT',
  detailsFrom: (environment) =>
    credentials(
      environment['S3_POLICIES_ACCESS_KEY'],
      environment['S3_POLICIES_SECRET_KEY'],
      environment['S3_POLICIES_READER_KEY'],
      environment['S3_POLICIES_READER_SECRET'],
    ),
  install,
  start,
  healthy: (server) => answers(`${server.address}/healthz`),
};

/** `reader` has no rights until a bucket's policy grants them. */
function credentials(
  accessKey = 'testbed',
  secretKey = 'testbed-secret',
  readerKey = 'testbed-reader',
  readerSecret = 'testbed-reader-secret',
): Readonly<Record<string, string>> {
  return { accessKey, secretKey, readerKey, readerSecret };
}

async function install(home: string): Promise<void> {
  const program = join(home, 'versitygw');
  if (await exists(program)) return;
  const drafts = join(home, 'drafts');
  await rm(drafts, { recursive: true, force: true });
  const environment = { ...process.env, GOBIN: drafts, CGO_ENABLED: '0' };
  await runTool('go', ['install', '-trimpath', '-ldflags', '-s -w', MODULE], { env: environment });
  await rename(join(drafts, 'versitygw'), program);
  await rm(drafts, { recursive: true });
}

async function start(home: string, run: string): Promise<RunningServer> {
  const program = join(home, 'versitygw');
  const { port, admin } = await portsOf(run);
  const [objects, versions, users, log] = [join(run, 'objects'), join(run, 'versions'), join(run, 'users'), join(run, 'versitygw.log')];
  for (const folder of [objects, versions, users]) await mkdir(folder, { recursive: true });
  const details = credentials();
  const [accessKey = '', secretKey = ''] = [details['accessKey'], details['secretKey']];
  const flags = ['--port', `127.0.0.1:${port}`, '--admin-port', `127.0.0.1:${admin}`, '--health', '/healthz', '--quiet', '--iam-dir', users];
  const environment = { ...process.env, ROOT_ACCESS_KEY: accessKey, ROOT_SECRET_KEY: secretKey };
  const pid = await startDetached(program, [...flags, 'posix', '--versioning-dir', versions, objects], log, environment);
  const address = `http://127.0.0.1:${port}`;
  let dead = false;
  const ready = await waitFor(async () => {
    dead = (await birthOf(pid)) === undefined;
    return dead || answers(`${address}/healthz`);
  }, START_MS);
  if (dead || !ready) {
    await endGroup(pid, 'SIGKILL');
    throw new Error(`versitygw did not start: ${(await readFile(log, 'utf8')).trim().split('\n').slice(-5).join(' | ')}`);
  }
  const administrator = ['admin', '--access', accessKey, '--secret', secretKey, '--endpoint-url', `http://127.0.0.1:${admin}`];
  const reader = ['--access', details['readerKey'] ?? '', '--secret', details['readerSecret'] ?? '', '--role', 'user'];
  // The folder of an earlier start has the user already.
  if (!(await exists(join(run, 'reader')))) await runTool(program, [...administrator, 'create-user', ...reader]);
  await writeFile(join(run, 'reader'), '');
  return { name: 's3-policies', address, pid, details };
}

/** A server that starts again keeps its addresses. */
async function portsOf(run: string): Promise<{ port: number; admin: number }> {
  const file = join(run, 'ports.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text !== undefined) return JSON.parse(text) as { port: number; admin: number };
  const [port, admin] = (await freePorts(2)) as [number, number];
  await writeFile(file, JSON.stringify({ port, admin }));
  return { port, admin };
}
