import { readFile } from 'node:fs/promises';
import { describeServer, waitFor } from '@mle-smith/tools/testbed';
import kafkajs from 'kafkajs';
import { KafkaConnection } from './connection.ts';
import { KafkaBench } from './testing/kafka-bench.ts';
import { withAdmin } from './topic-admin.ts';

const FACT = 'task.proposed';
const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

await describeServer('a bus whose user has access lists', 'kafka', (server) => {
  const { secure, certificate, 'password-alice': password } = server.details;
  let bench: KafkaBench;
  beforeEach(async () => {
    bench = await new KafkaBench(server.address).topics(FACT);
  });
  afterEach(() => bench.close());

  const granted = async (type: 'TOPIC' | 'GROUP', operation: 'READ' | 'DESCRIBE'): Promise<void> => {
    const list = {
      resourceType: AclResourceTypes[type],
      resourceName: bench.prefix,
      resourcePatternType: ResourcePatternTypes.PREFIXED,
      principal: 'User:alice',
      host: '*',
      operation: AclOperationTypes[operation],
      permissionType: AclPermissionTypes.ALLOW,
    };
    await withAdmin(bench.connection, (admin) => admin.createAcls({ acl: [list] }));
  };
  /** What comes of a start with the lists that there are now. */
  const started = async (address: string, ca: string): Promise<unknown> => {
    const sasl = { mechanism: 'plain', username: 'alice', password: password ?? '' };
    const bus = bench.bus({ connection: KafkaConnection.parse({ brokers: [address], tls: { ca }, sasl }) });
    bus.subscribe(FACT, async () => undefined);
    return bus.start().then(
      () => 'started',
      (error: unknown) => error,
    );
  };

  it('is refused for good where its group is not in them, and starts where it is', async () => {
    if (secure === undefined || certificate === undefined) return;
    const ca = await readFile(certificate, 'utf8');
    await granted('TOPIC', 'READ');

    const refused = await started(secure, ca);
    await granted('GROUP', 'READ');

    expect(refused).toMatchObject({ code: 'bus_denied', message: expect.stringMatching(/Group authorization failed.*ACLs/) as string });
    expect(await started(secure, ca)).toBe('started');
  });

  it('is told as refused where its topics are in them and may not be read', async () => {
    if (secure === undefined || certificate === undefined) return;
    await granted('TOPIC', 'DESCRIBE');
    await granted('GROUP', 'READ');

    await started(secure, await readFile(certificate, 'utf8'));

    expect(await waitFor(() => bench.crashes.length > 0, 20_000)).toBe(true);
    expect(bench.crashes).toMatchObject([{ code: 'bus_denied', message: expect.stringMatching(/Topic authorization failed.*ACLs/) as string }]);
  }, 30_000);
});
