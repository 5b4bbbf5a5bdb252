import { z } from 'zod';

/** Longest text of an event; whoever makes one cuts what is longer. */
export const LONGEST_EVENT_TEXT = 160;
const short = z.string().max(LONGEST_EVENT_TEXT);
const amount = z.number().nonnegative();

/** Most events that one line of a history keeps; what is beyond is counted. */
export const MOST_EVENTS = 60;
/** Most bytes of them as JSON: the last lines of a history lie in the document of their subject (platform ST-13). */
export const MOST_EVENT_BYTES = 8 * 1024;

/** A job that an attempt set off. */
export const JobEvent = z.object({
  kind: z.literal('job'),
  /** Since the attempt began. */
  atMs: amount,
  name: short,
  zone: z.enum(['measure', 'solve', 'grade']),
  /** Where it ran: `sandbox` on the machine of its service, `kubernetes` in a pod. */
  place: short,
  /** The row of the table of pods. */
  profile: short.exactOptional(),
  /** How it ended; `not_run` where the runner failed, with its code. */
  status: short,
  code: short.exactOptional(),
  /** Of a probe that is meant to be stopped: whether it was, in the way that is meant. */
  asMeant: z.boolean().exactOptional(),
  /** Waited for a place. */
  queuedMs: amount,
  runMs: amount,
  cpuSeconds: amount.exactOptional(),
  gpuSeconds: amount.exactOptional(),
  peakMemoryMb: amount.exactOptional(),
});
export type JobEvent = z.infer<typeof JobEvent>;

/** A call of a model that an attempt made; one that is tried again is one more. */
export const CallEvent = z.object({
  kind: z.literal('call'),
  atMs: amount,
  agent: short,
  model: short,
  tookMs: amount,
  inputTokens: amount.exactOptional(),
  outputTokens: amount.exactOptional(),
  /** Dollars; absent where the price is not known, or nothing was counted. */
  usd: amount.exactOptional(),
  fault: short.exactOptional(),
});
export type CallEvent = z.infer<typeof CallEvent>;

/** What an attempt set off. No text of a model, a program or a dataset has a place in it. */
export const AttemptEvent = z.discriminatedUnion('kind', [JobEvent, CallEvent]);
export type AttemptEvent = z.infer<typeof AttemptEvent>;

/** Most lost attempts that are named, the last ones; those before them are counted. */
export const MOST_LOST = 8;

/** An attempt that came to no result: the lease of its worker ran out, as when a process dies, stands still or cannot reach the store. */
export const LostAttempt = z.object({
  worker: short,
  /** When somebody else took its work over. */
  at: z.iso.datetime(),
});
export type LostAttempt = z.infer<typeof LostAttempt>;

/** Attempts whose lease ran out: how many, and the last of them. */
export const LostAttempts = z.object({ count: z.int().nonnegative(), last: z.array(LostAttempt).max(MOST_LOST).readonly() });
export type LostAttempts = z.infer<typeof LostAttempts>;

/** What the attempts of a stage took of machines. */
export const MachineUse = z.object({ attempts: z.int().nonnegative(), seconds: amount, cpuSeconds: amount, gpuSeconds: amount });
export type MachineUse = z.infer<typeof MachineUse>;
