import { ACCOUNTS, type Limits } from './accounts.ts';
import { AGENTS, type AgentName } from './agents.ts';
import { budgetText, dollarsText, tokensText } from './budget-text.ts';
import type { Limit } from './budget.ts';
import { costOf, type PriceTable } from './prices.ts';

/** What the calls of some agents set aside. */
export interface CallsAhead {
  readonly agents: readonly AgentName[];
  /** The name of an agent's model. */
  readonly modelOf: (agent: AgentName) => string;
  readonly prices: PriceTable;
  /** Most tokens of one reply, where that was set. */
  readonly replyTokens?: number | undefined;
}

/** Why a limit can let no work be done: one call of an agent sets more aside. Undefined where all have room. */
export function tooSmall(limits: Limits, { agents, modelOf, prices, replyTokens }: CallsAhead): string | undefined {
  const calls = agents.map((agent) => {
    const { reply, prompt } = AGENTS[agent];
    const usage = { input: prompt, output: replyTokens ?? reply };
    return { agent, ...usage, tokens: usage.input + usage.output, cost: costOf(prices, modelOf(agent), usage) ?? 0 };
  });
  for (const [kind, limit] of Object.entries(limits) as [keyof Limits, Limit][]) {
    const large = calls.find(({ tokens, cost }) => tokens > (limit.tokens ?? Infinity) || cost > (limit.cost ?? Infinity));
    if (large === undefined) continue;
    const unit = large.tokens > (limit.tokens ?? Infinity) ? 'tokens' : 'cost';
    const scope = kind === 'call' ? kind : ACCOUNTS[kind].scope;
    const most = unit === 'tokens' ? tokensText(large.tokens) : dollarsText(large.cost);
    return `the budget ${budgetText(scope, { [unit]: limit[unit] })} has no room for one call of the agent ${large.agent}, which sets aside ${most} or more (${tokensText(large.output)} for the reply, ${tokensText(large.input)} for what it reads); raise it, or ask for shorter replies`;
  }
  return undefined;
}
