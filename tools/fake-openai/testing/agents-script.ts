import { DIMENSIONS } from '@mle-smith/contracts';
import { lastText, systemText, type ChatRequest } from '../chat.ts';
import type { ReplyStep, Script } from '../step.ts';

/** What the Brainstormer of a script proposes, in the shape that it is asked for. */
export type ScriptedIdea = Readonly<Record<string, unknown>>;

/** A quote that stands in every description. */
const QUOTE = { source: 'data/public/description.txt', text: 'test.csv' };

/** Agents that do their work: propose the given ideas, run the building blocks, and find nothing against a task. */
export function agentsScript(ideas: readonly ScriptedIdea[]): Script {
  return (request) => {
    const system = systemText(request);
    if (system.includes('You find questions in a dataset')) return brainstormer(request, ideas);
    if (system.includes('You make a machine-learning task runnable')) return designer(request);
    if (system.includes('You judge whether')) return judge();
    return probe(request);
  };
}

function probe(request: ChatRequest): ReplyStep {
  return request.tools.length > 0 ? called('note_colour', { colour: 'red' }) : { json: { colour: 'red', reason: null } };
}

function brainstormer(request: ChatRequest, ideas: readonly ScriptedIdea[]): ReplyStep {
  if (request.tools.length === 0) return { json: { formulations: ideas } };
  const looked = request.messages.filter(({ role }) => role === 'tool').length;
  return [called('list_files', {}), called('read_documentation', {})][looked] ?? { content: 'I have seen enough.' };
}

function designer(request: ChatRequest): ReplyStep {
  if (request.tools.length === 0) return { json: { changes: [] } };
  const ran = request.messages.some(({ role }) => role === 'tool') && lastText(request).includes('It ran.');
  return ran ? { content: 'The draft runs.' } : called('run_draft', {});
}

function judge(): ReplyStep {
  return { json: { dimensions: DIMENSIONS.map((name) => ({ name, reason: 'nothing speaks against it', support: [QUOTE], issues: [] })) } };
}

function called(name: string, given: unknown): ReplyStep {
  return { toolCalls: [{ id: `call-${name}`, name, arguments: given }] };
}
