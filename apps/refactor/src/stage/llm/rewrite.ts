import { complaintAbout, draftTools, tool, type AnyTool, type DraftTexts } from '@mle-smith/agent';
import { z } from 'zod';
import type { Compared, Programs } from './comparison.ts';

/** What the Refactor works on: a design, the draft of its rewrite, and how the two compared last. */
export class Rewrite {
  readonly #design: DraftTexts;
  readonly #compare: (programs: Programs, signal: AbortSignal) => Promise<Compared>;
  #texts: DraftTexts;
  #compared: { of: Programs; what: Compared } | undefined;

  constructor(options: { design: DraftTexts; texts: DraftTexts; compare: (programs: Programs, signal: AbortSignal) => Promise<Compared> }) {
    this.#design = options.design;
    this.#texts = options.texts;
    this.#compare = options.compare;
  }

  /** The draft where its programs do what the design's do; undefined where they do not, or were not compared as they are now. */
  get same(): DraftTexts | undefined {
    const what = this.#last();
    return what !== undefined && 'differences' in what && what.differences.length === 0 ? this.#texts : undefined;
  }

  /** Why the machine could not compare it, where that was the reason. */
  get lost(): string | undefined {
    const what = this.#last();
    return what !== undefined && 'lost' in what ? what.lost : undefined;
  }

  /** What is still to be done, for the model; undefined where the draft is the same task. */
  unfinished(): string | undefined {
    if (this.lost !== undefined) return undefined;
    if (this.same !== undefined) return complaintAbout(this.#texts);
    return this.#last() === undefined
      ? 'The programs have not been checked as they are now: check them.'
      : 'The draft does otherwise than the design. Mend what the check told, and check again.';
  }

  /** Reading, writing and checking the draft. */
  tools(): readonly AnyTool[] {
    return [
      ...draftTools({
        folder: 'design',
        called: 'that of the design',
        origin: this.#design,
        texts: () => this.#texts,
        write: (file, text) => {
          this.#texts = { ...this.#texts, [file]: text };
        },
      }),
      tool({
        name: 'check',
        description:
          'Runs the prepare.py of the draft on the raw files and its metric.py on sound and malformed submissions, in a sandbox, and tells what differs from the design.',
        parameters: z.strictObject({}),
        run: async (_, signal) => {
          const of = this.#texts;
          const what = await this.#compare(of, signal);
          this.#compared = { of, what };
          if ('lost' in what) return 'The machine could not run it.';
          return what.differences.length === 0
            ? 'Nothing differs: the same files, the same scores, the same refusals.'
            : `It does otherwise than the design:\n${what.differences.map((difference) => `- ${difference}`).join('\n')}`;
        },
      }),
    ];
  }

  #last(): Compared | undefined {
    const [now, then] = [this.#texts, this.#compared];
    return then?.of['prepare.py'] === now['prepare.py'] && then.of['metric.py'] === now['metric.py'] ? then.what : undefined;
  }
}
