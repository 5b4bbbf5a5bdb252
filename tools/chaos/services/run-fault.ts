import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '../kill-moments.ts';
import type { RunningServer } from '../../testbed/server-recipe.ts';
import { waitFor } from '../../testbed/wait-for.ts';
import { STATIONS } from '../../cluster/cluster.ts';
import type { Fault } from './fault.ts';
import { countingOf, LOADS, scriptedEndpoint, type Oracle } from './load.ts';
import { clusterOfTestBed, Pods } from './pods.ts';
import { problemsOf, type Seen } from './pass-rule.ts';
import { Rig } from './rig.ts';
import { signText } from './sign.ts';
import { signsSeen, type SeenSign, type TimelineLine } from './signs-seen.ts';
import { loadSeen, runLoad } from './run-load.ts';

/** Longest that the load may take, whatever happens to the services. */
const LOAD_SECONDS = 900;
const LOOK_MS = 300;

export interface FaultRun {
  readonly servers: readonly RunningServer[];
  /** One that asks the services for their metrics; without it alerts and metrics are not looked at. */
  readonly prometheus?: RunningServer | undefined;
  readonly datasets: readonly string[];
  /** Undefined where the fault has no load. */
  readonly oracle: Oracle | undefined;
  readonly seed: number;
  /** A folder for logs and what the caller gets. */
  readonly folder: string;
}

/** What came of one fault. */
export interface Outcome {
  readonly problems: readonly string[];
  readonly seconds: number;
  readonly recoveredAfterSeconds: number | undefined;
  /** Attempts of stages beyond those that came to a result. */
  readonly extraAttempts: number;
  /** What an operator was told by. */
  readonly told: readonly string[];
  /** Why it could not be run. */
  readonly missing?: string;
}

/** Does one fault to all services at work, and judges what came of it. */
export async function runFault(fault: Fault, { servers, prometheus, datasets, oracle, seed, folder }: FaultRun): Promise<Outcome> {
  const started = performance.now();
  await mkdir(folder, { recursive: true });
  const random = seededRandom(seed * 1_000 + fault.row);
  const settings = fault.load === 'none' ? {} : LOADS[fault.load].settings;
  const rig = await Rig.open({ servers, prometheus, random, settings, log: join(folder, 'services.log') });
  try {
    const seen = await disturbed(rig, fault, datasets, join(folder, 'far'));
    return {
      problems: problemsOf(fault, oracle, seen),
      seconds: (performance.now() - started) / 1_000,
      recoveredAfterSeconds: seen.recoveredAfterSeconds,
      extraAttempts: seen.load === undefined ? 0 : seen.attempts.started - seen.load.useful,
      told: seen.signs.filter(({ seen: wasSeen }) => wasSeen === true).map(({ sign }) => signText(sign)),
    };
  } finally {
    await rig.close();
  }
}

async function disturbed(rig: Rig, fault: Fault, datasets: readonly string[], out: string): Promise<Seen> {
  if (fault.load === 'agents') await openEndpoint(rig);
  if (fault.load === 'pods') rig.runsInPods(await Pods.open(await clusterOfTestBed()), ['execute', ...(fault.replicas ?? [])]);
  await fault.prepare?.(rig);
  await rig.prepareServers();
  if (fault.load === 'none') {
    await rig.attempted(() => fault.inject(rig));
    const complaints = await checked(rig, fault);
    return seenOf(rig, { load: undefined, recoveredAfterSeconds: 0, signs: await toldIn(rig, fault, []), complaints });
  }
  await rig.start([...STATIONS, ...(fault.replicas ?? []), 'gateway'], fault.waitsAtStart !== true);
  const load = runLoad(rig, datasets, out, LOAD_SECONDS);
  rig.watch?.begins();
  await rig.attempted(() => fault.inject(rig));
  const recoveredAfterSeconds = await recovered(rig, fault.recoverWithinSeconds);
  const report = await load;
  // The caller has seen the end of the tasks; the last lines and events may be on their way.
  const seen = await loadSeen(rig, report, out, countingOf(fault.load));
  const complaints = await checked(rig, fault);
  const signs = await toldIn(rig, fault, seen.timelines);
  return seenOf(rig, { load: seen, recoveredAfterSeconds, signs, complaints: [...complaints, ...(await rig.stop())] });
}

async function openEndpoint(rig: Rig): Promise<void> {
  const endpoint = await scriptedEndpoint();
  rig.endpoint = endpoint;
  rig.settings['MLE_SMITH_MODEL_URL'] = endpoint.url;
  rig.atEnd(() => endpoint.close());
}

/** Seconds until every service is ready and an attempt is in somebody's hands, or all are done; undefined where that takes longer than it may. */
async function recovered(rig: Rig, withinSeconds: number): Promise<number | undefined> {
  const over = performance.now();
  const goesOn = async (): Promise<boolean> => (rig.attempts.inHand > 0 || rig.loadEnded.signal.aborted) && (await rig.isAllReady());
  return (await waitFor(goesOn, withinSeconds * 1_000, LOOK_MS)) ? (performance.now() - over) / 1_000 : undefined;
}

async function checked(rig: Rig, fault: Fault): Promise<readonly string[]> {
  return [...rig.complaints, ...((await fault.check?.(rig)) ?? [])];
}

/** Looked for while the services still run: what ends in order tells nothing of a fault. */
function toldIn({ name, lines, watch }: Rig, { told }: Fault, timelines: readonly TimelineLine[]): Promise<readonly SeenSign[]> {
  return signsSeen(told, { namespace: name, lines, timelines, heldSeconds: watch === undefined ? undefined : (expr) => watch.heldSeconds(expr) });
}

function seenOf(rig: Rig, more: Pick<Seen, 'load' | 'recoveredAfterSeconds' | 'signs' | 'complaints'>): Seen {
  const { attempts, cancelled, lines, noise, ends, endpoint } = rig;
  return { attempts, cancelled, lines, noise, ends, calls: endpoint?.seen, ...more };
}
