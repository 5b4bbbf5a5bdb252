import { complaintAbout, draftTools, tool, untrusted, type AnyTool, type DraftTexts } from '@mle-smith/agent';
import { canonicalJson, digestOf, type ArtifactStore, type DesignFacts } from '@mle-smith/package';
import type { JobResult } from '@mle-smith/environment';
import { z } from 'zod';
import type { CarriedOut } from '../carry-out.ts';

const MOST_LINES = 60;
/** As much of a file as is looked at: the result of a tool holds less. */
const MOST_BYTES = 256 * 1024;

/** The byte at the end of a line. */
const LINE_END = 10;

/** A draft that ran: its texts, and what came of them. */
export interface Ran {
  readonly texts: DraftTexts;
  readonly facts: DesignFacts;
  readonly outputs: JobResult['outputs'];
}

/** What the Designer works on: files in memory, the blocks that it may take, and the last run. */
export class Draft {
  readonly #blocks: DraftTexts;
  readonly #run: (texts: DraftTexts, signal: AbortSignal) => Promise<CarriedOut>;
  readonly #artifacts: ArtifactStore;
  #texts: DraftTexts;
  #ran: { of: string; what: CarriedOut } | undefined;

  constructor(options: {
    blocks: DraftTexts;
    texts: DraftTexts;
    run: (texts: DraftTexts, signal: AbortSignal) => Promise<CarriedOut>;
    artifacts: ArtifactStore;
  }) {
    this.#blocks = options.blocks;
    this.#texts = options.texts;
    this.#run = options.run;
    this.#artifacts = options.artifacts;
  }

  /** The draft as it ran; undefined where its programs did not run as they are now. */
  get ran(): Ran | undefined {
    const what = this.#last();
    return what === undefined || !('facts' in what) ? undefined : { texts: this.#texts, facts: what.facts, outputs: what.outputs };
  }

  /** Why the machine could not run it, where that was the reason. */
  get lost(): string | undefined {
    const what = this.#last();
    return what !== undefined && 'fault' in what && what.fault === 'lost' ? what.message : undefined;
  }

  /** What is still to be done, for the model; undefined where the draft runs as it is now, or the machine could not run it. */
  unfinished(): string | undefined {
    if (this.lost !== undefined) return undefined;
    if (this.ran !== undefined) return complaintAbout(this.#texts);
    const last = this.#last();
    return last === undefined || 'facts' in last
      ? 'The programs have not been run as they are now: run the draft, and look at what it makes.'
      : `The draft does not run:\n${untrusted('failure', last.message)}\nMend it.`;
  }

  /** Writing, reading and running the draft. */
  tools(): readonly AnyTool[] {
    return [
      ...draftTools({
        folder: 'blocks',
        called: 'a building block',
        origin: this.#blocks,
        texts: () => this.#texts,
        write: (file, text) => {
          this.#texts = { ...this.#texts, [file]: text };
        },
      }),
      tool({
        name: 'run_draft',
        description:
          'Runs prepare.py on the raw files and metric.py on the sample submission, in a sandbox without network. Gives what was measured on the files that it made, or what failed.',
        parameters: z.strictObject({}),
        run: async (_, signal) => {
          const of = this.#programs();
          const what = await this.#run(this.#texts, signal);
          this.#ran = { of, what };
          return 'facts' in what ? `It ran.\n${canonicalJson(what.facts)}` : `It failed: ${what.message}\n${what.log}`;
        },
      }),
      tool({
        name: 'look_at',
        description: `Gives the first lines of a file that the last run made, at most ${MOST_LINES}.`,
        parameters: z.strictObject({
          file: z.enum(['public/train.csv', 'public/test.csv', 'public/sample_submission.csv', 'private/test_answer.csv']),
          lines: z.int().min(1).max(MOST_LINES),
        }),
        run: ({ file, lines }) => this.#lines(file, lines),
      }),
    ];
  }

  async #lines(path: string, count: number): Promise<string> {
    const file = this.ran?.outputs.find((output) => output.path === `data/${path}`);
    if (file === undefined) return 'There is no such file: run the draft first.';
    const { text, lines } = await beginningOf(this.#artifacts.read(file.digest));
    return `${text.split('\n').slice(0, count).join('\n')}\n[${lines} lines in all]`;
  }

  /** What came of the programs as they are now; undefined where they were not run. */
  #last(): CarriedOut | undefined {
    return this.#ran?.of === this.#programs() ? this.#ran.what : undefined;
  }

  #programs(): string {
    return digestOf(canonicalJson([this.#texts['prepare.py'], this.#texts['metric.py']]));
  }
}

/** The first bytes of a file as text, and how many lines it has, in constant memory: what a draft makes may be large. */
async function beginningOf(chunks: AsyncIterable<Uint8Array>): Promise<{ text: string; lines: number }> {
  const kept: Uint8Array[] = [];
  let [left, lines] = [MOST_BYTES, 0];
  for await (const chunk of chunks) {
    if (left > 0) kept.push(chunk.slice(0, left));
    left -= chunk.length;
    for (let at = chunk.indexOf(LINE_END); at !== -1; at = chunk.indexOf(LINE_END, at + 1)) lines += 1;
  }
  return { text: new TextDecoder().decode(Buffer.concat(kept)), lines };
}
