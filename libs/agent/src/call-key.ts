import { canonicalJson, digestOf } from '@mle-smith/package';
import { placeName, type CallPlace, type RequestParts } from './call-store.ts';
import type { ModelIdentity, ModelRequest } from './model.ts';

/** Digests of the parts of a request. */
export function partsOf(request: ModelRequest): RequestParts {
  const { messages, tools, format, maxTokens } = request;
  return {
    messages: messages.map(short),
    tools: short(tools ?? []),
    // Earlier records have the temperature in their names, which was never set.
    parameters: short({ format: format ?? null, maxTokens, temperature: null }),
  };
}

/** The name of a call (platform LL-8): model, endpoint, place, request, and how often the same was asked at this place before. */
export function keyOf(identity: ModelIdentity, place: CallPlace, parts: RequestParts, repeat: number): string {
  return digestOf(canonicalJson({ identity, place: placeName(place), parts, repeat })).slice('sha256:'.length, 'sha256:'.length + 40);
}

/** The first part in which a request differs from one that was recorded, in words; undefined where none does. */
export function differenceOf(now: RequestParts, recorded: RequestParts): string | undefined {
  const length = Math.max(now.messages.length, recorded.messages.length);
  for (let place = 0; place < length; place += 1) if (now.messages[place] !== recorded.messages[place]) return `message ${place + 1} of ${length}`;
  if (now.tools !== recorded.tools) return 'the tools';
  return now.parameters === recorded.parameters ? undefined : 'the parameters';
}

function short(value: unknown): string {
  return digestOf(canonicalJson(value)).slice('sha256:'.length, 'sha256:'.length + 16);
}
