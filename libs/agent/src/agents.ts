import type { StageName } from '@mle-smith/contracts';

/** Where an agent works, and what one of its calls takes, in tokens. */
interface Agent {
  readonly stage: StageName;
  /** Most tokens of a reply, where nothing else is said. */
  readonly reply: number;
  /** What is set aside for the rest of its largest call on a small table; a choice, just below what was measured. */
  readonly prompt: number;
}

const JUDGE: Agent = { stage: 'review', reply: 6_000, prompt: 26_000 };

/** The agents by the names that calls, the ledger and options have for them. */
export const AGENTS = {
  brainstormer: { stage: 'brainstorm', reply: 6_000, prompt: 2_000 },
  designer: { stage: 'design', reply: 16_000, prompt: 9_000 },
  refactor: { stage: 'refactor', reply: 16_000, prompt: 8_000 },
  careful: JUDGE,
  sceptic: JUDGE,
  referee: JUDGE,
  solver: { stage: 'execute', reply: 6_000, prompt: 1_500 },
} as const satisfies Readonly<Record<string, Agent>>;
export type AgentName = keyof typeof AGENTS;

/** Several agents by one name. */
export const AGENT_GROUPS: Readonly<Record<string, readonly AgentName[]>> = { judges: ['careful', 'sceptic', 'referee'] };

/** Agents that work without tools. */
const WITHOUT_TOOLS: ReadonlySet<string> = new Set(AGENT_GROUPS['judges']);

/** The longest reply that any agent asks for. */
export const LONGEST_REPLY = Math.max(...Object.values(AGENTS).map(({ reply }) => reply));

/** The agent by the name that it has at a place, where one that is asked anew has a number behind its own; undefined for what is no agent. */
export function agentAt(name: string): AgentName | undefined {
  const own = name.replace(/-\d+$/, '');
  return Object.hasOwn(AGENTS, own) ? (own as AgentName) : undefined;
}

/** The agents of some stages. */
export function agentsOf(stages: readonly StageName[]): AgentName[] {
  return (Object.keys(AGENTS) as AgentName[]).filter((agent) => stages.includes(AGENTS[agent].stage));
}

/** Whether one of these agents needs a model that calls tools. */
export function needTools(agents: readonly AgentName[]): boolean {
  return agents.some((agent) => !WITHOUT_TOOLS.has(agent));
}
