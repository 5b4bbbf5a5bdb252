import { DeadLetterArchive, type DeadLetter } from '@mle-smith/adapter-kafka';
import { CliError } from '../cli-error.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import type { KafkaOptions } from '../cluster-commands.ts';
import { escapeTerminal } from '../report/escape.ts';
import type { Surroundings } from '../surroundings.ts';
import { kafkaPlace } from './kafka-place.ts';

/** Lists dead letters that wait, or all of them. */
export async function dlqList(options: KafkaOptions & { all: boolean }, around: Surroundings): Promise<number> {
  const letters = await chosen(options, around);
  if (options.json) around.stdout(`${JSON.stringify(letters.map(inWords))}\n`);
  else {
    for (const letter of letters) around.stdout(`${line(letter)}\n`);
    around.stdout(`${letters.length} dead letters\n`);
  }
  return EXIT_CODES.ok.code;
}

/** Shows all of one dead letter. */
export async function dlqShow(id: string, options: KafkaOptions, around: Surroundings): Promise<number> {
  const letter = inWords(await (await archiveOf(options, around)).show(id));
  if (options.json) around.stdout(`${JSON.stringify(letter)}\n`);
  else {
    const { headers, body, ...facts } = letter;
    const rows = [...Object.entries(facts), ...Object.entries(headers).map(([name, value]) => [`header ${name}`, value])];
    for (const [name, value] of rows) around.stdout(`${escapeTerminal(name ?? '')}: ${escapeTerminal(String(value))}\n`);
    around.stdout(`body: ${escapeTerminal(body ?? 'none')}\n`);
  }
  return EXIT_CODES.ok.code;
}

/** Sends dead letters back, or marks them as dealt with. */
export async function dlqSettle(
  how: 'redrive' | 'drop',
  ids: readonly string[],
  options: KafkaOptions & { all: boolean },
  around: Surroundings,
): Promise<number> {
  if (ids.length > 0 === options.all)
    throw new CliError('usage', 'name dead letters by their numbers, or all that wait by --all', { exitCode: EXIT_CODES.usage.code });
  const numbers = options.all ? (await chosen({ ...options, all: false }, around)).map(({ id }) => id) : ids;
  const letters = await (await archiveOf(options, around))[how](numbers);
  if (options.json) around.stdout(`${JSON.stringify(letters.map(({ id }) => id))}\n`);
  else {
    for (const letter of letters) around.stdout(`${line(letter)}\n`);
    around.stdout(`${letters.length} ${how === 'redrive' ? 'sent back' : 'dropped'}\n`);
  }
  return EXIT_CODES.ok.code;
}

async function archiveOf(options: KafkaOptions, around: Surroundings): Promise<DeadLetterArchive> {
  const { connection, prefix } = await kafkaPlace(options, around);
  return new DeadLetterArchive(connection, prefix);
}

async function chosen(options: KafkaOptions & { all: boolean }, around: Surroundings): Promise<readonly DeadLetter[]> {
  const letters = await (await archiveOf(options, around)).list();
  return options.all ? letters : letters.filter(({ settled }) => settled === undefined);
}

function line({ id, reason, topic, partition, offset, eventId, error, settled }: DeadLetter): string {
  const where = `${topic}[${partition}]@${offset}`;
  return escapeTerminal(
    `${id.padStart(6)}  ${reason.padEnd(20)}  ${where}  ${eventId ?? 'no event id'}  ${settled === undefined ? '' : `(${settled}) `}${error.slice(0, 100)}`,
  );
}

/** Bytes as text where they are text, as base64 otherwise. */
function inWords({ key, value, headers, ...letter }: DeadLetter): Record<string, unknown> & { headers: Record<string, string>; body: string | null } {
  return {
    ...letter,
    key: key === null ? null : textOf(key),
    headers: Object.fromEntries(Object.entries(headers).map(([name, bytes]) => [name, [bytes ?? ''].flat().map(textOf).join(', ')])),
    body: value === null ? null : textOf(value),
  };
}

function textOf(bytes: Buffer | string): string {
  if (typeof bytes === 'string') return bytes;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return `base64:${bytes.toString('base64')}`;
  }
}
