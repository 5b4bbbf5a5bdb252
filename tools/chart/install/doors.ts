import { TcpProxy } from '../../testbed/tcp-proxy.ts';
import type { RunningServer } from '../../testbed/server-recipe.ts';

/** A server of the loopback where pods of a cluster reach it. */
export interface Door {
  /** Cuts it, and heals it. */
  readonly proxy: TcpProxy;
  /** `host:port`, as pods say it. */
  readonly address: string;
}

/** The servers of services, for pods. */
export interface Doors {
  readonly kafka: Door;
  readonly mongo: Door;
  readonly s3: Door;
  close(): Promise<void>;
}

/** Opens a door for each server, in the order of SERVERS_OF_SERVICES, at the address of the machine in a cluster of the test bed. Throws where a server is not one of the test bed: whether pods reach it is not ours to arrange. */
export async function openDoors(kube: RunningServer, [kafka, mongo, s3]: readonly RunningServer[]): Promise<Doors> {
  const { hostAddress: host, machine } = kube.details;
  const listener = kafka?.details['pods'];
  if (host === undefined || machine === undefined || listener === undefined || mongo === undefined || s3 === undefined)
    throw new Error('an installation is tried on servers of the test bed: unset KUBE_SERVICES_CONFIG and KAFKA_BROKERS');
  const open: TcpProxy[] = [];
  const door = async (target: string, port?: number): Promise<Door> => {
    const proxy = await TcpProxy.before(target, { host, ...(port === undefined ? {} : { port }) });
    open.push(proxy);
    return { proxy, address: `${machine}:${new URL(`tcp://${proxy.address}`).port}` };
  };
  const close = async (): Promise<void> => void (await Promise.all(open.map((proxy) => proxy.close())));
  try {
    // Kafka tells its clients where to go on: the port has to be the one that it tells.
    const kafkaDoor = await door(listener, Number(new URL(`tcp://${listener}`).port));
    return { kafka: kafkaDoor, mongo: await door(new URL(mongo.address).host), s3: await door(new URL(s3.address).host), close };
  } catch (error) {
    await close();
    throw error;
  }
}
