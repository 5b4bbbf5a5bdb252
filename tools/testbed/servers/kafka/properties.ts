import { MACHINE } from '../kube/names.ts';

/** Users of the encrypted listener and their passwords; `admin` may do everything, `alice` what access lists grant. */
export const USERS: Readonly<Record<string, string>> = { admin: 'admin-password', alice: 'alice-password' };

/** Ports of the loopback. */
export interface BrokerPorts {
  /** Without encryption or names. */
  readonly plain: number;
  /** SASL_SSL with SCRAM-SHA-256 and PLAIN. */
  readonly secure: number;
  readonly controller: number;
  /** Without encryption or names, for who knows this machine as pods do. */
  readonly pods: number;
}

/** `server.properties` of a single node that forgets nothing it acknowledged and starts quickly. */
export function brokerProperties(ports: BrokerPorts, data: string, keystore: string): string {
  const plainUsers = Object.entries(USERS).map(([user, password]) => `user_${user}="${password}"`);
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${ports.controller}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listeners=PLAINTEXT://127.0.0.1:${ports.plain},SASL_SSL://127.0.0.1:${ports.secure},PODS://127.0.0.1:${ports.pods},CONTROLLER://127.0.0.1:${ports.controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${ports.plain},SASL_SSL://127.0.0.1:${ports.secure},PODS://${MACHINE}:${ports.pods}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,PODS:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT
ssl.keystore.type=PKCS12
ssl.keystore.location=${keystore}
ssl.keystore.password=testbed
sasl.enabled.mechanisms=SCRAM-SHA-256,PLAIN
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required ${plainUsers.join(' ')};
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:admin;User:ANONYMOUS
log.dirs=${data}
# On purpose: a client that lets topics appear by themselves is found out (platform KB-12).
auto.create.topics.enable=true
num.partitions=1
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
log.cleaner.dedupe.buffer.size=16777216
num.network.threads=2
num.io.threads=4
`;
}
