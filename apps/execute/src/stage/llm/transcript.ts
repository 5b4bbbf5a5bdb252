import type { Message } from '@mle-smith/agent';

/** Characters of one message, and of all of them, that are kept. */
const MOST_MESSAGE = 20_000;
const MOST_TRANSCRIPT = 1_000_000;

/** What is kept of what was said: the front of each message, and of the whole. */
export interface Transcript {
  readonly messages: readonly Message[];
  /** Messages at the end that there was no room for. */
  readonly left: number;
}

/** Bounds a transcript. */
export function boundedTranscript(messages: readonly Message[]): Transcript {
  let room = MOST_TRANSCRIPT;
  const kept: Message[] = [];
  for (const message of messages) {
    const short = shortened(message);
    room -= JSON.stringify(short).length;
    if (room < 0) break;
    kept.push(short);
  }
  return { messages: kept, left: messages.length - kept.length };
}

function shortened(message: Message): Message {
  const content = message.content.slice(0, MOST_MESSAGE);
  return message.role === 'assistant'
    ? { ...message, content, toolCalls: (message.toolCalls ?? []).map((call) => ({ ...call, arguments: call.arguments.slice(0, MOST_MESSAGE) })) }
    : { ...message, content };
}
