import { DeadLetterArchive, KafkaConnection, type DeadLetter } from '@mle-smith/adapter-kafka';
import { KafkaDrill } from '@mle-smith/adapter-kafka/drills';
import { ownServer, type OwnServer } from '../../testbed/own-server.ts';
import type { Rig } from './rig.ts';

function connectionOf(rig: Rig): KafkaConnection {
  return KafkaConnection.parse({ brokers: (rig.settings['KAFKA_BROKERS'] ?? '').split(',') });
}

function prefixOf(rig: Rig): string {
  return rig.settings['KAFKA_TOPIC_PREFIX'] ?? '';
}

/** Hands on the topics of the installation. */
export function drillOf(rig: Rig): KafkaDrill {
  return new KafkaDrill(connectionOf(rig), prefixOf(rig));
}

/** Messages that were put aside. */
export function deadLettersOf(rig: Rig): Promise<readonly DeadLetter[]> {
  return new DeadLetterArchive(connectionOf(rig), prefixOf(rig)).list();
}

/** A broker that only this installation has, so that it may be killed. For `prepare`. */
export async function brokerOfItsOwn(rig: Rig): Promise<OwnServer> {
  const own = await ownServer('kafka');
  rig.atEnd(() => own.dispose());
  rig.settings['KAFKA_BROKERS'] = own.server.address;
  return own;
}

/** What is complained of where events still wait after the work is over. */
export async function outboxesAreEmpty(rig: Rig, withinSeconds = 60): Promise<readonly string[]> {
  await rig.until('empty outboxes', async () => (await rig.metric('review', 'mlesmith_outbox_depth')) === 0, withinSeconds);
  return [];
}
