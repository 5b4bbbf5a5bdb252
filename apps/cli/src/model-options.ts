import { AGENTS, type Limits, type ModelNames } from '@mle-smith/agent';
import { Option, type Command } from 'commander';
import { addBudget, addModel } from './repeated-options.ts';

/** What the command line says about models. */
export interface ModelOptions {
  readonly engine: 'rules' | 'llm';
  /** Whether the user said which. */
  readonly engineGiven?: boolean;
  readonly baseUrl?: string;
  readonly model?: ModelNames;
  /** A folder that gets every call, for a replay. */
  readonly record?: string;
  /** A folder with the calls of an earlier run: nothing is asked. */
  readonly replay?: string;
  /** A JSON file: model → dollars for a million tokens {input, output}. */
  readonly prices?: string;
  readonly budget?: Limits;
  readonly calls?: number;
  /** Most tokens of one reply of every agent. */
  readonly replyTokens?: number;
  /** Seconds that one call may take. */
  readonly callTimeout?: number;
  readonly fallback?: 'rules';
  /** Plain http to another machine. */
  readonly allowHttp?: boolean;
}

/** Adds the options of an endpoint. */
export function withEndpoint(target: Command, number: (least: number, most: number) => (text: string) => number): Command {
  return target
    .option('--base-url <url>', 'the endpoint, up to and without /chat/completions; its key is read from MLE_SMITH_API_KEY')
    .option('--model <name>', 'the model by the name that the endpoint knows; again as AGENT=NAME for agents with another one: judges=small', addModel)
    .option('--prices <file>', 'JSON: model → {"input": …, "output": …}, dollars for a million tokens')
    .option('--allow-http', 'take an http:// endpoint on another machine; key and data travel in the open')
    .option('--calls <n>', 'model calls at the same time; 16 by default', number(1, 256))
    .option(
      '--reply-tokens <n>',
      `most tokens of one reply, thoughts included; ${AGENTS.designer.reply} for designer and refactor and ${AGENTS.careful.reply} for the others by default`,
      number(256, 1_000_000),
    )
    .option('--call-timeout <seconds>', 'longest that one call may take; 600 by default', number(1, 86_400));
}

/** Adds the options of agents at work: an endpoint, records and budgets. */
export function withAgents(target: Command, number: (least: number, most: number) => (text: string) => number): Command {
  return withEndpoint(target, number)
    .option('--record <dir>', 'keep every call of the models there')
    .option('--replay <dir>', 'answer the models from a record, and ask nobody')
    .option(
      '--budget <limit>',
      'most that calls may take, in dollars or tokens: 5usd for the run directory, task=1usd, agent= (one piece of work of one), dataset=, day= (UTC), call=; may be repeated. Each call sets aside all of --reply-tokens and a token for every two bytes that it sends',
      addBudget,
    );
}

/** Adds the options of the engine that thinks. */
export function withEngine(target: Command, number: (least: number, most: number) => (text: string) => number): Command {
  return withAgents(
    target.addOption(
      new Option(
        '--engine <name>',
        'what thinks in brainstorm, design, refactor and review; rules by default, and in a run that models began only where it is said',
      ).choices(['rules', 'llm']),
    ),
    number,
  ).addOption(new Option('--fallback <name>', 'what thinks where the model, its endpoint or its budget is of no use').choices(['rules']));
}
