import type { Finding } from '@mle-smith/contracts';
import { z } from 'zod';
import { runAgent, type AgentOutcome, type Bounds } from './agent-loop.ts';
import type { CallPlace } from './call-store.ts';
import type { ModelSource } from './model-source.ts';
import type { Prompt } from './prompt.ts';
import type { AnyTool } from './tool.ts';
import { plain, untrusted } from './untrusted.ts';

/** Most characters of the evidence of one finding. */
const MOST_EVIDENCE = 4_000;

/** An agent that works on the files of a draft. */
export interface DraftAgent {
  readonly models: ModelSource;
  readonly prompt: Prompt;
}

/** A piece of work on a draft. */
export interface DraftWork {
  readonly place: CallPlace;
  /** What it works on, in fenced blocks. */
  readonly given: readonly string[];
  /** What is to be done where nothing was found yet. */
  readonly begin: string;
  /** What was found about the last draft. */
  readonly findings: readonly Finding[];
  /** Its tools, and what code still wants of the draft; undefined where it is content. */
  readonly draft: { tools(): readonly AnyTool[]; unfinished(): string | undefined };
  /** What the list of changes in its answer is to say. */
  readonly changes: string;
  readonly bounds: Bounds;
}

/** Lets an agent work on a draft until code is content with it, or a bound is met. What it leaves is in the draft. Throws `ModelError`. */
export async function workOnDraft(
  { models, prompt }: DraftAgent,
  { place, given, begin, findings, draft, changes, bounds }: DraftWork,
  signal: AbortSignal,
): Promise<AgentOutcome<unknown>> {
  return runAgent(
    {
      model: models.at(place),
      system: prompt.text,
      task: [...given, ...(findings.length === 0 ? [begin] : found(findings))].join('\n\n'),
      tools: draft.tools(),
      unfinished: () => Promise.resolve(draft.unfinished()),
      answer: { name: 'done', shape: z.strictObject({ changes: z.array(z.string()).describe(changes) }) },
      formats: models.capabilities.formats,
      bounds,
      time: models.time,
    },
    signal,
  );
}

/** Findings, each whole, and after them their evidence, which may be long and is cut first. */
function found(findings: readonly Finding[]): string[] {
  const told = findings.map(({ rule, severity, message, repair }) => JSON.stringify({ rule, severity, message, ...(repair === undefined ? {} : { repair }) }));
  const evidence = findings.filter((finding) => Object.keys(finding.evidence).length > 0);
  return [
    'Your last draft was checked, and this was found. Mend it; leave alone what was not objected to.',
    untrusted('findings', told.join('\n')),
    ...(evidence.length === 0 ? [] : [untrusted('evidence', evidence.map((finding) => evidenceOf(finding)).join('\n'))]),
  ];
}

/** What was measured for a finding; long evidence of one leaves room for that of others. */
function evidenceOf({ rule, evidence }: Finding): string {
  return `${rule}: ${plain(JSON.stringify(evidence)).slice(0, MOST_EVIDENCE)}`;
}
