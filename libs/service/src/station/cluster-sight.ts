import type { ClusterNotice } from '@mle-smith/contracts';

/** How long the pods of a namespace may be out of sight before a station counts as not ready, ms (platform KJ-3). */
const PATIENCE_MS = 180_000;

/** Whether a station sees what becomes of its pods. */
export class ClusterSight {
  readonly #now: () => number;
  /** Namespaces whose lists fail, and since when. */
  readonly #lost = new Map<string, number>();

  /** `now`: ms of a clock that only goes forward. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Takes what the cluster side tells. */
  hear(notice: ClusterNotice): void {
    if (notice.kind === 'list_failed') this.#lost.set(notice.namespace, this.#now());
    if (notice.kind === 'list_recovered') this.#lost.delete(notice.namespace);
  }

  /** Throws where a namespace has been out of sight for too long. */
  check(): void {
    for (const [namespace, since] of this.#lost)
      if (this.#now() - since >= PATIENCE_MS)
        throw new Error(`the pods of a namespace have been out of sight for ${Math.round((this.#now() - since) / 1_000)} s [namespace=${namespace}]`);
  }
}
