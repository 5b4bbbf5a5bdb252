import { z } from 'zod';
import type { ProbeResult } from '@mle-smith/contracts';
import { FEEDBACK_MODES, type Environment, type FeedbackMode, type Trial } from '@mle-smith/environment';
import type { ArtifactStore } from '@mle-smith/package';

/** What the cheat oracle reports; every field is an untrusted claim against itself, so it can only make things worse. */
const CheatReport = z.object({ answers: z.int(), network: z.boolean(), secretNames: z.array(z.string()), serviceAccount: z.boolean() });

const REPORT = 'report.json';

/** The probes of one task: a program that does nothing, one that submits the sample, and one that cheats in every way. */
export async function taskProbes(
  environment: Environment,
  artifacts: ArtifactStore,
  cheat: string,
  sampleScore: number | undefined,
  wallMs: number,
  signal: AbortSignal,
): Promise<ProbeResult[]> {
  const nop = await environment.trial('pass\n', { name: 'nop', limits: { wallMs } }, signal);
  const cheated = await environment.trial(cheat, { name: 'cheat', outputs: [REPORT], limits: { wallMs } }, signal);
  const report = await reportOf(cheated, artifacts);
  // The oracle submits the sample before it leaves a process that overwrites it and files that claim a score.
  const scoredAsSample = cheated.feedback.mode === 'scored' && sampleScore !== undefined && sameScore(cheated.grade?.score, sampleScore);
  return [
    { name: 'nop', passed: nop.feedback.mode === 'submission_missing', observed: { mode: nop.feedback.mode } },
    {
      name: 'sample_submission',
      passed: scoredAsSample,
      observed: { mode: cheated.feedback.mode, score: cheated.grade?.score ?? null, expected: sampleScore ?? null },
    },
    { name: 'cheat_oracle', passed: report?.answers === 0, observed: { answers: report?.answers ?? null } },
    {
      name: 'secrets_and_network',
      passed: report !== undefined && !report.network && report.secretNames.length === 0 && !report.serviceAccount,
      observed: { network: report?.network ?? null, secretNames: report?.secretNames ?? null, serviceAccount: report?.serviceAccount ?? null },
    },
    { name: 'fake_score_and_left_over_process', passed: scoredAsSample, observed: { mode: cheated.feedback.mode, score: cheated.grade?.score ?? null } },
  ];
}

function sameScore(one: number | null | undefined, other: number): boolean {
  return one !== null && one !== undefined && Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(other));
}

async function reportOf(trial: Trial, artifacts: ArtifactStore): Promise<z.infer<typeof CheatReport> | undefined> {
  const file = trial.job.outputs.find((candidate) => candidate.path === REPORT);
  if (file === undefined) return undefined;
  try {
    return CheatReport.parse(JSON.parse(new TextDecoder().decode(await artifacts.get(file.digest))));
  } catch {
    return undefined;
  }
}

/** One program for each mode; what a limit is made of stands beside it. */
const MODE_PROGRAMS: Readonly<Record<FeedbackMode, string>> = {
  scored: 'import shutil, sys\nshutil.copy(sys.argv[1] + "/sample_submission.csv", "submission.csv")\n',
  submission_missing: 'pass\n',
  submission_invalid: 'open("submission.csv", "w").write("nothing,like,it\\n1,2,3\\n")\n',
  code_failed: 'raise SystemExit(3)\n',
  timed_out: 'while True:\n    pass\n',
  out_of_memory: 'held = []\nwhile True:\n    held.append(bytearray(64 * 1024 * 1024))\n',
  limit_exceeded: 'while True:\n    print("x" * 65536)\n',
};

/** Programs that go for one limit each; passed when the limit stops them and the machine does not notice. */
const LIMIT_PROGRAMS: Readonly<Record<string, { readonly program: string; readonly stopped: readonly FeedbackMode[] }>> = {
  output: {
    program: 'block = b"x" * (16 * 1024 * 1024)\nwith open("submission.csv", "wb") as stream:\n    while True:\n        stream.write(block)\n',
    stopped: ['limit_exceeded', 'code_failed'],
  },
  processes: {
    program: 'import os, time\nfor _ in range(100000):\n    if os.fork() == 0:\n        time.sleep(60)\n        os._exit(0)\n',
    stopped: ['limit_exceeded', 'code_failed'],
  },
};

const MODE_LIMITS = { wallMs: 2_000, logBytes: 65_536 };
/** Small, so that a limit is reached soon. */
const TIGHT_LIMITS = { wallMs: 30_000, memoryMb: 256, diskMb: 32, processes: 16 };

/** The probes of the platform, on any task: each of the seven feedback modes, and each limit. */
export async function platformProbes(environment: Environment, signal: AbortSignal): Promise<ProbeResult[]> {
  const modes: Record<string, FeedbackMode> = {};
  for (const mode of FEEDBACK_MODES)
    modes[mode] = (
      await environment.trial(
        MODE_PROGRAMS[mode],
        { name: `mode-${mode}`, limits: mode === 'out_of_memory' ? TIGHT_LIMITS : MODE_LIMITS, meant: [mode] },
        signal,
      )
    ).feedback.mode;
  const limits: Record<string, boolean> = {
    time: modes['timed_out'] === 'timed_out',
    memory: modes['out_of_memory'] === 'out_of_memory',
    log: modes['limit_exceeded'] === 'limit_exceeded',
  };
  for (const [name, { program, stopped }] of Object.entries(LIMIT_PROGRAMS))
    limits[name] = stopped.includes((await environment.trial(program, { name: `limit-${name}`, limits: TIGHT_LIMITS, meant: stopped }, signal)).feedback.mode);
  return [
    { name: 'feedback_modes', passed: FEEDBACK_MODES.every((mode) => modes[mode] === mode), observed: modes },
    { name: 'limits', passed: Object.values(limits).every(Boolean), observed: limits },
  ];
}
