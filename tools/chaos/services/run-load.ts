import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { HistoryLine, MOST_STEPS, RunReport, Uploaded } from '@mle-smith/contracts';
import { digestTree, type Counting } from '../digest-tree.ts';
import { launch } from '../launch.ts';
import { z } from 'zod';
import { DONE, PROGRAM } from './load.ts';
import type { LoadSeen } from './pass-rule.ts';
import type { Rig } from './rig.ts';
import type { TimelineLine } from './signs-seen.ts';

/** A caller asks again after this time when the gateway was not there. */
const AGAIN_MS = 1_000;

/** Sends the datasets to the gateway and follows them to their end, again and again while the gateway cannot be reached. Undefined where time runs out. */
export async function runLoad(rig: Rig, datasets: readonly string[], out: string, withinSeconds: number): Promise<RunReport | undefined> {
  const until = performance.now() + withinSeconds * 1_000;
  const { url, key } = rig.access;
  try {
    while (performance.now() < until) {
      const command = [`MLE_SMITH_SERVER_KEY=${key}`, PROGRAM, 'run', ...datasets, '--server', url, '--out', out, '--json'];
      const { exitCode, stdout, stderr } = await launch('env', command, until - performance.now());
      if (DONE.has(exitCode)) return RunReport.parse(JSON.parse(stdout));
      if (exitCode !== null && !/server_unreachable|code=not_ready|code=unavailable|does not answer/.test(stderr))
        rig.complaints.push(`the caller: ${stderr.trim()}`);
      await rest(AGAIN_MS);
    }
    return undefined;
  } finally {
    rig.loadEnded.abort();
  }
}

const Page = z.object({ items: z.array(z.object({ id: z.string() })), next: z.string().optional() });
const History = z.array(HistoryLine);
/** Attempts that left a line in a history which says what came of them. */
const USEFUL = new Set(['advanced', 'returned', 'ended']);

/** Reads what the gateway says at the end. */
export async function loadSeen(rig: Rig, report: RunReport | undefined, out: string, counting?: Counting): Promise<LoadSeen> {
  const { url, key } = rig.access;
  const timelines = await timelinesOf(rig);
  const audit = await launch('env', [`MLE_SMITH_SERVER_KEY=${key}`, PROGRAM, 'audit', '--server', url]);
  return {
    report,
    packages: await digestTree(join(out, 'tasks'), counting),
    audit: audit.exitCode === 0 ? '' : `${audit.stdout}${audit.stderr}`.trim(),
    useful: timelines.filter(({ stage, outcome }) => stage !== undefined && USEFUL.has(outcome)).length,
    timelines,
  };
}

/** All lines of the timelines of all datasets and tasks. */
async function timelinesOf(rig: Rig): Promise<readonly TimelineLine[]> {
  const lines: TimelineLine[] = [];
  for (const kind of ['datasets', 'tasks'])
    for (const id of await idsOf(rig, kind)) lines.push(...(await historyOf(rig, `/v1/${kind}/${encodeURIComponent(id)}/history`)));
  return lines;
}

/** All lines of one dataset or task, which come in parts. */
async function historyOf(rig: Rig, path: string): Promise<TimelineLine[]> {
  const lines: TimelineLine[] = [];
  for (;;) {
    const part = History.parse(await ask(rig, `${path}?from=${lines.length}&limit=${MOST_STEPS}`));
    lines.push(...part);
    if (part.length < MOST_STEPS) return lines;
  }
}

/** The ids of all datasets or tasks. */
export async function idsOf(rig: Rig, kind: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = Page.parse(await ask(rig, `/v1/${kind}?limit=200${cursor === undefined ? '' : `&cursor=${cursor}`}`));
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.next;
  } while (cursor !== undefined);
  return ids;
}

/** Sends a folder of files as a dataset of this id. */
export async function submit(rig: Rig, id: string, folder: string): Promise<void> {
  const files = await Promise.all(
    (await readdir(folder)).map(async (path) => {
      const body = await readFile(join(folder, path));
      const { digest } = Uploaded.parse(await ask(rig, '/v1/blobs', { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body }));
      return { path, digest, bytes: body.length };
    }),
  );
  await ask(rig, '/v1/datasets', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ id, files, name: id }) });
}

/** What the gateway answers. */
export async function ask(rig: Rig, path: string, { headers, ...more }: RequestInit = {}): Promise<unknown> {
  const answer = await fetch(`${rig.access.url}${path}`, { ...more, headers: { authorization: `Bearer ${rig.access.key}`, ...headers } });
  if (!answer.ok) throw new Error(`the gateway answered ${answer.status} [path=${path}]: ${await answer.text()}`);
  return answer.json();
}
