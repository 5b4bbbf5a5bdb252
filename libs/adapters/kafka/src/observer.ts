import type { BusNotice } from '@mle-smith/contracts';

export type Observe = (notice: BusNotice) => void;

/** A warning or an error that kafkajs wrote. */
export interface ClientWarning {
  readonly level: 'warn' | 'error';
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** An observer that cannot hurt the flow. */
export function harmless<Notice>(observe: ((notice: Notice) => void) | undefined): (notice: Notice) => void {
  return (notice) => {
    try {
      observe?.(notice);
    } catch {
      // Whoever watches has a fault of its own.
    }
  };
}
