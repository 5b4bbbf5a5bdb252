import { z } from 'zod';
import { hasInitial, shapeOf, type Fields, type Group, type Leaf } from './table.ts';
import { VALUES } from './values.ts';

/** values.yaml: initial values, each with its help. */
export function valuesYaml(fields: Fields = VALUES): string {
  return `# Generated from tools/chart/values.ts by \`npm run docs\`. What a key may hold is in values.schema.json.\n\n${lines(fields, '').join('\n')}\n`;
}

function lines(fields: Fields, indent: string): string[] {
  return Object.entries(fields).flatMap(([key, field]) => {
    const comment = `${indent}# ${field.help}`;
    if (field.kind === 'group') return [comment, ...below(key, field, indent), ...(indent === '' ? [''] : [])];
    if (hasInitial(field)) return [comment, `${indent}${key}: ${written(field.initial)}`];
    return [];
  });
}

function below(key: string, values: Group, indent: string): string[] {
  return hasInitial(values) ? [`${indent}${key}:`, ...lines(values.fields, `${indent}  `)] : [`${indent}${key}: {}`];
}

/** YAML takes JSON as it is; a text that cannot be mistaken needs no quotes. */
function written(value: unknown): string {
  return typeof value === 'string' && /^[A-Za-z/][A-Za-z0-9./_-]*$/.test(value) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(value)
    ? value
    : JSON.stringify(value);
}

/** values.schema.json: Helm refuses values that it does not allow before it renders anything. */
export function valuesSchema(fields: Fields = VALUES): string {
  const schema = z.toJSONSchema(shapeOf(fields), { target: 'draft-7', io: 'input' });
  return `${JSON.stringify({ ...schema, title: 'Values of the chart mle-smith' }, undefined, 2)}\n`;
}

/** The table of values in the chart's README. */
export function valuesTable(fields: Fields = VALUES): string {
  const rows = rowsOf(fields, '');
  return [
    '| key | default | what it says |',
    '|---|---|---|',
    ...rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`),
  ].join('\n');
}

function rowsOf(fields: Fields, path: string): string[][] {
  return Object.entries(fields).flatMap(([key, field]) => {
    const name = path === '' ? key : `${path}.${key}`;
    if (field.kind === 'leaf') return [[`\`${name}\``, defaultOf(field), field.help]];
    // Each service repeats the keys of `defaults`, and each `settings` those of the reference.
    return key === 'settings' || path === 'services' ? [[`\`${name}\``, '', field.help]] : rowsOf(field.fields, name);
  });
}

function defaultOf({ initial }: Leaf): string {
  return initial === undefined || initial === '' ? '' : `\`${typeof initial === 'string' ? initial : JSON.stringify(initial)}\``;
}
