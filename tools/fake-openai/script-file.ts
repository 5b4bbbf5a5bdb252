import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { lastText, systemText } from './chat.ts';
import { FAULTS, type FaultName } from './fault-table.ts';
import type { Script, Step } from './step.ts';

const reply = z.strictObject({
  content: z.string().exactOptional(),
  json: z.unknown().optional(),
  toolCalls: z.array(z.strictObject({ id: z.string().exactOptional(), name: z.string(), arguments: z.unknown() })).exactOptional(),
  refusal: z.string().exactOptional(),
  finish: z.string().exactOptional(),
  model: z.string().exactOptional(),
  usage: z.union([z.literal('none'), z.strictObject({ input: z.int().nonnegative(), output: z.int().nonnegative() })]).exactOptional(),
  latencyMs: z.number().nonnegative().exactOptional(),
});
const fault = z.strictObject({
  fault: z.enum(Object.keys(FAULTS) as [FaultName, ...FaultName[]]),
  dripMs: z.number().positive().exactOptional(),
  bytes: z.int().positive().exactOptional(),
  latencyMs: z.number().nonnegative().exactOptional(),
});
const rules = z.strictObject({
  rules: z
    .array(
      z.strictObject({
        /** Holds where a system message has this text. */
        system: z.string().optional(),
        /** Holds where the last message has this text. */
        last: z.string().optional(),
        steps: z.array(z.union([fault, reply])).min(1),
        /** Whether the last step answers all later calls too. */
        repeat: z.boolean().default(false),
      }),
    )
    .min(1),
});

/** A script in JSON: each call is answered by the first rule that holds and has a step left. */
export function scriptOfRules(value: unknown): Script {
  const left = rules.parse(value).rules.map(({ steps, ...rule }) => ({ ...rule, steps: [...steps] as Step[] }));
  return (request, number) => {
    const rule = left.find(
      ({ system, last, steps }) => steps.length > 0 && systemText(request).includes(system ?? '') && lastText(request).includes(last ?? ''),
    );
    if (rule === undefined) throw new Error(`no rule of the script has a step for call ${number}`);
    return rule.repeat && rule.steps.length === 1 ? rule.steps[0]! : rule.steps.shift()!;
  };
}

/** Reads a script: rules in JSON, or a module in TypeScript whose default export is a `Script`. */
export async function readScript(path: string): Promise<Script> {
  if (path.endsWith('.json')) return scriptOfRules(JSON.parse(await readFile(path, 'utf8')));
  const { default: script } = (await import(pathToFileURL(resolve(path)).href)) as { default: Script };
  return script;
}
