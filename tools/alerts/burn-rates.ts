import type { Alert, Sample, Severity } from './alert.ts';
import { WHERE } from './labels.ts';
import { ATTEMPTS, CLAIMS, VERDICTS } from './promises.ts';

/** A promise about a part of many, as two counters: what was counted, and what of it was bad. */
export interface Promised {
  readonly name: string;
  /** Part that may be bad. */
  readonly budget: number;
  readonly what: string;
  /** How fast the budget may go before it is told. */
  readonly speeds: readonly Speed[];
  readonly meaning: string;
  readonly steps: readonly string[];
  /** Events a second within a window, as PromQL; `WINDOW` stands for it. */
  readonly all: string;
  readonly bad: string;
  /** Samples in which this many of ten a minute are bad. */
  readonly samples: (bad: number) => readonly Sample[];
}

const AT = 'cluster="c",namespace="n"';

/** How different versions of Prometheus write a bound of a bucket. */
const boundsOf = (bound: number): readonly string[] => [`${bound}`, `${bound}.0`];

/** Selects the bucket of a whole number, whichever version of Prometheus took it in: from 3 on it writes `30.0` for `30`. */
export function within(bound: number): string {
  return `=~"${boundsOf(bound).join('|')}"`;
}

/** Samples of a histogram of which ten a minute are counted and some are beyond a bound, as two versions of Prometheus write it. */
function samplesOf(name: string, labels: string, bound: number, bad: number): readonly Sample[] {
  return boundsOf(bound).flatMap((le, instance) => {
    const at = `${AT},instance="${instance}",${labels}`;
    return [
      { series: `${name}_count{${at}}`, values: '0+5x5000' },
      { series: `${name}_bucket{${at},le="${le}"}`, values: `0+${5 - bad / 2}x5000` },
    ];
  });
}

/** Fewer events than this in the longer window say nothing: one bad one of three is no trend. */
const LEAST_EVENTS = 30;

/** How fast a month's budget goes, and over which windows that is seen. */
export interface Speed {
  readonly factor: number;
  readonly long: string;
  readonly short: string;
  readonly severity: Severity;
  readonly minutes: number;
}

const SLOWLY: Speed = { factor: 1, long: '3d', short: '6h', severity: 'ticket', minutes: 4_320 };
const EVERY_SPEED: readonly Speed[] = [
  { factor: 14.4, long: '1h', short: '5m', severity: 'page', minutes: 60 },
  { factor: 6, long: '6h', short: '30m', severity: 'page', minutes: 360 },
  SLOWLY,
];

export const PROMISES: readonly Promised[] = [
  {
    name: 'Claims',
    budget: CLAIMS.budget,
    speeds: EVERY_SPEED,
    what: `claims take longer than ${CLAIMS.withinSeconds} s of a free worker’s time`,
    meaning:
      'Workers that are free learn too late of what waits: messages are late, or the store is slow to answer. Work that waits for a worker is not counted.',
    steps: [
      'Dashboard “Kafka and outbox”: claim latency by stage, consumers, the age of the outbox.',
      'The logs of stations: `bus.unreachable` (the store is looked at all the same, seconds later), `store.unreachable` or `service.not_ready`.',
    ],
    all: `sum by (${WHERE}) (rate(mlesmith_claim_latency_seconds_count[WINDOW]))`,
    bad: `sum by (${WHERE}) (rate(mlesmith_claim_latency_seconds_count[WINDOW])) - sum by (${WHERE}) (rate(mlesmith_claim_latency_seconds_bucket{le${within(CLAIMS.withinSeconds)}}[WINDOW]))`,
    samples: (bad) => samplesOf('mlesmith_claim_latency_seconds', 'stage="design"', CLAIMS.withinSeconds, bad),
  },
  {
    name: 'Attempts',
    budget: ATTEMPTS.budget,
    speeds: EVERY_SPEED,
    what: 'attempts fail by a fault of servers or of the platform',
    meaning: 'Work is done again, and ends after some attempts without a verdict.',
    steps: [
      'Dashboard “Stages”: attempts by who was at fault, and in which stage.',
      'The log: `stage.failed` is a fault of the platform, `stage.retried` one of a server; both name it.',
    ],
    all: `sum by (${WHERE}) (rate(mlesmith_stage_attempts_total[WINDOW]))`,
    bad: `sum by (${WHERE}) (rate(mlesmith_stage_attempts_total{class=~"${ATTEMPTS.ours}"}[WINDOW]))`,
    samples: (bad) => [
      { series: `mlesmith_stage_attempts_total{${AT},stage="design",class="none"}`, values: `0+${10 - bad}x5000` },
      { series: `mlesmith_stage_attempts_total{${AT},stage="design",class="infrastructure"}`, values: `0+${bad}x5000` },
    ],
  },
  {
    name: 'Verdicts',
    budget: VERDICTS.budget,
    // Tens of tasks a day are no rate: what is late within an hour is too little to wake anybody for.
    speeds: [SLOWLY],
    what: `tasks wait more than ${VERDICTS.withinSeconds / 3_600} hours for their verdict`,
    meaning: 'Whoever gave datasets waits long for what comes of them. Tasks that have no verdict yet are not counted: MleSmithWaitsLong tells of those.',
    steps: [
      'Dashboard “Pipeline”: “Time to a verdict” tells since when, “Queues” which stage the work waits for. A queue that only grows needs more replicas of its station.',
      'No queue: dashboard “Stages”, which stage takes its time, or is tried again and again. `./mle-smith show TASK --server URL` tells the steps of one task, with their times.',
      'Dashboard “Model cost and tokens”: do calls take long, or is a budget used up?',
    ],
    all: `sum by (${WHERE}) (rate(mlesmith_verdict_seconds_count[WINDOW]))`,
    bad: `sum by (${WHERE}) (rate(mlesmith_verdict_seconds_count[WINDOW])) - sum by (${WHERE}) (rate(mlesmith_verdict_seconds_bucket{le${within(VERDICTS.withinSeconds)}}[WINDOW]))`,
    samples: (bad) => samplesOf('mlesmith_verdict_seconds', 'verdict="verified"', VERDICTS.withinSeconds, bad),
  },
];

