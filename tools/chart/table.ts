import { z } from 'zod';

/** One value of the chart. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly shape: z.ZodType;
  /** What values.yaml holds; absent where a value is only there when it is given. */
  readonly initial?: unknown;
  readonly help: string;
}

/** Values below one key. */
export interface Group {
  readonly kind: 'group';
  readonly help: string;
  readonly fields: Fields;
}

export type Fields = Readonly<Record<string, Leaf | Group>>;

/** A value with what values.yaml holds. */
export function leaf(shape: z.ZodType, initial: unknown, help: string): Leaf {
  return { kind: 'leaf', shape, initial, help };
}

/** A value that is there only when it is given. */
export function optional(shape: z.ZodType, help: string): Leaf {
  return { kind: 'leaf', shape, help };
}

/** Values below one key, none of another name. */
export function group(help: string, fields: Fields): Group {
  return { kind: 'group', help, fields };
}

/** The same values, each there only when it is given: what one service says otherwise than all. */
export function overriding(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([key, { kind, ...field }]) => [
      key,
      // Its help stands where all services have it.
      kind === 'leaf' ? optional((field as Leaf).shape, '') : group('', overriding((field as Group).fields)),
    ]),
  );
}

/** What values have to be: no key that the table does not have, and each that has an initial value (which Helm merges before it checks). */
export function shapeOf(fields: Fields): z.ZodType {
  return z.strictObject(
    Object.fromEntries(
      Object.entries(fields).map(([key, field]) => {
        const shape = field.kind === 'leaf' ? field.shape : shapeOf(field.fields);
        const described = field.help === '' ? shape : shape.describe(field.help);
        return [key, hasInitial(field) ? described : described.optional()];
      }),
    ),
  );
}

/** What values.yaml holds; a group of which nothing is there unless it is given is empty. */
export function initialOf(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, field]) => field.kind === 'group' || hasInitial(field))
      .map(([key, field]) => [key, field.kind === 'leaf' ? field.initial : hasInitial(field) ? initialOf(field.fields) : {}]),
  );
}

/** Whether values.yaml holds it. */
export function hasInitial(field: Leaf | Group): boolean {
  return field.kind === 'leaf' ? field.initial !== undefined : Object.values(field.fields).some(hasInitial);
}
