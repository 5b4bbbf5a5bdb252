import { z } from 'zod';

type Schema = Readonly<Record<string, unknown>>;

/** What a strict server refuses about a schema: objects that may have more properties, or lack some. */
export function looseParts(schema: Schema, place = '()'): string[] {
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  const own: string[] = [];
  if (schema.type === 'object') {
    if (schema.additionalProperties !== false) own.push(`In context=${place}, 'additionalProperties' is required to be supplied and to be false.`);
    const required = (schema.required ?? []) as string[];
    const missing = Object.keys(properties).filter((name) => !required.includes(name));
    if (missing.length > 0) own.push(`In context=${place}, 'required' must include every key in properties. Missing '${missing[0]}'.`);
  }
  const inner = [
    ...Object.entries(properties),
    ...(schema.items === undefined ? [] : [['items', schema.items] as const]),
    ...((schema.anyOf ?? []) as Schema[]).map((part, index) => [`anyOf ${index}`, part] as const),
    ...Object.entries((schema.$defs ?? {}) as Record<string, Schema>),
  ];
  return [...own, ...inner.flatMap(([name, part]) => looseParts(part as Schema, `${place} ${name}`))];
}

/** Why a value does not fit a schema; undefined where it fits. */
export function misfit(schema: Schema, value: unknown): string | undefined {
  const result = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(value);
  return result.success ? undefined : z.prettifyError(result.error);
}
