/**
 * Serves the OpenAI API by a script, prints its base URL, and runs until it is stopped. Without a script it answers
 * `ok` to everything.
 *
 * Usage: node tools/fake-openai/main.ts [--port 0] [--script FILE.json|FILE.ts] [--profile NAME] [--latency-ms N]
 *        [--key KEY] [--model NAME]... [--fault NAME]
 */
import { parseArgs } from 'node:util';
import { FAULTS, type FaultName } from './fault-table.ts';
import { startFakeOpenAi } from './fake-openai.ts';
import { PROFILES, type ProfileName } from './profile-table.ts';
import { readScript } from './script-file.ts';
import type { Script } from './step.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    script: { type: 'string' },
    fault: { type: 'string' },
    profile: { type: 'string', default: 'openai' },
    'latency-ms': { type: 'string', default: '0' },
    key: { type: 'string' },
    model: { type: 'string', multiple: true },
  },
});

function named<Name extends string>(kind: string, table: Readonly<Record<Name, { readonly meaning: string }>>, name: string): Name {
  if (Object.hasOwn(table, name)) return name as Name;
  const known = Object.entries<{ readonly meaning: string }>(table).map(([each, { meaning }]) => `  ${each}: ${meaning}`);
  console.error(`there is no ${kind} ${name}; there are\n${known.join('\n')}`);
  process.exit(64);
}

const fault = values.fault === undefined ? undefined : named<FaultName>('fault', FAULTS, values.fault);
const script: Script = values.script !== undefined ? await readScript(values.script) : () => (fault === undefined ? { content: 'ok' } : { fault });
const server = await startFakeOpenAi({
  script,
  profile: named<ProfileName>('profile', PROFILES, values.profile),
  port: Number(values.port),
  latencyMs: Number(values['latency-ms']),
  ...(values.key === undefined ? {} : { apiKey: values.key }),
  ...(values.model === undefined ? {} : { models: values.model }),
});
console.log(server.url);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    const { input, output } = server.counted();
    console.log(`${server.calls.length} calls, ${input} tokens read, ${output} written, at most ${server.mostAtOnce()} at once`);
    for (const problem of server.problems) console.log(`problem: ${problem}`);
    void server.close();
  });
}
