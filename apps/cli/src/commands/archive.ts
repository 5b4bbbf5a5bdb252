import { allCosts, costOfSubject } from '@mle-smith/agent';
import { MOST_STEPS } from '@mle-smith/contracts';
import { isLocked } from '@mle-smith/adapter-sqlite';
import { allSubjects, auditStore, difficultyOf, evidenceOf, funnelOf, oldestOpen, openStates, presentOf, type SubjectRecord } from '@mle-smith/stage-runtime';
import { auditOutput, listOutput, showOutput, statusOutput } from '../archive-output.ts';
import { auditPackages } from '../audit-packages.ts';
import { CliError } from '../cli-error.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { escapeTerminal } from '../report/escape.ts';
import { damagedIn, setAsideText } from '../set-aside.ts';
import { callsOf, modelsReport } from '../spent-of-run.ts';
import type { Surroundings } from '../surroundings.ts';
import { openArchive, runFolders } from '../workshop.ts';

interface Where {
  readonly out: string;
  readonly json: boolean;
}

/** The funnel, what is still open, and what of it waits longest. */
export async function status({ out, json, oldest: most }: Where & { oldest: number }, around: Surroundings): Promise<number> {
  return reading(out, around, async ({ store }) => {
    const calls = await callsOf(out);
    const costs = await allCosts(store, calls);
    const atWork = isLocked(runFolders(out).state);
    const report = { funnel: await funnelOf(store), open: { ...openStates(await store.counts()) } };
    const oldest = await oldestOpen(store, most, atWork);
    const models = modelsReport(calls, Infinity);
    around.stdout(statusOutput({ ...report, oldest, costs, models, rest: atWork ? undefined : out, now: await store.now() }, json));
    return EXIT_CODES.ok.code;
  });
}

/** Every dataset and task with its state. */
export async function list({ out, json }: Where, around: Surroundings): Promise<number> {
  return reading(out, around, async ({ store, artifacts }) => {
    const rows = (await allSubjects(store)).map(async (record) => {
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
    });
    around.stdout(listOutput(await Promise.all(rows), json));
    return EXIT_CODES.ok.code;
  });
}

/** The timeline of one subject. */
export async function show(id: string, { out, all, json }: Where & { all: boolean }, around: Surroundings): Promise<number> {
  return reading(out, around, async ({ store, artifacts }) => {
    if (store.damaged.some((aside) => aside.id === id)) return EXIT_CODES.failed.code;
    const found = await store.get(id);
    if (found === undefined) throw unknownSubject(id, await allSubjects(store));
    // What was used is told with the cost, and since when with what becomes of it.
    const { used: _used, since: _since, ...record } = found;
    const { rows: history, earlier } = await store.historyEnd(id, all ? Infinity : MOST_STEPS);
    const cost = costOfSubject(
      found,
      (await callsOf(out)).filter(({ place }) => place.subject === id),
    );
    const present = presentOf(found, history.at(-1), { now: await store.now(), atWork: isLocked(runFolders(out).state) });
    const difficulty = await difficultyOf(artifacts, record);
    const { findings, execute, unreadable } = await evidenceOf(artifacts, record);
    const transcripts = transcriptsOf(record, (digest) => artifacts.pathOf(digest));
    around.stdout(showOutput({ record, present, difficulty, agent: execute?.agent, findings, unreadable, history, earlier, cost, transcripts }, json));
    return EXIT_CODES.ok.code;
  });
}

/** Where what agents said is kept, by the document. */
function transcriptsOf({ documents }: SubjectRecord, pathOf: (digest: string) => string): Record<string, string> {
  const said = Object.entries(documents).filter(([name]) => name === 'solver' || name.endsWith('-transcript'));
  return Object.fromEntries(said.map(([name, digest]) => [name === 'solver' ? 'solver-transcript' : name, pathOf(digest)]));
}

/** Every broken invariant. */
export async function audit({ out, json }: Where, around: Surroundings): Promise<number> {
  return reading(out, around, async ({ store, artifacts }) => {
    const damaged = store.damaged.map(({ id, document }) => ({ code: 'row_damaged', subject: id, message: `its ${document} is not what was written` }));
    const violations = [...damaged, ...(await auditStore(store, artifacts)), ...(await auditPackages(store, artifacts, runFolders(out).tasks))];
    around.stdout(auditOutput(violations, json));
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

/** Reads a run directory; what cannot be read of it is told before the rest. */
async function reading(out: string, around: Surroundings, work: (archive: Awaited<ReturnType<typeof openArchive>>) => Promise<number>): Promise<number> {
  const archive = await openArchive(out);
  try {
    for (const aside of damagedIn(archive.store, runFolders(out).state)) around.stderr(`mle-smith: ${escapeTerminal(setAsideText(aside))}\n`);
    return await work(archive);
  } finally {
    archive.close();
  }
}
