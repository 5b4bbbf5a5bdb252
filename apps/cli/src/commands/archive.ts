import { access } from 'node:fs/promises';
import { FilesystemCallStore } from '@mle-smith/adapter-filesystem';
import { spentBy, spentOn, type CallRecord } from '@mle-smith/agent';
import { allSubjects, auditStore, difficultyOf, evidenceOf, funnelOf, openStates, type SubjectRecord } from '@mle-smith/stage-runtime';
import { auditPackages } from '../audit-packages.ts';
import { CliError } from '../cli-error.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { escapeTerminal } from '../report/escape.ts';
import { STARTER_NOTE, stateText } from '../state-text.ts';
import { funnelText } from '../summary.ts';
import type { Surroundings } from '../surroundings.ts';
import { timelineText } from '../timeline.ts';
import { openArchive, runFolders } from '../workshop.ts';

interface Where {
  readonly out: string;
  readonly json: boolean;
}

/** The funnel, and what is still open. */
export async function status({ out, json }: Where, around: Surroundings): Promise<number> {
  return reading(out, async ({ store }) => {
    const funnel = await funnelOf(store);
    const byState = openStates(await store.counts());
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
  return reading(out, async ({ store, artifacts }) => {
    const rows = await Promise.all(
      (await allSubjects(store))
        .toSorted((one, other) => (`${one.datasetId} ${one.kind}` < `${other.datasetId} ${other.kind}` ? -1 : 1))
        .map(async (record) => {
          const { id, kind, datasetId, state, generation, code } = record;
          const difficulty = await difficultyOf(artifacts, record);
          return {
            id,
            kind,
            dataset: datasetId,
            state,
            generation,
            ...(code === undefined ? {} : { code }),
            ...(difficulty === undefined ? {} : { difficulty }),
          };
        }),
    );
    if (json) around.stdout(`${JSON.stringify(rows)}\n`);
    else {
      for (const row of rows) around.stdout(`${escapeTerminal(`${row.kind === 'task' ? '  ' : ''}${row.id}`).padEnd(50)} ${escapeTerminal(stateText(row))}\n`);
      if (rows.some(({ difficulty }) => difficulty === 'starter')) around.stdout(`\n${STARTER_NOTE}\n`);
    }
    return EXIT_CODES.ok.code;
  });
}

/** The timeline of one subject. */
export async function show(id: string, { out, json }: Where, around: Surroundings): Promise<number> {
  return reading(out, async ({ store, artifacts }) => {
    const record = await store.get(id);
    if (record === undefined) throw unknownSubject(id, await allSubjects(store));
    const history = await store.history(id);
    const seconds = history.reduce((sum, row) => sum + (row.durationMs ?? 0), 0) / 1000;
    const calls = (await callsOf(out)).filter(({ place }) => place.subject === id);
    const spent = spentOn(calls);
    const difficulty = await difficultyOf(artifacts, record);
    const { findings, execute } = await evidenceOf(artifacts, record);
    const agent = execute?.agent;
    if (json)
      around.stdout(
        `${JSON.stringify({ ...record, ...(difficulty === undefined ? {} : { difficulty }), ...(agent === undefined ? {} : { agent }), findings, history, cost: { seconds, ...spent, byAgent: spentBy(calls, 'agent') } })}\n`,
      );
    else around.stdout(timelineText({ record, difficulty, history, findings, seconds, spent, agent }));
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
