import kafkajs, { type Mechanism } from 'kafkajs';
import { connectError } from './errors.ts';
import { saslOf } from './sasl.ts';

const { KafkaJSConnectionError, KafkaJSProtocolError, KafkaJSRequestTimeoutError } = kafkajs;

/** What comes of a login at a broker that does this at its first word. */
function loggedIn(mechanism: 'plain' | 'scram-sha-512', fault: Error): Promise<Error> {
  const quiet = { debug: () => undefined, error: () => undefined };
  const call = { host: 'one', port: 9092, logger: quiet, saslAuthenticate: () => Promise.reject(fault) };
  const login = saslOf({ mechanism, username: 'me', password: 'hush' }).authenticationProvider(
    call as unknown as Parameters<Mechanism['authenticationProvider']>[0],
  );
  return login.authenticate().then(
    () => new Error('it was let in'),
    (error: unknown) => connectError(['one:9092'], 'connecting', 10, error),
  );
}

describe.each(['plain', 'scram-sha-512'] as const)('a login by %s', (mechanism) => {
  it.each([
    ['goes away', Object.assign(new KafkaJSConnectionError('Closed connection'), { name: 'KafkaJSConnectionClosedError' })],
    ['breaks off', new KafkaJSConnectionError('Connection error: read ECONNRESET')],
    ['says nothing', new KafkaJSRequestTimeoutError('Request SaslAuthenticate timed out')],
  ])('is to be tried again where the broker %s over it', async (_, fault) => {
    expect(await loggedIn(mechanism, fault)).toMatchObject({ code: 'bus_unreachable' });
  });

  it('is refused for good where the broker says so, and told with what to mend but without the password', async () => {
    const says = Object.assign(new Error('Invalid username or password'), { type: 'SASL_AUTHENTICATION_FAILED', code: 58, retriable: false });

    const error = await loggedIn(mechanism, new KafkaJSProtocolError(says));

    expect(error).toMatchObject({ code: 'bus_denied', message: expect.stringMatching(/one:9092.*Invalid username or password.*KAFKA_PASSWORD/) as string });
    expect(error.message).not.toContain('hush');
  });
});
