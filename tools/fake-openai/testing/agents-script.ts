import { DIMENSIONS } from '@mle-smith/contracts';
import { lastText, type ChatRequest } from '../chat.ts';
import type { ReplyStep, Script } from '../step.ts';
import { askingOf } from './agent-of.ts';

/** What the Brainstormer of a script proposes, in the shape that it is asked for. */
export type ScriptedIdea = Readonly<Record<string, unknown>>;

/** A quote that stands in every description. */
const QUOTE = { source: 'data/public/description.txt', text: 'test.csv' };

const SAMPLE = 'import shutil, sys\nshutil.copy(f"{sys.argv[1]}/sample_submission.csv", "submission.csv")\n';

/** Agents that do their work: propose the given ideas, add a remark to the building blocks and run them, take it out again, and find nothing against a task. */
export function agentsScript(ideas: readonly ScriptedIdea[]): Script {
  return (request) => {
    const agent = askingOf(request)?.agent;
    switch (agent) {
      case 'brainstormer':
        return brainstormer(request, ideas);
      case 'designer':
        return designer(request);
      case 'refactor':
        return refactor(request);
      case 'careful':
      case 'sceptic':
      case 'referee':
        return judge();
      case 'solver':
        return solver(request);
      case undefined:
        return probe(request);
    }
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

/** A line that makes the programs the Designer's own. */
const REMARK = '# Written by hand.\n';

/** Reads the block, writes it with a remark, runs it. */
function designer(request: ChatRequest): ReplyStep {
  if (request.tools.length === 0) return { json: { changes: ['a remark'] } };
  const last = lastText(request);
  if (last.includes('def prepare(')) return called('write_file', { file: 'prepare.py', text: `${unmarked(last)}\n${REMARK}` });
  if (last.includes('prepare.py is written')) return called('run_draft', {});
  return last.includes('It ran.') ? { content: 'The draft runs.' } : called('read_file', { file: 'blocks/prepare.py' });
}

/** Reads the design, writes it without the remark, checks it. */
function refactor(request: ChatRequest): ReplyStep {
  if (request.tools.length === 0) return { json: { changes: ['no remark'] } };
  const last = lastText(request);
  if (last.includes('def prepare(')) return called('write_file', { file: 'prepare.py', text: unmarked(last).replace(REMARK, '') });
  if (last.includes('prepare.py is written')) return called('check', {});
  return last.includes('Nothing differs') ? { content: 'It is the same task.' } : called('read_file', { file: 'design/prepare.py' });
}

/** What a tool gave, without the marks round it. */
function unmarked(text: string): string {
  return text.split('\n').slice(1, -1).join('\n');
}

/** Hands in the sample submission after a program that fails. */
function solver(request: ChatRequest): ReplyStep {
  if (request.tools.length === 0) return { json: { summary: 'The sample.', step: null } };
  const looked = request.messages.filter(({ role }) => role === 'tool').length;
  return (
    [called('request_info', { topic: 'overview' }), called('execute_code', { code: 'raise ValueError("no")' }), called('execute_code', { code: SAMPLE })][
      looked
    ] ?? {
      content: 'I am content.',
    }
  );
}

function judge(): ReplyStep {
  return { json: { dimensions: DIMENSIONS.map((name) => ({ name, reason: 'nothing speaks against it', support: [QUOTE], issues: [] })) } };
}

function called(name: string, given: unknown): ReplyStep {
  return { toolCalls: [{ id: `call-${name}`, name, arguments: given }] };
}
