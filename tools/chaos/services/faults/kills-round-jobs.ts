import type { SeenJob } from '@mle-smith/adapter-kubernetes/drills';
import type { Fault } from '../fault.ts';
import { madeTwice } from '../made-twice.ts';
import { jobAtWork, noCluster } from '../pods.ts';
import type { Rig } from '../rig.ts';

/** A moment in the life of a Job. */
interface Moment {
  readonly where: string;
  /** Resolves when execute is to be killed. */
  readonly come: (rig: Rig) => Promise<void>;
  /** Whether it was met, seen while execute is dead. */
  readonly met: (rig: Rig) => Promise<boolean>;
}

/** A program that runs for two seconds, so that it can be met at work. */
const LONG = 'solve-mode-timed_out';
const WITHIN_SECONDS = 240;
const TRIES = 3;

const ROUND_CALLS: readonly Moment[] = [
  {
    where: 'before it is created',
    come: (rig) => heldBack(rig, () => rig.pods.api.nextOf(/^POST .*\/jobs/, /"solve-nop-/, { kind: 'held' })),
    met: async (rig) => there(rig, 'solve-nop-').length === 0,
  },
  {
    where: 'after it is created, before anybody was told',
    come: (rig) => heldBack(rig, () => rig.pods.api.nextOf(/^POST .*\/jobs/, /"solve-cheat-/, { kind: 'reply-held' })),
    met: async (rig) => {
      await rig.until('the Job that nobody was told of', () => there(rig, 'solve-cheat-').length > 0, WITHIN_SECONDS);
      return true;
    },
  },
  {
    where: 'before it is deleted',
    come: (rig) => heldBack(rig, () => rig.pods.api.next(/^DELETE .*\/jobs\/mls-solve-nop-/, { kind: 'held' })),
    met: async (rig) => (await stateOf(rig, 'solve-nop-')) === 'answered',
  },
];

const ROUND_WORK: readonly Moment[] = [
  { where: 'while it runs', come: async (rig) => void (await jobAtWork(rig, LONG)), met: async (rig) => (await stateOf(rig, LONG)) === 'running' },
  {
    where: 'after its successor has removed it',
    come: (rig) => rig.until('the end of what was left', () => there(rig, LONG).length === 0, WITHIN_SECONDS),
    met: () => Promise.resolve(true),
  },
  {
    where: 'after it has ended, before its answer is collected',
    come: async (rig) => {
      await jobAtWork(rig, LONG);
      // A process that stands still collects nothing.
      rig.processOf('execute').child.kill('SIGSTOP');
      await rig.until('the end of a program', async () => (await stateOf(rig, LONG)) !== 'running', WITHIN_SECONDS);
    },
    met: async (rig) => (await stateOf(rig, LONG)) === 'answered',
  },
];

/** Execute dies at moments of a Job's life; whoever comes next takes the Job up where it is. */
function killsAt(name: string, moments: readonly Moment[]): Fault {
  return {
    row: 3,
    name,
    what: `kill -9 of execute at moments of a Job: ${moments.map(({ where }) => where).join('; ')}`,
    load: 'pods',
    missing: noCluster,
    recoverWithinSeconds: 60,
    told: [{ step: { lost: true, stage: 'execute' } }],
    inject: async (rig) => {
      for (const moment of moments) await killAt(rig, moment);
    },
    check: (rig) => Promise.resolve(jobsMadeTwice(rig)),
  };
}

export const killsRoundCalls = killsAt('kills-round-the-calls-for-a-job', ROUND_CALLS);
export const killsRoundWork = killsAt('kills-round-the-work-of-a-job', ROUND_WORK);

/** What contradicts that each Job was made once, whoever worked with it. */
function jobsMadeTwice(rig: Rig): readonly string[] {
  const starts = rig.lines.filter(({ service, code }) => service === 'execute' && code === 'service.starting').map(({ at }) => at);
  const jobs = rig.pods.jobs('');
  rig.note(`${jobs.length} Jobs of one job each, ${new Set(jobs.map(({ name }) => name)).size} names, ${starts.length} lives`);
  return madeTwice(jobs, starts);
}

async function killAt(rig: Rig, { where, come, met }: Moment): Promise<void> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    await come(rig);
    await rig.kill(['execute']);
    const so = await met(rig);
    rig.note(so ? `execute is dead ${where}` : `execute is dead, not ${where}`);
    rig.pods.api.release();
    await rig.start(['execute'], false);
    if (so) return;
  }
  rig.complaints.push(`in ${TRIES} tries execute was never killed ${where}`);
}

/** Waits until a call of execute is held back. */
async function heldBack(rig: Rig, hold: () => void): Promise<void> {
  hold();
  await rig.until('a call that is held back', () => rig.pods.api.held > 0, WITHIN_SECONDS);
}

function there(rig: Rig, key: string): readonly SeenJob[] {
  return rig.pods.jobs(key).filter(({ goneAt }) => goneAt === undefined);
}

/** How the server of the one Job that is there stands with it. */
async function stateOf(rig: Rig, key: string): Promise<string | undefined> {
  const [job] = there(rig, key);
  return job === undefined ? undefined : rig.pods.visit(job);
}
