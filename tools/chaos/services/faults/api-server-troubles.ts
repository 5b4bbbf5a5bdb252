import { setTimeout as rest } from 'node:timers/promises';
import type { ApiFaultOfWay } from '@mle-smith/adapter-kubernetes/drills';
import type { Fault } from '../fault.ts';
import { jobAtWork, noCluster } from '../pods.ts';

/** Longer than a call is repeated, so that creations are given up. */
const AWAY_SECONDS = 60;
const IN_SIGHT_WITHIN_SECONDS = 60;
const MOST_REQUESTS_A_SECOND = 5;

/** Nothing can be asked of the API server in the midst of the work; Jobs that run go on, and what cannot be made is tried again. */
export const apiServerAway: Fault = {
  row: 28,
  name: 'api-server-away',
  what: `the API server of Kubernetes out of reach for ${AWAY_SECONDS} s while Jobs of execute run`,
  load: 'pods',
  missing: noCluster,
  recoverWithinSeconds: 60,
  told: [{ alert: 'MleSmithClusterOutOfSight', from: 30 }, { log: 'cluster.out_of_sight' }],
  // What cannot be created is tried again, for both tasks.
  allowance: { attempts: 8 },
  inject: async (rig) => {
    const { api } = rig.pods;
    await jobAtWork(rig, '');
    const asked = (): number => api.requests.length + api.turnedAway;
    const [from, before] = [rig.lines.length, asked()];
    rig.note('the API server is away');
    api.cut();
    await rest(AWAY_SECONDS * 1_000);
    const rate = (asked() - before) / AWAY_SECONDS;
    rig.note(`the API server is back; it was asked ${rate.toFixed(2)} times a second`);
    api.heal();
    if (rate > MOST_REQUESTS_A_SECOND) rig.complaints.push(`the API server was asked ${rate} times a second while it was away`);
    for (const code of ['cluster.out_of_sight', 'cluster.in_sight'])
      await rig.seen(code, (line) => line.code === code, { from, withinSeconds: IN_SIGHT_WITHIN_SECONDS, evenAfterLoad: true });
  },
};

const times = (count: number, fault: ApiFaultOfWay): ApiFaultOfWay[] => Array.from({ length: count }, () => fault);
const answer = (status: number, reason: string, message: string, more: { readonly retryAfterSeconds?: number } = {}): ApiFaultOfWay => ({
  kind: 'answer',
  status,
  reason,
  message,
  ...more,
});

/** What the API server says to requests that fit, before it is well again. */
const TROUBLES: readonly (readonly [RegExp, readonly ApiFaultOfWay[]])[] = [
  [
    /^POST .*\/jobs/,
    [
      ...times(3, answer(403, 'Forbidden', 'exceeded quota: of the drill')),
      ...times(2, answer(409, 'Conflict', 'the object has been modified')),
      { kind: 'reply-lost' },
      { kind: 'reset' },
    ],
  ],
  [/^DELETE .*\/jobs/, [answer(500, 'InternalError', 'etcdserver: leader changed'), { kind: 'reply-lost' }]],
  [/watch=/, times(4, answer(410, 'Expired', 'too old resource version'))],
  [/./, times(30, answer(429, 'TooManyRequests', 'of the drill', { retryAfterSeconds: 1 }))],
];
const DROPS = 5;
const BETWEEN_DROPS_MS = 2_000;

/** The API server answers and says no, in every way that passes. */
export const apiServerRefuses: Fault = {
  row: 28,
  name: 'api-server-refuses',
  what: 'watches dropped, watches too old (410), a storm of 429, a quota (403), conflicts (409), lost replies, broken connections',
  load: 'pods',
  missing: noCluster,
  recoverWithinSeconds: 60,
  told: [{ metric: 'mlesmith_cluster_api_duration_seconds_count', where: 'outcome="passing"' }],
  unseen: 'what passes is asked again',
  allowance: { attempts: 4 },
  inject: async (rig) => {
    const { api } = rig.pods;
    await jobAtWork(rig, '');
    for (const [match, faults] of TROUBLES) api.next(match, ...faults);
    for (let drop = 1; drop <= DROPS; drop += 1) {
      api.dropWatches();
      await rest(BETWEEN_DROPS_MS);
    }
    await rig.until('every trouble met', () => api.pending === 0 || rig.loadEnded.signal.aborted, 300);
    if (api.pending > 0) rig.complaints.push(`${api.pending} answers of the API server were met by nobody`);
  },
};
