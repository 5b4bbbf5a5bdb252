import { access } from 'node:fs/promises';
import { FilesystemCallStore } from '@mle-smith/adapter-filesystem';
import { spentBy, spentOn, spentText, type CallRecord, type Spent } from '@mle-smith/agent';
import { auditStore, funnelOf, type HistoryRow, type SubjectRecord } from '@mle-smith/stage-runtime';
import { isTerminal } from '@mle-smith/task';
import { auditPackages } from '../audit-packages.ts';
import { CliError } from '../cli-error.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { escapeTerminal } from '../report/escape.ts';
import { funnelText } from '../summary.ts';
import type { Surroundings } from '../surroundings.ts';
import { openArchive, runFolders } from '../workshop.ts';

interface Where {
  readonly out: string;
  readonly json: boolean;
}

/** The funnel, and what is still open. */
export async function status({ out, json }: Where, around: Surroundings): Promise<number> {
  return reading(out, async ({ store }) => {
    const funnel = await funnelOf(store);
    const open = (await store.list()).filter((subject) => !isTerminal(subject.state));
    const byState = Object.fromEntries(
      [...new Set(open.map((subject) => subject.state))].sort().map((state) => [state, open.filter((subject) => subject.state === state).length]),
    );
    if (json) around.stdout(`${JSON.stringify({ funnel, open: byState })}\n`);
    else
      around.stdout(
        `${funnelText(funnel)}\n${Object.entries(byState)
          .map(([state, count]) => `  ${String(count).padStart(4)} in ${state}\n`)
          .join('')}`,
      );
    return EXIT_CODES.ok.code;
  });
}

/** Every dataset and task with its state. */
export async function list({ out, json }: Where, around: Surroundings): Promise<number> {
  return reading(out, async ({ store }) => {
    const rows = (await store.list())
      .map(({ id, kind, datasetId, state, generation, code }) => ({ id, kind, dataset: datasetId, state, generation, ...(code === undefined ? {} : { code }) }))
      .sort((one, other) => (`${one.dataset} ${one.kind}` < `${other.dataset} ${other.kind}` ? -1 : 1));
    if (json) around.stdout(`${JSON.stringify(rows)}\n`);
    else
      for (const row of rows)
        around.stdout(
          `${escapeTerminal(`${row.kind === 'task' ? '  ' : ''}${row.id}`).padEnd(50)} ${row.state}${row.code === undefined ? '' : ` (${row.code})`}\n`,
        );
    return EXIT_CODES.ok.code;
  });
}

/** The timeline of one subject. */
export async function show(id: string, { out, json }: Where, around: Surroundings): Promise<number> {
  return reading(out, async ({ store }) => {
    const record = await store.get(id);
    if (record === undefined) throw unknownSubject(id, await store.list());
    const history = await store.history(id);
    const seconds = history.reduce((sum, row) => sum + (row.durationMs ?? 0), 0) / 1000;
    const calls = (await callsOf(out)).filter(({ place }) => place.subject === id);
    const spent = spentOn(calls);
    if (json) around.stdout(`${JSON.stringify({ ...record, history, cost: { seconds, ...spent, byAgent: spentBy(calls, 'agent') } })}\n`);
    else around.stdout(timeline(record, history, seconds, spent));
    return EXIT_CODES.ok.code;
  });
}

/** The model calls of a run; none where none were made. */
async function callsOf(out: string): Promise<readonly CallRecord[]> {
  const { calls } = runFolders(out);
  return access(calls).then(
    () => FilesystemCallStore.openReader(calls).list(),
    () => [],
  );
}

function timeline(record: SubjectRecord, history: readonly HistoryRow[], seconds: number, spent: Spent): string {
  const lines = history.map(
    (row) =>
      `${row.at}  generation ${row.generation}  attempt ${row.attempt}  ${(row.stage ?? '').padEnd(15)} ${row.outcome.padEnd(9)} ${row.from} → ${row.to}  ${((row.durationMs ?? 0) / 1000).toFixed(2)} s${row.rules === undefined ? '' : `  ${row.rules.join(', ')}`}${row.message === undefined ? '' : `\n    ${row.message}`}`,
  );
  const findings = record.findings.map((finding) => `  ${finding.rule} ${finding.severity}: ${finding.message}`);
  return `${[
    `${record.id}: ${record.state}${record.code === undefined ? '' : ` (${record.code}: ${record.message ?? ''})`}`,
    ...lines,
    ...(findings.length === 0 ? [] : ['findings:', ...findings]),
    `cost: ${seconds.toFixed(2)} s of processing, ${spentText(spent)}`,
  ]
    .flatMap((line) => line.split('\n'))
    .map(escapeTerminal)
    .join('\n')}\n`;
}

/** Every broken invariant. */
export async function audit({ out, json }: Where, around: Surroundings): Promise<number> {
  return reading(out, async ({ store, artifacts }) => {
    const violations = [...(await auditStore(store, artifacts)), ...(await auditPackages(store, artifacts, runFolders(out).tasks))];
    if (json) around.stdout(`${JSON.stringify({ clean: violations.length === 0, violations })}\n`);
    else
      around.stdout(
        violations.length === 0
          ? 'clean: every invariant holds\n'
          : violations.map((violation) => `${violation.code}  ${escapeTerminal(violation.subject)}  ${escapeTerminal(violation.message)}\n`).join(''),
      );
    return violations.length === 0 ? EXIT_CODES.ok.code : EXIT_CODES.failed.code;
  });
}

/** The error for an id that no subject has. */
export function unknownSubject(id: string, subjects: readonly SubjectRecord[]): CliError {
  const near = subjects
    .filter((subject) => subject.id.includes(id) || subject.datasetId === id)
    .map((subject) => subject.id)
    .slice(0, 5);
  return new CliError(
    'unknown_id',
    `this run has no dataset or task of that name [id=${id}]${near.length === 0 ? '; see `mle-smith list`' : `; did you mean ${near.join(', ')}?`}`,
    { exitCode: EXIT_CODES.usage.code },
  );
}

async function reading(out: string, work: (archive: Awaited<ReturnType<typeof openArchive>>) => Promise<number>): Promise<number> {
  const archive = await openArchive(out);
  try {
    return await work(archive);
  } finally {
    archive.close();
  }
}
