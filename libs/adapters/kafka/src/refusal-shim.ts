import { createRequire } from 'node:module';
import { refusalIn } from './errors.ts';

interface BrokerPoolPrototype {
  withBroker<Answer>(this: BrokerPoolPrototype, ask: (one: unknown) => Promise<Answer>): Promise<Answer | null>;
  [patched]?: true;
}

const FILE = 'kafkajs/src/cluster/brokerPool.js';
const patched = Symbol.for('mle-smith.kafka.refusal-shim');

/**
 * kafkajs 2.2.4 asks one broker after the other and forgets what each of them said: a group that access lists deny is told as
 * one without a coordinator, and is waited for. What all of them refuse is told as that.
 */
export function applyRefusalShim(): void {
  const { prototype } = createRequire(import.meta.url)(FILE) as { prototype: BrokerPoolPrototype };
  if (prototype[patched]) return;
  const { withBroker } = prototype;
  prototype[patched] = true;
  prototype.withBroker = async function <Answer>(this: BrokerPoolPrototype, ask: (one: unknown) => Promise<Answer>): Promise<Answer | null> {
    let refusal: unknown;
    const answer = await withBroker.call(this, (one) =>
      ask(one).catch((error: unknown) => {
        if (refusalIn(error) !== undefined) refusal = error;
        throw error;
      }),
    );
    if (answer === null && refusal !== undefined) throw refusal;
    return answer as Answer | null;
  };
}
