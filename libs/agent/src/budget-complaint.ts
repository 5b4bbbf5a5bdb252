import { ACCOUNTS, type Limits } from './accounts.ts';
import { AGENTS, type AgentName } from './agents.ts';
import { budgetText, dollarsText, tokensText } from './budget-text.ts';
import type { Limit } from './budget.ts';
import { modelsIn, type ModelNames } from './model-names.ts';
import { costOf, type PriceTable } from './prices.ts';

/** The calls that budgets are for. */
export interface CallsAhead {
  readonly names: ModelNames;
  /** Who calls; none in a replay, which asks nobody. */
  readonly agents: readonly AgentName[];
  readonly prices: PriceTable;
  /** Most tokens of one reply, where that was set. */
  readonly replyTokens?: number | undefined;
}

/** Why budgets cannot be kept, or let no work be done; undefined where neither is so. To be asked before the first call. */
export function budgetComplaint(limits: Limits, ahead: CallsAhead): string | undefined {
  return unpriced(limits, ahead) ?? tooSmall(limits, ahead);
}

/** A limit in dollars cannot be kept where the price of a model is not known: an unknown price is not zero. */
function unpriced(limits: Limits, { names, prices }: CallsAhead): string | undefined {
  const [kind, limit] = limitsIn(limits).find(([, { cost }]) => cost !== undefined) ?? [];
  const model = modelsIn(names).find((name) => !Object.hasOwn(prices, name));
  if (kind === undefined || limit === undefined || model === undefined) return undefined;
  return `the budget ${budgetText(scopeOf(kind), limit)} is in dollars, and the price of the model is not known [model=${model}]; add it to the price table, or give the budget in tokens`;
}

/** A limit lets no work be done where one call of an agent sets more aside. */
function tooSmall(limits: Limits, { agents, names, prices, replyTokens }: CallsAhead): string | undefined {
  const calls = agents.map((agent) => {
    const { reply, prompt } = AGENTS[agent];
    const usage = { input: prompt, output: replyTokens ?? reply };
    const model = names.agents[agent] ?? names.main ?? '';
    return { agent, ...usage, tokens: usage.input + usage.output, cost: costOf(prices, model, usage) ?? 0 };
  });
  for (const [kind, limit] of limitsIn(limits)) {
    const large = calls.find(({ tokens, cost }) => tokens > (limit.tokens ?? Infinity) || cost > (limit.cost ?? Infinity));
    if (large === undefined) continue;
    const unit = large.tokens > (limit.tokens ?? Infinity) ? 'tokens' : 'cost';
    const most = unit === 'tokens' ? tokensText(large.tokens) : dollarsText(large.cost);
    return `the budget ${budgetText(scopeOf(kind), { [unit]: limit[unit] })} has no room for one call of the agent ${large.agent}, which sets aside ${most} or more (${tokensText(large.output)} for the reply, ${tokensText(large.input)} for what it reads); raise it, or ask for shorter replies`;
  }
  return undefined;
}

function limitsIn(limits: Limits): [keyof Limits, Limit][] {
  return Object.entries(limits) as [keyof Limits, Limit][];
}

function scopeOf(kind: keyof Limits): string {
  return kind === 'call' ? kind : ACCOUNTS[kind].scope;
}
