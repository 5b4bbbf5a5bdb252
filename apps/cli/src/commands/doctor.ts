import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { probeSandbox } from '@mle-smith/adapter-sandbox';
import { EXIT_CODES } from '../exit-codes.ts';
import type { ModelOptions } from '../model-options.ts';
import { tryEndpoint, type TriedEndpoint } from '../models.ts';
import type { Surroundings } from '../surroundings.ts';

/** Tokens of context below which a longer transcript of an agent may not fit; a choice, with room over the longest call of a judge that was seen (13,000). */
const LEAST_CONTEXT = 32_000;
/** Tokens of a reply below which a program with its call may not fit; a choice, with room over the longest reply that was seen. */
const LEAST_REPLY = 4_000;

const VERSIONS =
  'import json, platform, numpy, pandas, scipy, sklearn, lightgbm; print(json.dumps({"python": platform.python_version(), **{m.__name__: m.__version__ for m in (numpy, pandas, scipy, sklearn, lightgbm)}}))';

/** What this machine can do, found by trying, and how to get the rest. */
export async function doctor(options: { json: boolean; llm: boolean } & Omit<ModelOptions, 'engine'>, around: Surroundings): Promise<number> {
  return options.llm ? endpoint(options, around) : machine(options, around);
}

async function endpoint(options: { json: boolean } & Omit<ModelOptions, 'engine'>, around: Surroundings): Promise<number> {
  const tried = (await tryEndpoint(options, around)).map((one) => ({ ...one, advice: adviceOn(one, options.prices !== undefined) }));
  if (options.json) {
    const answers = tried.map(({ identity, capabilities, card, seconds, price, replyTokens, mostReplyTokens, advice }) => ({
      ...identity,
      ...capabilities,
      contextTokens: card?.contextTokens ?? null,
      replyTokens,
      mostReplyTokens,
      seconds,
      priced: price !== undefined,
      advice,
    }));
    around.stdout(`${JSON.stringify(answers.length === 1 ? answers[0] : answers)}\n`);
  } else around.stdout(tried.map(endpointText).join('\n'));
  return tried.every(({ capabilities }) => capabilities.tools) ? EXIT_CODES.ok.code : EXIT_CODES.configuration.code;
}

function adviceOn({ identity, capabilities, card, price, replyTokens, mostReplyTokens }: TriedEndpoint, pricesGiven: boolean): string[] {
  return [
    ...(capabilities.tools ? [] : ['the model called no tool when it was asked to: all agents but the judges need one that does']),
    ...(card?.listed === false ? ['the list of the endpoint does not have the model by this name, although it answers: see which model it is'] : []),
    ...((card?.contextTokens ?? Infinity) < LEAST_CONTEXT
      ? [`transcripts of agents may not fit: give the model a context of ${LEAST_CONTEXT} tokens or more`]
      : []),
    ...((card?.contextTokens ?? Infinity) < LEAST_CONTEXT && (card?.contextTokens ?? 0) <= replyTokens
      ? ['a reply alone may fill the context: lower --reply-tokens']
      : []),
    ...(mostReplyTokens < LEAST_REPLY
      ? [`programs of the agents may not fit into replies of ${mostReplyTokens} tokens: take a model with ${LEAST_REPLY} or more`]
      : []),
    ...(price !== undefined
      ? []
      : [
          pricesGiven
            ? `the price table does not have the model by this name: add ${JSON.stringify(identity.model)}, or give budgets in tokens`
            : 'the price of the model is not known: give --prices, or budgets in tokens',
        ]),
  ];
}

function endpointText({
  identity,
  capabilities,
  card,
  seconds,
  price,
  replyTokens,
  mostReplyTokens,
  advice,
}: TriedEndpoint & { readonly advice: readonly string[] }): string {
  const { tools, formats } = capabilities;
  const short = mostReplyTokens < replyTokens ? `; ${replyTokens} were refused` : '';
  return [
    `${identity.model} at ${identity.endpoint} answers; three small calls took ${seconds.toFixed(1)} s`,
    `tools: ${tools ? 'yes' : 'no'}`,
    `forms of answers: ${formats.map((format) => ({ schema: 'strict schema', json: 'JSON', words: 'JSON asked for in words' })[format]).join(', ')}`,
    `replies: up to ${mostReplyTokens} tokens may be asked for${short}`,
    `context: ${card?.contextTokens === undefined ? 'the endpoint does not tell' : `${card.contextTokens} tokens`}`,
    `price: ${price === undefined ? 'not known' : `$${price.input} in and $${price.output} out for a million tokens`}`,
    ...advice.map((line) => `  to do: ${line}`),
    '',
  ].join('\n');
}

async function machine({ json }: { json: boolean }, around: Surroundings): Promise<number> {
  const python = await promisify(execFile)(around.config.python, ['-I', '-c', VERSIONS]).then(
    ({ stdout }) => JSON.parse(stdout) as Record<string, string>,
    () => undefined,
  );
  const sandbox = await probeSandbox();
  const findings = [...(python === undefined ? ['the Python environment does not work; delete .cache/venv and start again'] : []), ...sandbox.advice];
  const answer = {
    version: around.config.version,
    node: process.versions.node,
    python: python ?? null,
    cpus: around.config.cpus,
    sandbox: { mode: sandbox.mode, isolation: sandbox.isolation },
    advice: findings,
  };
  if (json) around.stdout(`${JSON.stringify(answer)}\n`);
  else {
    around.stdout(`mle-smith ${answer.version}, Node.js ${answer.node}, ${answer.cpus} processors\n`);
    around.stdout(
      python === undefined
        ? 'Python: does not work\n'
        : `Python: ${Object.entries(python)
            .map(([name, version]) => `${name} ${version}`)
            .join(', ')}\n`,
    );
    around.stdout(`sandbox: ${sandbox.mode === 'process' ? 'none; untrusted code is refused' : sandbox.isolation.kind}\n`);
    for (const gap of sandbox.isolation.gaps) around.stdout(`  gap: ${gap}\n`);
    for (const line of findings) around.stdout(`  to do: ${line}\n`);
    if (findings.length === 0) around.stdout('nothing is missing\n');
  }
  return python === undefined ? EXIT_CODES.configuration.code : EXIT_CODES.ok.code;
}
