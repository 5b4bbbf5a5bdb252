import { ModelError, type ModelErrorCode, type ModelReply, type Usage } from '@mle-smith/agent';
import type { Envelope, Written } from './envelope.ts';
import { argumentText, ToolCallAssembly } from './tool-call-assembly.ts';

/** Bytes of text that are taken for a token where the endpoint does not tell: what is usual, and not the most that a budget sets aside. */
const BYTES_PER_TOKEN = 4;

const NO_CHOICES = 'the reply has no choices';

/** What a reason to finish means; those that are not here end no reply. */
const FINISHES: Readonly<Record<string, ModelErrorCode | 'whole'>> = {
  stop: 'whole',
  tool_calls: 'whole',
  length: 'truncated',
  content_filter: 'filtered',
  error: 'transport',
  abort: 'transport',
};

/** Puts a reply together from envelopes. */
export class ReplyAssembly {
  #content = '';
  #refusal = '';
  #finish: string | undefined;
  #model = '';
  #usage: Envelope['usage'];
  #choices = 0;
  /** Bytes that the model wrote. */
  bytes = 0;
  readonly #calls = new ToolCallAssembly();
  readonly #plain: (text: string) => string;
  readonly #hide: (text: string) => string;

  /** `plain` makes a text of the endpoint fit for messages; `hide` takes secrets out of what is kept. */
  constructor({ plain, hide }: { plain: (text: string) => string; hide: (text: string) => string }) {
    this.#plain = plain;
    this.#hide = hide;
  }

  /** Takes a piece, or all, of a reply. Of several choices only the first is read. */
  add({ model, usage, choices }: Envelope): void {
    if (this.#model === '' && typeof model === 'string') this.#model = this.#plain(model);
    if (usage != null) this.#usage = usage;
    for (const { index, delta, finish_reason: finish } of choices) {
      if ((index ?? 0) !== 0) continue;
      this.#choices += 1;
      if (delta != null) this.#write(delta);
      if (typeof finish === 'string' && finish !== '') this.#finish = finish;
    }
  }

  /** What the endpoint counted, or an estimate from the bytes of the request and the reply; undefined where no reply began. */
  usage(requestBytes: number): Usage | undefined {
    if (this.#usage != null) return { input: this.#usage.prompt_tokens, output: this.#usage.completion_tokens, reported: true };
    return this.#choices === 0 ? undefined : { input: tokens(requestBytes), output: tokens(this.bytes), reported: false };
  }

  /** The whole reply. Throws `ModelError` where there is none. `turn` counts the model's messages before it. */
  reply({ requestBytes, turn, requested, requestId }: { requestBytes: number; turn: number; requested: string; requestId: string | undefined }): ModelReply {
    const usage = this.usage(requestBytes);
    const verdict = this.#verdict();
    if (verdict !== undefined || usage === undefined)
      throw new ModelError(verdict?.code ?? 'garbage', verdict?.message ?? NO_CHOICES, { ...(usage && { usage }) });
    return {
      content: this.#hide(this.#content),
      toolCalls: this.#calls
        .calls(turn)
        .map(({ id, name, arguments: given }) => ({ id: this.#hide(id), name: this.#hide(name), arguments: this.#hide(given) })),
      usage,
      model: this.#model === '' ? requested : this.#model,
      ...(requestId === undefined ? {} : { requestId }),
    };
  }

  #verdict(): { code: ModelErrorCode; message: string } | undefined {
    if (this.#finish === undefined)
      return this.#choices === 0 && this.#model !== ''
        ? { code: 'garbage', message: NO_CHOICES }
        : { code: 'transport', message: 'the reply ended before the model was done (no finish_reason)' };
    const code = FINISHES[this.#finish];
    if (code === undefined) return { code: 'garbage', message: `the reply ended for an unknown reason (${this.#plain(this.#finish)})` };
    if (code === 'filtered') return { code, message: 'the content filter of the endpoint held the reply back' };
    if (this.#refusal !== '') return { code: 'refusal', message: `the model refused: ${this.#plain(this.#refusal)}` };
    if (code === 'truncated') return { code, message: 'the reply ended at the most tokens that were asked for' };
    if (code !== 'whole') return { code, message: `the endpoint gave up on the reply (${this.#plain(this.#finish)})` };
    return this.#calls.named ? undefined : { code: 'garbage', message: 'the reply calls a tool without a name' };
  }

  #write({ content, refusal, tool_calls: parts, reasoning, reasoning_content: thoughts }: Written): void {
    this.#content += content ?? '';
    this.#refusal += refusal ?? '';
    for (const part of parts ?? []) this.#calls.add(part);
    for (const part of [content, refusal, reasoning, thoughts]) this.bytes += Buffer.byteLength(part ?? '');
    this.bytes += argumentBytes(parts ?? []);
  }
}

function argumentBytes(parts: NonNullable<Written['tool_calls']>): number {
  return parts.reduce((sum, part) => sum + Buffer.byteLength(`${part.function?.name ?? ''}${argumentText(part)}`), 0);
}

function tokens(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}
