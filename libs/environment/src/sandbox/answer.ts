/** What process 1 answers for a job, with the bytes that follow it on the wire. */
export interface Answer {
  /** `ended` by itself, which limit ended it, or outputs that are not taken. */
  readonly status: 'ended' | 'timeout' | 'cpu' | 'memory' | 'log_limit' | 'result_limit' | 'rejected';
  /** Why outputs are not taken. */
  readonly message: string;
  readonly exitCode: number | null;
  readonly signal: number | null;
  readonly log: Buffer;
  /** What a called function returned, as JSON; hostile where the code is. Empty where there was none. */
  readonly result: Buffer;
  readonly outputs: readonly { readonly path: string; readonly bytes: Buffer }[];
  readonly durationMs: number;
  readonly peakMemoryMb: number;
  /** Of the job and those of its children that it waited for. */
  readonly cpuSeconds: number;
  /** Whether the kernel killed for memory while the job ran. */
  readonly outOfMemory: boolean;
}

/** The line before the bytes. */
export type AnswerHeader = Omit<Answer, 'log' | 'result' | 'outputs' | 'outOfMemory'> & {
  readonly logBytes: number;
  readonly resultBytes: number;
  readonly outputs: readonly { readonly path: string; readonly bytes: number }[];
};

/** Stands for the answer of a server that the kernel killed together with its job, for memory. */
export function answerOfKilled(durationMs: number): Answer {
  const empty = Buffer.alloc(0);
  return {
    status: 'ended',
    message: '',
    exitCode: null,
    signal: 9,
    log: empty,
    result: empty,
    outputs: [],
    durationMs,
    peakMemoryMb: 0,
    cpuSeconds: 0,
    outOfMemory: true,
  };
}
