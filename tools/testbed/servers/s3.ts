import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts } from '../ports.ts';
import { answers, birthOf, endGroup, exists, runTool, startDetached } from '../processes.ts';
import type { RunningServer, ServerRecipe } from '../server-recipe.ts';
import { waitFor } from '../wait-for.ts';

const REQUIREMENTS = join(import.meta.dirname, 's3/requirements.txt');
const VERSION = '4.48';
const START_MS = 60_000;
const PORTS = ['s3', 's3Grpc', 'filer', 'filerGrpc', 'master', 'masterGrpc', 'volume', 'volumeGrpc'] as const;
type Ports = Readonly<Record<(typeof PORTS)[number], number>>;

/** SeaweedFS with its S3 gateway, in one process, from PyPI. Anything that the tests need beyond one administrator is in `s3-policies`. */
export const s3: ServerRecipe = {
  name: 's3',
  software: `SeaweedFS ${VERSION}`,
  variable: 'S3_ENDPOINT',
  detailsFrom: (environment) =>
    credentials(environment['S3_ACCESS_KEY'] ?? environment['AWS_ACCESS_KEY_ID'], environment['S3_SECRET_KEY'] ?? environment['AWS_SECRET_ACCESS_KEY']),
  install,
  start,
  healthy: (server) => answers(`${server.address}/healthz`),
};

function credentials(accessKey = 'testbed', secretKey = 'testbed-secret'): Readonly<Record<string, string>> {
  return { accessKey, secretKey };
}

async function install(home: string): Promise<void> {
  const target = join(home, 'program');
  const done = join(home, `complete-${VERSION}`);
  if (await exists(done)) return;
  await rm(target, { recursive: true, force: true });
  await runTool('python3', ['-m', 'pip', 'install', '--quiet', '--no-input', '--no-deps', '--require-hashes', '--target', target, '-r', REQUIREMENTS]);
  await writeFile(done, '');
}

async function start(home: string, run: string): Promise<RunningServer> {
  const ports = await portsOf(run);
  const [data, identities, log] = [join(run, 'data'), join(run, 'identities.json'), join(run, 'seaweedfs.log')];
  const details = credentials();
  const actions = ['Admin', 'Read', 'Write', 'List', 'Tagging'];
  const identity = { name: 'testbed', credentials: [{ accessKey: details['accessKey'], secretKey: details['secretKey'] }], actions };
  await mkdir(data, { recursive: true });
  await writeFile(identities, JSON.stringify({ identities: [identity] }));
  const program = join(home, 'program/bin/weed');
  const pid = await startDetached(program, ['server', ...flags(ports, data, identities)], log);
  let dead = false;
  // A write needs every part of it.
  const ready = await waitFor(async () => {
    dead = (await birthOf(pid)) === undefined;
    return (
      dead ||
      ((await answers(`http://127.0.0.1:${ports.s3}/healthz`)) && (await answers(`http://127.0.0.1:${ports.filer}/ready`, { method: 'PUT', body: 'ready' })))
    );
  }, START_MS);
  if (dead || !ready) {
    await endGroup(pid, 'SIGKILL');
    throw new Error(`SeaweedFS did not start: ${(await readFile(log, 'utf8')).trim().split('\n').slice(-5).join(' | ')}`);
  }
  return { name: 's3', address: `http://127.0.0.1:${ports.s3}`, pid, details };
}

function flags(ports: Ports, data: string, identities: string): string[] {
  return [
    `-dir=${data}`,
    '-ip=127.0.0.1',
    '-ip.bind=127.0.0.1',
    `-master.port=${ports.master}`,
    `-master.port.grpc=${ports.masterGrpc}`,
    '-master.telemetry=false',
    '-master.volumeSizeLimitMB=1024',
    `-volume.port=${ports.volume}`,
    `-volume.port.grpc=${ports.volumeGrpc}`,
    // Each bucket takes several; they are empty files at first.
    '-volume.max=1000',
    '-volume.preStopSeconds=0',
    `-filer.port=${ports.filer}`,
    `-filer.port.grpc=${ports.filerGrpc}`,
    '-s3',
    `-s3.port=${ports.s3}`,
    `-s3.port.grpc=${ports.s3Grpc}`,
    '-s3.port.iceberg=0',
    '-s3.port.lance=0',
    '-s3.iam=false',
    '-s3.autoCreateBucket=false',
    `-s3.config=${identities}`,
  ];
}

/** A server that starts again keeps its addresses. */
async function portsOf(run: string): Promise<Ports> {
  const file = join(run, 'ports.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text !== undefined) return JSON.parse(text) as Ports;
  const free = await freePorts(PORTS.length);
  const ports = Object.fromEntries(PORTS.map((name, index) => [name, free[index]])) as Ports;
  await writeFile(file, JSON.stringify(ports));
  return ports;
}
