import { randomUUID } from 'node:crypto';
import { KafkaConnection, KafkaEventBus } from '@mle-smith/adapter-kafka';
import { KafkaDrill } from '@mle-smith/adapter-kafka/drills';
import { eventType } from '@mle-smith/contracts';
import { describeServer } from '@mle-smith/tools/testbed';
import { runCli } from '../testing/run-cli.ts';
import { argumentsOf, runbookCommands } from '../testing/runbook-commands.ts';

await describeServer('the commands about Kafka', 'kafka', (server) => {
  const prefix = `cli-${randomUUID().slice(0, 8)}.`;
  const smith = (...args: string[]) => runCli([...args, '--brokers', server.address, '--topic-prefix', prefix]);

  it('check tells what is missing, apply creates it, and check is content then', async () => {
    const before = await smith('topics', 'check');
    const applied = await smith('topics', 'apply');
    const after = await smith('topics', 'check', '--json');

    expect(before).toMatchObject({ code: 1, stdout: expect.stringContaining(`missing  ${prefix}task.designed`) });
    expect(applied).toMatchObject({ code: 0, stdout: expect.stringContaining(`created  ${prefix}dead-letters`) });
    expect(after.code).toBe(0);
    expect(JSON.parse(after.stdout)).toMatchObject({ missing: [], drift: [] });
  });

  it('end with what somebody has to mend where the password is wrong', async () => {
    const { secure, certificate } = server.details;
    if (secure === undefined || certificate === undefined) return;
    const env = { KAFKA_BROKERS: secure, KAFKA_CA_FILE: certificate, KAFKA_USERNAME: 'admin', KAFKA_PASSWORD: 'not-this', KAFKA_SASL_MECHANISM: 'plain' };

    const denied = await runCli(['topics', 'check', '--topic-prefix', prefix], { env });

    expect(denied).toMatchObject({ code: 78, stderr: expect.stringMatching(/refused the login.*KAFKA_PASSWORD/) as string });
    expect(denied.stderr).not.toContain('not-this');
  });

  it('dlq lists, shows, sends back and drops', async () => {
    const fact = 'task.proposed';
    const bus = new KafkaEventBus({
      connection: KafkaConnection.parse({ brokers: [server.address] }),
      group: `${prefix}group`,
      version: '1',
      topicPrefix: prefix,
      maxDeliveries: 1,
      onCrash: () => undefined,
    });
    bus.subscribe(fact, () => Promise.reject(new Error('a fault of the reader')));
    await bus.start();
    for (const subject of ['t', 'u'])
      await bus.publish(fact, subject, {
        id: `e-${subject}`,
        type: eventType(fact),
        source: 's',
        subject,
        time: '2026-01-01T00:00:00Z',
        data: { generation: 1, datasetId: 'd', documents: {} },
      });
    await bus.idle();
    await bus.close();

    const listed = await smith('dlq', 'list');
    const shown = await smith('dlq', 'show', '0');
    const redriven = await smith('dlq', 'redrive', '0');
    const dropped = await smith('dlq', 'drop', '--all', '--json');
    const rest = await smith('dlq', 'list', '--json');
    const all = await smith('dlq', 'list', '--all', '--json');

    expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining('2 dead letters') });
    expect(shown.stdout).toContain('header ce_id: e-');
    expect(shown.stdout).toContain('body: {"generation":1');
    expect(redriven).toMatchObject({ code: 0, stdout: expect.stringContaining('1 sent back') });
    expect(JSON.parse(dropped.stdout)).toEqual(['1']);
    expect(JSON.parse(rest.stdout)).toEqual([]);
    expect(JSON.parse(all.stdout)).toMatchObject([{ settled: 'redriven' }, { settled: 'dropped' }]);
  });

  it('do what the runbooks say, typed as there', async () => {
    const drill = new KafkaDrill(KafkaConnection.parse({ brokers: [server.address] }), prefix);
    await drill.write([{ key: 't', value: '{}', headers: { 'dlq-topic': `${prefix}task.proposed`, 'dlq-reason': 'not_json' } }], 'dead-letters');
    const [letter] = JSON.parse((await smith('dlq', 'list', '--json')).stdout) as { id: string }[];
    const commands = await runbookCommands('brokers');

    const said: [string, number | null, string][] = [];
    for (const command of commands) {
      const { code, stdout } = await runCli(argumentsOf(command, { ID: letter?.id ?? '' }), {
        env: { KAFKA_BROKERS: server.address, KAFKA_TOPIC_PREFIX: prefix },
      });
      said.push([command, code, stdout]);
    }

    expect(said.filter(([, code]) => code !== 0)).toEqual([]);
    const saidTo = (command: string): string => said.find(([typed]) => typed === command)?.[2] ?? '';
    expect(saidTo('dlq list')).toContain('1 dead letters');
    expect(saidTo('dlq redrive --all')).toContain('1 sent back');
    expect(saidTo('dlq drop --all')).toContain('0 dropped');
  });

  it('dlq writes nothing to the terminal that a stranger sent, names of headers included', async () => {
    const evil = '\u001b[31mevil\n';
    const drill = new KafkaDrill(KafkaConnection.parse({ brokers: [server.address] }), prefix);
    await drill.write([{ key: evil, value: evil, headers: { 'dlq-topic': evil, 'dlq-reason': evil, [evil]: evil } }], 'dead-letters');
    const [letter] = JSON.parse((await smith('dlq', 'list', '--json')).stdout) as { id: string }[];

    const said = await Promise.all([smith('dlq', 'list'), smith('dlq', 'show', letter?.id ?? '')]);

    expect(said.map(({ code }) => code)).toEqual([0, 0]);
    for (const { stdout } of said) expect(stdout).not.toMatch(/\u001b|^evil/m);
  });

  it('say what is missing', async () => {
    expect(await runCli(['topics', 'check'])).toMatchObject({ code: 78, stderr: expect.stringContaining('KAFKA_BROKERS') });
    expect(await smith('dlq', 'drop')).toMatchObject({ code: 2, stderr: expect.stringContaining('--all') });
    expect(await smith('dlq', 'show', '99')).toMatchObject({ code: 78, stderr: expect.stringContaining('dlq list') });
  });
});
