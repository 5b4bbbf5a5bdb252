import type { SubjectRecord } from './subject-record.ts';
import type { SubjectFilter, TaskStore } from './task-store.ts';

const PAGE = 500;

/** Subjects one after another by arrival, however many there are. */
export async function* eachSubject(store: Pick<TaskStore, 'page'>, filter: SubjectFilter = {}): AsyncGenerator<SubjectRecord, void, undefined> {
  let from: string | undefined;
  do {
    const page = await store.page(filter, PAGE, from);
    yield* page.records;
    from = page.next;
  } while (from !== undefined);
}

/** All subjects at once: for runs of one machine, and tests. */
export async function allSubjects(store: Pick<TaskStore, 'page'>, filter: SubjectFilter = {}): Promise<readonly SubjectRecord[]> {
  const subjects: SubjectRecord[] = [];
  for await (const subject of eachSubject(store, filter)) subjects.push(subject);
  return subjects;
}
