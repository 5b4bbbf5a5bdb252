import { COMPRESSION, poisonOf, type Poison } from '@mle-smith/adapter-kafka/drills';
import type { Fault } from '../fault.ts';
import { deadLettersOf, drillOf } from '../kafka.ts';
import type { Rig } from '../rig.ts';

const FACTS = ['dataset.registered', 'task.proposed', 'task.designed', 'task.asserted', 'task.returned'] as const;
const TOO_LARGE = new Set(['oversize', 'claim_check_missing']);
/** By which poison is known again. */
const KEY = 'poison';
const BURIED_WITHIN_SECONDS = 60;

/** Messages that would end other consumers lie before good ones in every topic; good ones come in a batch that needs a codec. */
export const messagesNobodyCanRead: Fault = {
  row: 14,
  name: 'messages-nobody-can-read',
  what: 'messages that nobody can read in five topics, and good ones once more in batches of snappy',
  load: 'tables',
  recoverWithinSeconds: 30,
  told: [{ alert: 'MleSmithDeadLetters' }],
  inject: async (rig) => {
    await rig.attempt('brainstorm', 0);
    await poison(rig, unreadable());
    await rig.attempt('assert-design', 0);
    const drill = drillOf(rig);
    const good = (await drill.events()).filter(({ key }) => String(key) !== KEY);
    await drill.write(good, '', COMPRESSION.snappy);
  },
  check: (rig) => buried(rig, unreadable()),
};

/** Messages that are too large, and one whose body lies nowhere. */
export const messagesTooLarge: Fault = {
  row: 15,
  name: 'messages-too-large',
  what: 'messages of 900 KB, and some whose body is not in the object store',
  load: 'tables',
  recoverWithinSeconds: 30,
  told: [{ alert: 'MleSmithDeadLetters' }],
  inject: async (rig) => {
    await rig.attempt('brainstorm', 0);
    await poison(rig, tooLarge());
  },
  check: (rig) => buried(rig, tooLarge()),
};

const unreadable = (): ReturnType<typeof unusable> => unusable(({ expected }) => !TOO_LARGE.has(expected));
const tooLarge = (): ReturnType<typeof unusable> => unusable(({ expected }) => TOO_LARGE.has(expected));

/** Poison by fact; what is taken would make tasks of its own. */
function unusable(chosen: (poison: Poison) => boolean): readonly { fact: string; poison: Poison }[] {
  return FACTS.flatMap((fact) =>
    Object.values(poisonOf(fact))
      .filter((poison) => poison.expected !== 'taken' && chosen(poison))
      .map((poison) => ({ fact, poison })),
  );
}

async function poison(rig: Rig, messages: ReturnType<typeof unusable>): Promise<void> {
  for (const { fact, poison: bad } of messages) await drillOf(rig).write([{ key: KEY, ...bad.message }], fact);
}

/** Every group that reads a topic puts each of its bad messages aside once, with its reason. */
async function buried(rig: Rig, messages: ReturnType<typeof unusable>): Promise<readonly string[]> {
  const expected = messages.flatMap(({ fact, poison: { expected: reason } }) => (reason === 'parked' ? [] : [`${fact} ${reason}`])).sort();
  let found: string[] = [];
  const first = async (): Promise<boolean> => {
    const letters = await deadLettersOf(rig);
    const places = new Map(letters.map(({ topic, partition, offset, reason }) => [`${topic}/${partition}/${offset}`, `${factOf(rig, topic)} ${reason}`]));
    found = [...places.values()].sort();
    return found.length >= expected.length;
  };
  await rig.until('dead letters', first, BURIED_WITHIN_SECONDS).catch(() => undefined);
  return [...new Set([...expected, ...found])].flatMap((letter) => {
    const [wanted, is] = [expected, found].map((letters) => letters.filter((other) => other === letter).length);
    return is === wanted ? [] : [`${is} dead letters are ${letter}, and ${wanted} should be`];
  });
}

function factOf(rig: Rig, topic: string): string {
  return topic.slice((rig.settings['KAFKA_TOPIC_PREFIX'] ?? '').length);
}
