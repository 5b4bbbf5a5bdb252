import type { ClusterNotice } from '@mle-smith/contracts';

export type Observe = (notice: ClusterNotice) => void;

/** An observer that cannot hurt the flow. */
export function harmless(observe: Observe | undefined): Observe {
  return (notice) => {
    try {
      observe?.(notice);
    } catch {
      // Whoever watches has a fault of its own.
    }
  };
}
