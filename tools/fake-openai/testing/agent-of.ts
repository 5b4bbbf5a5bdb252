import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AGENTS, type AgentName } from '@mle-smith/agent';
import { systemText, type ChatRequest } from '../chat.ts';

const APPS = join(import.meta.dirname, '..', '..', '..', 'apps');

/** Who asks, by the station that has the prompt and how it begins; a probe has none. */
export interface Asking {
  readonly station: string;
  readonly agent: AgentName;
}

const PROMPTS: readonly (Asking & { readonly begins: string })[] = (await Promise.all((await readdir(APPS)).map(promptsOf))).flat();

/** Whose call a request is, by its prompt; undefined where it has none of an agent. */
export function askingOf(request: ChatRequest): Asking | undefined {
  const system = systemText(request);
  return PROMPTS.find(({ begins }) => system.includes(begins));
}

async function promptsOf(station: string): Promise<(Asking & { begins: string })[]> {
  const folder = join(APPS, station, 'src', 'stage', 'llm', 'prompts');
  const files: readonly string[] = await readdir(folder).catch(() => []);
  const agents = Object.keys(AGENTS).filter((agent) => files.includes(`${agent}.md`)) as AgentName[];
  return Promise.all(agents.map(async (agent) => ({ station, agent, begins: firstLine(await readFile(join(folder, `${agent}.md`), 'utf8')) })));
}

function firstLine(text: string): string {
  const line = text.split('\n').find((one) => one !== '' && !one.startsWith('<!--')) ?? '';
  if (line === '') throw new RangeError('a prompt begins with a line');
  return line;
}
