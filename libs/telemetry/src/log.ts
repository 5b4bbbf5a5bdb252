import { escapeUnprintable } from '@mle-smith/contracts';
import { isSpanContextValid, trace } from '@opentelemetry/api';
import { destination, pino, type DestinationStream, type Logger } from 'pino';
import { LOG_CODES, type LogCodeName, type LogLevel } from './log-codes.ts';
import { plainData } from './plain-data.ts';

/** What a line is about; bound once by `about`. */
export interface LogSubject {
  readonly task?: string;
  readonly dataset?: string;
  readonly stage?: string;
  readonly generation?: number;
  readonly attempt?: number;
  readonly request?: string;
}

/** What is told besides: `error` by name, code, message and causes, everything else as data. Bounded; secrets are taken out. */
export type LogData = Readonly<Record<string, unknown>> & { readonly error?: unknown };

export interface LogOptions {
  readonly service: string;
  readonly version: string;
  /** Lines below are not written; default `info`. */
  readonly level?: LogLevel;
  /** Default: stdout, each line whole before the next. */
  readonly to?: DestinationStream;
}

/** Writes JSON lines, one object a line; a line without a code of the table cannot be written (platform OB-7). */
export class Log {
  readonly #logger: Logger;
  readonly #subject: LogSubject;

  private constructor(logger: Logger, subject: LogSubject) {
    this.#logger = logger;
    this.#subject = subject;
  }

  static open({ service, version, level = 'info', to = destination({ fd: 1, sync: true }) }: LogOptions): Log {
    const logger = pino(
      {
        level,
        base: { service, version },
        messageKey: 'message',
        timestamp: () => `,"time":"${new Date().toISOString()}"`,
        formatters: { level: (label) => ({ level: label }) },
        hooks: { streamWrite: printable },
      },
      to,
    );
    return new Log(logger, {});
  }

  /** A log whose lines are about this as well. */
  about(subject: LogSubject): Log {
    return new Log(this.#logger, { ...this.#subject, ...subject });
  }

  /** One line; its level and message are those of the code. No data makes it throw. */
  write(code: LogCodeName, data: LogData = {}): void {
    const { level, says } = LOG_CODES[code];
    if (!this.#logger.isLevelEnabled(level)) return;
    const context = trace.getActiveSpan()?.spanContext();
    const traced = context !== undefined && isSpanContextValid(context) ? { trace_id: context.traceId, span_id: context.spanId } : {};
    try {
      this.#logger[level](
        { code, ...(plainData(this.#subject) as object), ...traced, ...(Object.keys(data).length === 0 ? {} : { data: plainData(data) }) },
        says,
      );
    } catch {
      // A getter that throws, a stream that is closed: a line is lost, the work goes on.
    }
  }
}

/** The line with nothing that a terminal would obey: JSON itself escapes no more than what is below U+0020. */
function printable(line: string): string {
  return `${escapeUnprintable(line.slice(0, -1), jsonEscape)}${line.slice(-1)}`;
}

/** A letter as JSON tells it by number, in two halves where it takes two. */
function jsonEscape(letter: string): string {
  return letter.replace(/[^]/g, (half) => `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
