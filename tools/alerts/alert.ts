/** `page` wakes somebody, `ticket` waits for the morning. */
export type Severity = 'page' | 'ticket';

/** A series that a test of an alert gives Prometheus: one sample a minute, in the notation of promtool (`0+1x60`). */
export interface Sample {
  readonly series: string;
  readonly values: string;
}

/** One state of affairs, and the time at which Prometheus is asked, in minutes from its start. */
export interface Scene {
  readonly samples: readonly Sample[];
  readonly atMinute: number;
}

export interface Alert {
  /** Stable: routes and runbooks name it. */
  readonly name: string;
  readonly severity: Severity;
  /** PromQL; keeps `namespace` and `cluster`, so that one installation does not hide another. */
  readonly expr: string;
  /** How long it has to be so, as `10m`. */
  readonly lasting: string;
  /** One line: what is wrong. */
  readonly summary: string;
  /** What it means for whoever waits for tasks. */
  readonly meaning: string;
  /** What to look at and do, in this order. */
  readonly steps: readonly string[];
  /** A scene in which it fires, and one that looks alike in which it does not. */
  readonly fires: Scene;
  readonly silent: Scene;
}
