import type { RunReport } from '@mle-smith/contracts';
import { differences } from '../digest-tree.ts';
import { outcomes } from '../disturb.ts';
import { AT_START, type CallsSeen } from './counted-endpoint.ts';
import type { Fault } from './fault.ts';
import type { Oracle } from './load.ts';
import type { End, Noise, RigLine } from './rig.ts';
import { signText } from './sign.ts';
import type { SeenSign, TimelineLine } from './signs-seen.ts';

/** What came of the load. */
export interface LoadSeen {
  /** Undefined where it did not come to its end. */
  readonly report: RunReport | undefined;
  readonly packages: ReadonlyMap<string, string>;
  /** What the audit says; empty where it is clean. */
  readonly audit: string;
  /** Attempts that came to a result: lines of histories. */
  readonly useful: number;
  /** The lines themselves, of all datasets and tasks. */
  readonly timelines: readonly TimelineLine[];
}

/** What was seen of a fault. */
export interface Seen {
  /** Undefined where the fault has no load. */
  readonly load: LoadSeen | undefined;
  readonly attempts: { readonly started: number; readonly lost: number };
  readonly cancelled: ReadonlySet<string>;
  /** Undefined where rules think. */
  readonly calls: CallsSeen | undefined;
  /** Undefined where it took longer than it may. */
  readonly recoveredAfterSeconds: number | undefined;
  readonly lines: readonly RigLine[];
  readonly noise: readonly Noise[];
  readonly ends: readonly End[];
  /** What is to tell an operator. */
  readonly signs: readonly SeenSign[];
  /** What went wrong at the end, and what checks of the fault's own found. */
  readonly complaints: readonly string[];
}

type Judged = Pick<Fault, 'recoverWithinSeconds' | 'allowance'>;

/** What contradicts that the services came through a fault as the matrix demands; empty where nothing does. */
export function problemsOf(fault: Judged, oracle: Oracle | undefined, seen: Seen): string[] {
  return [
    ...(seen.load === undefined || oracle === undefined
      ? []
      : [...verdicts(oracle, seen.load, seen.cancelled), ...audit(seen.load), ...work(fault, seen.load, seen), ...calls(fault, oracle, seen)]),
    ...recovery(fault, seen),
    ...lines(fault, seen),
    ...untold(seen),
    ...seen.complaints,
  ];
}

/** (1) The same verdicts and packages, byte for byte. */
function verdicts(oracle: Oracle, { report, packages }: LoadSeen, cancelled: ReadonlySet<string>): string[] {
  if (report === undefined) return ['the load did not come to its end'];
  const rest = without(oracle.report, cancelled);
  const found = outcomes(without(report, cancelled));
  return [
    ...(found === outcomes(rest) ? [] : [`other verdicts: ${found}, and without faults ${outcomes(rest)}`]),
    ...differences(onlyOf(oracle.packages, cancelled), packages).map((difference) => `packages: ${difference}`),
    ...report.tasks.filter(({ id, code }) => cancelled.has(id) && code !== 'cancelled').map(({ id, state }) => `${id} was cancelled and is ${state}`),
  ];
}

/** A report of the tasks that were not cancelled; where some were, the funnel says nothing. */
function without(report: RunReport, cancelled: ReadonlySet<string>): RunReport {
  if (cancelled.size === 0) return report;
  const { funnel, ...others } = report;
  const none = Object.fromEntries(Object.keys(funnel).map((key) => [key, 0])) as RunReport['funnel'];
  return { ...others, funnel: none, tasks: report.tasks.filter(({ id }) => !cancelled.has(id)) };
}

function onlyOf(packages: ReadonlyMap<string, string>, cancelled: ReadonlySet<string>): ReadonlyMap<string, string> {
  return new Map([...packages].filter(([path]) => !cancelled.has(path.split('/')[0] ?? '')));
}

/** (2) Every invariant holds. */
function audit({ audit: found }: LoadSeen): string[] {
  return found === '' ? [] : [`the audit is not clean: ${found}`];
}

/** (3) Nothing is done again that was not lost. */
function work({ allowance = {} }: Judged, { useful }: LoadSeen, { attempts: { started, lost } }: Seen): string[] {
  const extra = started - useful;
  const allowed = lost + (allowance.attempts ?? 0);
  return extra > allowed ? [`${extra} attempts came to nothing, and ${allowed} may (${lost} were in the hands of processes that ended)`] : [];
}

/** (3) Each call is paid for once, and once more where its caller was gone before the answer. */
function calls({ allowance = {} }: Judged, oracle: Oracle, { calls: seen, cancelled }: Seen): string[] {
  if (seen === undefined) return [];
  const { different, unanswered, problems } = seen;
  // Processes that start at the same time may each ask what the model can do.
  const again = seen.again.filter((station) => station !== AT_START);
  const allowed = unanswered + (allowance.calls ?? 0);
  return [
    // What is cancelled asks no more.
    ...(different === oracle.calls || (cancelled.size > 0 && different < oracle.calls)
      ? []
      : [`${different} different calls of models, and without faults ${oracle.calls}`]),
    ...(again.length > allowed ? [`${again.length} calls of models came again (${again.join(', ')}), and ${allowed} may`] : []),
    ...problems.map((problem) => `the model: ${problem}`),
  ];
}

/** (4) The services came back by themselves. */
function recovery({ recoverWithinSeconds, allowance = {} }: Judged, { recoveredAfterSeconds, ends }: Seen): string[] {
  const { ends: codes = [], endsBy: signals = [] } = allowance;
  const unasked = ends.filter(({ code, signal }) => !(code !== null && codes.includes(code)) && !(signal !== null && signals.includes(signal)));
  return [
    ...(recoveredAfterSeconds === undefined || recoveredAfterSeconds > recoverWithinSeconds
      ? [`no work went on within ${recoverWithinSeconds} s after the fault`]
      : []),
    ...unasked.map(({ service, code, signal }) => `${service} ended by itself [exit=${code ?? signal ?? ''}]`),
  ];
}

/** (5) No fault that nobody handled, no crash of a consumer, no line without a code. */
function lines({ allowance = {} }: Judged, { lines: all, noise }: Seen): string[] {
  const failed = all.filter(({ code }) => code === 'service.failed');
  const crashes = all.filter(({ code }) => code === 'bus.consumer_crashed').length;
  return [
    ...failed.map(({ service, data }) => `${service} failed: ${JSON.stringify(data)}`),
    ...(crashes > (allowance.crashes ?? 0) ? [`consumers crashed ${crashes} times`] : []),
    ...noise.filter(({ text }) => allowance.noise?.test(text) !== true).map(({ service, text }) => `${service} wrote a line without a code: ${text}`),
  ];
}

/** (6) An operator is told. */
function untold({ signs }: Seen): string[] {
  return signs.filter(({ seen }) => seen === false).map(({ sign }) => `not told by what was to tell of it: ${signText(sign)}`);
}