/** Names of recorded ratios: `mlesmith:claims:bad_ratio_1h`. */
function ratioName({ name }: Promised, window: string): string {
  return `mlesmith:${name.toLowerCase()}:bad_ratio_${window}`;
}

function countName({ name }: Promised, window: string): string {
  return `mlesmith:${name.toLowerCase()}:count_${window}`;
}

/** What is recorded for the alerts: parts that were bad, and how many there were. */
export function recordings(): readonly { readonly record: string; readonly expr: string }[] {
  return PROMISES.flatMap((promised) =>
    [...new Set(promised.speeds.flatMap(({ long, short }) => [short, long]))].flatMap((window) => {
      const [all, bad] = [promised.all, promised.bad].map((expr) => expr.replaceAll('WINDOW', window));
      return [
        { record: ratioName(promised, window), expr: `(${bad}) / (${all} > 0)` },
        { record: countName(promised, window), expr: `(${all}) * ${secondsOf(window)}` },
      ];
    }),
  );
}

/** Alerts on how fast budgets of promises go, over a long window and a short one at once: late enough to be sure, and over as soon as it is over. */
export function burnAlerts(): readonly Alert[] {
  return PROMISES.flatMap((promised) =>
    promised.speeds.map(({ factor, long, short, severity, minutes }) => {
      const limit = Number((factor * promised.budget).toPrecision(6));
      // Ten a minute, of which some are bad: twice as many as the limit, and half.
      const parts = { fires: Math.min(10, 20 * limit), silent: 5 * limit };
      const scene = (bad: number) => ({ samples: promised.samples(Number(bad.toPrecision(6))), atMinute: Math.min(minutes + 10, 4_900) });
      return {
        name: `MleSmith${promised.name}BurnBudget${{ '1h': 'Fast', '6h': 'Steadily', '3d': 'Slowly' }[long] ?? ''}`,
        severity,
        expr: `${ratioName(promised, long)} > ${limit} and ${ratioName(promised, short)} > ${limit} and ${countName(promised, long)} >= ${LEAST_EVENTS}`,
        lasting: '2m',
        summary: `More ${promised.what} than is promised: {{ $value | humanizePercentage }} over ${long}, and ${Number((limit * 100).toPrecision(6))} % use the budget up ${factor} times too fast`,
        meaning: promised.meaning,
        steps: promised.steps,
        fires: scene(parts.fires),
        silent: scene(parts.silent),
      };
    }),
  );
}

function secondsOf(window: string): number {
  const [, count = '0', unit = 's'] = /^(\d+)([smhd])$/.exec(window) ?? [];
  return Number(count) * ({ s: 1, m: 60, h: 3_600, d: 86_400 }[unit] ?? 0);
}
