import { InMemoryCallStore } from '@mle-smith/agent/testing';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { StoredSubject } from '@mle-smith/stage-runtime';
import { InMemoryTaskStore } from '@mle-smith/stage-runtime/testing';
import type { StateTarget } from '../import-state.ts';

/** Stores in memory that a state goes to, and that die before a write when they are told to. */
export class MemoryTarget implements StateTarget {
  readonly readsBuckets = false;
  readonly artifacts = new InMemoryArtifactStore();
  /** Writes until death. */
  left = Infinity;
  readonly #tasks = new InMemoryTaskStore();
  readonly #calls = new InMemoryCallStore();

  readonly tasks: StateTarget['tasks'] = {
    stored: () => this.#tasks.stored(),
    now: () => this.#tasks.now(),
    restore: (subject) => this.#write(() => this.#tasks.restore(subject)),
  };
  readonly calls: StateTarget['calls'] = { put: (call) => this.#write(() => this.#calls.put(call)) };
  readonly put: StateTarget['put'] = (_, chunks) =>
    this.#write(async () => {
      const all: Uint8Array[] = [];
      for await (const chunk of chunks) all.push(chunk);
      return this.artifacts.put(Buffer.concat(all));
    });

  /** What is there, without the terms of what is open. */
  async holds(): Promise<{ subjects: unknown[]; calls: unknown }> {
    return { subjects: await timeless(this.#tasks.stored()), calls: await this.#calls.list() };
  }

  #write<Result>(write: () => Promise<Result>): Promise<Result> {
    this.left -= 1;
    return this.left < 0 ? Promise.reject(new Error('killed')) : write();
  }
}

/** Subjects without their terms, which begin anew where they go to. */
export async function timeless(stored: AsyncIterable<StoredSubject>): Promise<StoredSubject[]> {
  const subjects: StoredSubject[] = [];
  for await (const subject of stored) subjects.push(StoredSubject.parse({ ...subject, record: { ...subject.record, deadline: 0 } }));
  return subjects;
}
