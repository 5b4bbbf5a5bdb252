/**
 * The process of a cluster: starts its programs, ends them when it is asked to, and ends with them when one of them
 * ends by itself, so that a cluster that runs is whole.
 *
 * Usage: node supervise.ts RUN
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listensAt } from '../../ports.ts';
import { waitFor } from '../../wait-for.ts';
import { apiReady, kubeCall } from './api.ts';
import { containerdSocket, type Component } from './components.ts';
import { kubeconfigOf } from './identities.ts';
import { clusterNames, serveNames } from './names.ts';
import { hostAddress, knownPlace } from './place.ts';

/** What a program gets to end by itself, ms. */
const PATIENCE_MS = 4_000;
const START_MS = 120_000;

const run = process.argv[2] ?? '';
const components = JSON.parse(readFileSync(join(run, 'components.json'), 'utf8')) as readonly Component[];
const children = new Map<string, ChildProcess>();
let ending = false;

function start({ name, program, arguments: flags }: Component): void {
  const log = openSync(join(run, `${name}.log`), 'a');
  const child = spawn(program, [...flags], { stdio: ['ignore', log, log] });
  children.set(name, child);
  child.on('error', (error) => void end(`${name} did not start: ${error.message}`));
  child.on('exit', (code, signal) => {
    children.delete(name);
    if (!ending) void end(`${name} has ended [code=${code ?? signal}]`);
  });
}

async function end(reason: string): Promise<void> {
  if (ending) return;
  ending = true;
  console.log(reason);
  for (const child of children.values()) child.kill('SIGTERM');
  await waitFor(() => children.size === 0, PATIENCE_MS);
  for (const child of children.values()) child.kill('SIGKILL');
  await waitFor(() => children.size === 0, PATIENCE_MS);
  process.exit(0);
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(`asked by ${signal}`));
for (const component of components) if (!component.late) start(component);
const ready = await waitFor(async () => ending || ((await listensAt(containerdSocket(run))) && (await apiReady(kubeconfigOf(run)))), START_MS, 100);
if (!ready) await end('kube-apiserver is not ready');
if (!ending) for (const component of components) if (component.late) start(component);
const place = await knownPlace(run);
if (!ending && place?.services === true)
  await serveNames(hostAddress(place), 53, clusterNames(await kubeCall(kubeconfigOf(run)), hostAddress(place))).catch((error: Error) =>
    end(`the name server did not start: ${error.message}`),
  );
