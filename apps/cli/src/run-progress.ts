import type { SubjectKind } from '@mle-smith/contracts';
import { isTerminal, stageOf } from '@mle-smith/task';
import { REOPENED, type WorkNotice } from '@mle-smith/stage-runtime';
import { LineProgress, SilentProgress, TerminalProgress, type Progress } from './progress.ts';
import { needsSomebody } from './needs-somebody.ts';
import type { Surroundings } from './surroundings.ts';

/** The progress that suits where stderr goes. */
export function progressFor(kind: 'silent' | 'lines' | 'terminal', around: Pick<Surroundings, 'stderr' | 'columns'>): Progress {
  if (kind === 'silent') return new SilentProgress();
  return kind === 'lines' ? new LineProgress(around.stderr) : new TerminalProgress(around.stderr, around.columns);
}

/** What is told of a step. */
interface Step {
  readonly stage?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly outcome?: string | undefined;
  readonly message?: string | undefined;
  readonly durationMs?: number | undefined;
  readonly code?: string | undefined;
  readonly retries?: number | undefined;
  readonly waitMs?: number | undefined;
}

/** Turns what the workers announce into lines for a person, and one status line of what is at work. */
export class RunProgress {
  readonly #progress: Progress;
  readonly #working = new Map<string, string>();
  /** Why each subject was put aside last. */
  readonly #reasons = new Map<string, string>();
  readonly #mostRetries: number | undefined;
  readonly #ended = { verified: 0, abandoned: 0, refused: 0 };

  /** `mostRetries`: after so many in a row a subject ends, where that is known. */
  constructor(progress: Progress, mostRetries?: number) {
    this.#progress = progress;
    this.#mostRetries = mostRetries;
  }

  /** The first line: the datasets that were named and what an earlier call left open, and behind which walls or where. */
  begin(named: number, open: readonly { readonly kind: SubjectKind }[], where: string, out: string): void {
    const left = (['dataset', 'task'] as const).flatMap((kind) => {
      const count = open.filter((subject) => subject.kind === kind).length;
      return count === 0 ? [] : [counted(count, kind)];
    });
    const goesOn = left.length === 0 ? [] : [`going on with ${left.join(' and ')}`];
    const what = named > 0 ? [counted(named, 'dataset'), ...goesOn] : goesOn.length > 0 ? goesOn : ['nothing is unfinished'];
    this.#progress.report({ subject: 'mle-smith', text: `${[...what, where].join(', ')}, into ${out}` });
  }

  /** A line about the run as a whole. */
  say(text: string): void {
    this.#progress.report({ subject: 'mle-smith', text });
  }

  notice(notice: WorkNotice): void {
    const { record, stage, phase } = notice;
    if (phase === 'started') this.#working.set(record.id, stage);
    else {
      this.#working.delete(record.id);
      if (phase === 'finished') this.#finished(record.id, notice);
    }
    this.#tell();
  }

  /** One step that is over, wherever it was done. */
  step(id: string, step: Step): void {
    this.#finished(id, step);
    this.#tell();
  }

  #tell(): void {
    const { verified, abandoned, refused } = this.#ended;
    const working = [...this.#working].map(([id, at]) => `${id} (${at})`).join(', ');
    this.#progress.status(`${verified} verified, ${abandoned} abandoned, ${refused} refused${working === '' ? '' : ` · ${working}`}`);
  }

  close(): void {
    this.#progress.close();
  }

  #finished(id: string, step: Step): void {
    const { stage, from, to, outcome, message, durationMs } = step;
    const state = to?.split('.')[1];
    this.#count(state, 1);
    if (outcome === REOPENED) this.#count(from?.split('.')[1], -1);
    const seconds = `${((durationMs ?? 0) / 1000).toFixed(1)} s`;
    const text =
      outcome === 'advanced'
        ? `${state ?? stage ?? ''} (${seconds})`
        : outcome === 'returned'
          ? `${stage ?? ''} sends it back to ${stageOf(to ?? '') ?? ''}: ${message ?? ''}`
          : to !== undefined && isTerminal(to)
            ? `${state ?? to}: ${message ?? ''}`
            : `${stage ?? ''} ${this.#putAside(id, step)}`;
    this.#progress.report({ subject: id, text });
  }

  #count(state: string | undefined, by: number): void {
    if (state === 'verified' || state === 'abandoned' || state === 'refused') this.#ended[state] += by;
  }

  /** What happens to a subject that did not get on; a reason that was told for it already is not told again. */
  #putAside(id: string, { message = '', code, retries, waitMs }: Step): string {
    if (needsSomebody(code)) return `waits: ${message}`;
    const round =
      retries === undefined || waitMs === undefined
        ? ''
        : `round ${retries}${this.#mostRetries === undefined ? '' : ` of ${this.#mostRetries}`}, again in ${Math.ceil(waitMs / 1000)} s`;
    const again = this.#reasons.get(id) === message && round !== '';
    this.#reasons.set(id, message);
    return `is tried again: ${again ? round : `${message}${round === '' ? '' : ` (${round})`}`}`;
  }
}

function counted(count: number, kind: SubjectKind): string {
  return `${count} ${kind}${count === 1 ? '' : 's'}`;
}
