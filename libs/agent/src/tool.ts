import { z } from 'zod';
import { jsonOf, MOST_LEVELS } from './json-of.ts';
import type { ToolCall, ToolSpec } from './model.ts';
import { plain } from './untrusted.ts';

/** Something that an agent may do. What it gives is shown to the model; what it throws ends the agent. */
export interface Tool<Arguments = never> {
  readonly name: string;
  /** What it does, when to use it and what comes back: written for the model. */
  readonly description: string;
  readonly parameters: z.ZodType<Arguments>;
  run(given: Arguments, signal: AbortSignal): Promise<string>;
}

/** A tool of any arguments, as a list of tools holds it. */
export interface AnyTool extends ToolSpec {
  /** Checks the arguments that the model wrote and runs the tool; arguments that do not fit are told to the model. */
  call(call: ToolCall, signal: AbortSignal): Promise<string>;
}

/** Longest arguments, in characters. */
export const MOST_ARGUMENTS = 200_000;
/** Faults of arguments that are named. */
const MOST_ISSUES = 8;

/** Makes a tool ready for a list of tools. */
export function tool<Arguments>(definition: Tool<Arguments>): AnyTool {
  const { name, description, parameters } = definition;
  return {
    name,
    description,
    parameters: schemaOf(parameters),
    async call({ arguments: text }, signal) {
      if (text.length > MOST_ARGUMENTS) return `The arguments are too long: ${text.length} characters; at most ${MOST_ARGUMENTS} are taken.`;
      const given = jsonOf(text === '' ? '{}' : text);
      if (given === undefined)
        return `The arguments are no JSON object, or lists and objects in it lie more than ${MOST_LEVELS} deep. Call the tool again with arguments that fit.`;
      const checked = parameters.safeParse(given.value);
      return checked.success ? definition.run(checked.data, signal) : `The arguments do not fit the tool:\n${issuesOf(checked.error)}`;
    },
  };
}

/** The JSON schema of a shape, as strict endpoints want it: every property listed as required, none besides. */
export function schemaOf(shape: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io: 'output' }) as Record<string, unknown>;
  return schema;
}

/** What does not fit a shape, one line each. */
export function issuesOf(error: z.ZodError): string {
  const lines = error.issues.map((issue) => `- ${issue.path.map(String).join('.') || 'the whole'}: ${issue.message}`);
  const shown = lines.slice(0, MOST_ISSUES).map((line) => plain(line).slice(0, 300));
  return [...shown, ...(lines.length > MOST_ISSUES ? [`- and ${lines.length - MOST_ISSUES} more`] : [])].join('\n');
}
