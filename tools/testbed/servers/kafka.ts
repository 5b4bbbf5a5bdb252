import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts, listens } from '../ports.ts';
import { birthOf, endGroup, exists, mavenJars, runTool, startDetached } from '../processes.ts';
import type { RunningServer, ServerRecipe } from '../server-recipe.ts';
import { waitFor } from '../wait-for.ts';
import { brokerProperties, USERS, type BrokerPorts } from './kafka/properties.ts';

const POM = join(import.meta.dirname, 'kafka/pom.xml');
/** On two busy processors a start takes 15 s. */
const START_MS = 120_000;
const STARTED = 'Kafka Server started';

/** A real broker (KRaft, one node, one process) from Maven Central; Java 17 and Maven must be here. */
function kafkaRecipe(name: string, version: string, variable: string): ServerRecipe {
  return {
    name,
    software: `Apache Kafka ${version}`,
    variable,
    install: (home) => install(home, version),
    start: (home, run) => start(name, home, run),
    healthy: (server) => listens(server.address),
  };
}

/** The current line. */
export const kafka = kafkaRecipe('kafka', '4.4.0', 'KAFKA_BROKERS');
/** The last 3.x line, which existing clusters run. */
export const kafka3 = kafkaRecipe('kafka-3', '3.9.1', 'KAFKA_3_BROKERS');

async function install(home: string, version: string): Promise<void> {
  const done = join(home, `complete-${version}`);
  if (await exists(done)) return;
  const java = /version "(\d+)/.exec(await runTool('sh', ['-c', 'java -version 2>&1']).catch(() => ''))?.[1];
  if (Number(java ?? 0) < 17) throw new Error('Java 17 or newer is needed (package openjdk-17-jre-headless)');
  await mavenJars(POM, 'kafka.version', version, home);
  await makeCertificate(home);
  await writeFile(done, '');
}

/** A key of the broker's own for the encrypted listener, and the certificate that clients trust. */
async function makeCertificate(home: string): Promise<void> {
  const store = ['-keystore', join(home, 'broker.p12'), '-storetype', 'PKCS12', '-storepass', 'testbed', '-alias', 'broker'];
  await rm(join(home, 'broker.p12'), { force: true });
  await runTool('keytool', [
    '-genkeypair',
    ...store,
    '-keyalg',
    'RSA',
    '-validity',
    '3650',
    '-dname',
    'CN=localhost',
    '-ext',
    'SAN=ip:127.0.0.1,dns:localhost',
  ]);
  await writeFile(join(home, 'broker.pem'), await runTool('keytool', ['-exportcert', '-rfc', ...store]));
}

async function start(name: string, home: string, run: string): Promise<RunningServer> {
  const classes = join(home, 'jars/*');
  const [properties, log] = [join(run, 'server.properties'), join(run, 'kafka.log')];
  const ports = await portsOf(run);
  if (!(await exists(properties))) {
    await writeFile(properties, brokerProperties(ports, join(run, 'data'), join(home, 'broker.p12')));
    const scram = Object.entries(USERS).flatMap(([user, password]) => ['--add-scram', `SCRAM-SHA-256=[name=${user},password=${password}]`]);
    const cluster = randomBytes(16).toString('base64url');
    await runTool('java', [
      '-Xmx256m',
      '-XX:TieredStopAtLevel=1',
      '-cp',
      classes,
      'kafka.tools.StorageTool',
      'format',
      `--cluster-id=${cluster}`,
      '-c',
      properties,
      ...scram,
    ]);
  }
  await writeFile(log, '');
  const quiet = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info'];
  const pid = await startDetached('java', ['-Xms128m', '-Xmx512m', '-XX:+UseSerialGC', ...quiet, '-cp', classes, 'kafka.Kafka', properties], log);
  let dead = false;
  const answered = await waitFor(async () => {
    dead = (await birthOf(pid)) === undefined;
    return dead || (await readFile(log, 'utf8')).includes(STARTED);
  }, START_MS);
  if (dead || !answered) {
    await endGroup(pid, 'SIGKILL');
    throw new Error(`Kafka did not start: ${(await readFile(log, 'utf8')).trim().split('\n').slice(-5).join(' | ')}`);
  }
  const credentials = Object.fromEntries(Object.entries(USERS).map(([user, password]) => [`password-${user}`, password]));
  return {
    name,
    address: `127.0.0.1:${ports.plain}`,
    pid,
    details: { secure: `127.0.0.1:${ports.secure}`, pods: `127.0.0.1:${ports.pods}`, certificate: join(home, 'broker.pem'), ...credentials },
  };
}

/** A broker that starts again keeps its address. */
async function portsOf(run: string): Promise<BrokerPorts> {
  const file = join(run, 'ports.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text !== undefined) return JSON.parse(text) as BrokerPorts;
  const [plain, secure, controller, pods] = (await freePorts(4)) as [number, number, number, number];
  const ports = { plain, secure, controller, pods };
  await writeFile(file, JSON.stringify(ports));
  return ports;
}
