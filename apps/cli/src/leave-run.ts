import type { SqliteTaskStore } from '@mle-smith/adapter-sqlite';
import type { RunReport } from '@mle-smith/contracts';
import type { ArtifactStore, Digest } from '@mle-smith/package';
import { allSubjects, eachSubject, funnelOf } from '@mle-smith/stage-runtime';
import { publishTask } from './publish.ts';
import type { RunState } from './report/run-state.ts';
import { writeReports, type ReportFacts } from './report/write-reports.ts';
import { damagedIn, setAsideOf, type SetAside } from './set-aside.ts';
import type { runFolders } from './workshop.ts';

/** What is left of a run at its end. */
export interface Left extends Omit<ReportFacts, 'unreadable'> {
  readonly store: SqliteTaskStore;
  readonly artifacts: ArtifactStore & { pathOf(digest: Digest): string };
  readonly folders: Pick<ReturnType<typeof runFolders>, 'state' | 'tasks' | 'report'>;
}

/** Publishes what is verified and writes the report. Whatever cannot be read any more is set aside and told in the report. */
export async function leaveRun({ store, artifacts, folders, ...facts }: Left): Promise<RunReport> {
  const unreadable: SetAside[] = damagedIn(store, folders.state);
  for await (const subject of eachSubject(store)) {
    const { verified } = subject.documents;
    const aside = await setAsideOf(subject, artifacts, async () => {
      if (subject.state === 'task.verified' && verified !== undefined) await publishTask(artifacts, verified, folders.tasks, subject.id);
    });
    if (aside !== undefined) unreadable.push(aside);
  }
  const aside = new Set(unreadable.map(({ id }) => id));
  const state: RunState = {
    list: async () => (await allSubjects(store)).filter(({ id }) => !aside.has(id)),
    history: (id) => store.history(id),
    funnel: () => funnelOf(store),
  };
  return writeReports(state, artifacts, folders, { ...facts, unreadable });
}
