import { z } from 'zod';

/** One field of a shape: its dotted path, what it holds, and what its description says. */
export interface Field {
  readonly path: string;
  readonly holds: string;
  readonly meaning: string;
}

interface Shape {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Shape[];
  readonly items?: Shape;
  readonly additionalProperties?: Shape | false;
}

/** Every field of a zod object, in its order; those of inner objects follow their parent. */
export function fieldsOf(schema: z.ZodType): Field[] {
  return inside(z.toJSONSchema(schema) as Shape, '');
}

function inside(shape: Shape, path: string): Field[] {
  if (shape.items !== undefined) return inside(shape.items, `${path}[]`);
  if (typeof shape.additionalProperties === 'object') return inside(shape.additionalProperties, `${path}.*`);
  return Object.entries(shape.properties ?? {}).flatMap(([name, inner]) => {
    const here = path === '' ? name : `${path}.${name}`;
    const optional = shape.required?.includes(name) === true ? '' : '?';
    return [{ path: here + optional, holds: held(inner), meaning: inner.description ?? '' }, ...inside(inner, here)];
  });
}

function held(shape: Shape): string {
  if (shape.const !== undefined) return JSON.stringify(shape.const);
  if (shape.enum !== undefined) return shape.enum.map(String).join(', ');
  if (shape.items !== undefined) return `list of ${held(shape.items)}s`;
  // A value that may be null is either a list of types or a choice of shapes.
  if (typeof shape.type === 'object') return `${shape.type.filter((type) => type !== 'null').join(' or ')} or null`;
  if (shape.anyOf !== undefined) return shape.anyOf.map(held).join(' or ');
  return shape.type === 'integer' ? 'whole number' : shape.type === 'boolean' ? 'true or false' : (shape.type ?? 'anything').replace('string', 'text');
}
