import kafkajs from 'kafkajs';
import { connectError, isOutOfReach } from './errors.ts';

const { KafkaJSConnectionError, KafkaJSNonRetriableError, KafkaJSProtocolError, KafkaJSNumberOfRetriesExceeded } = kafkajs;

describe('an error of kafkajs', () => {
  it.each<[string, unknown, boolean]>([
    ['a refused connection', new KafkaJSConnectionError('refused'), true],
    [
      'a refused connection that was tried to the end',
      new KafkaJSNumberOfRetriesExceeded(new KafkaJSConnectionError('x'), { retryCount: 5, retryTime: 1 }),
      true,
    ],
    ['a broker that has just started', new KafkaJSProtocolError(Object.assign(new Error('loading'), { type: 'GROUP_LOAD_IN_PROGRESS', code: 14 })), true],
    ['a group that is not allowed', new KafkaJSProtocolError(Object.assign(new Error('denied'), { type: 'GROUP_AUTHORIZATION_FAILED', code: 30 })), false],
    ['something else for good', new KafkaJSNonRetriableError('codec'), false],
    ['a fault of ours', new TypeError('undefined is not a function'), false],
  ])('tells whether brokers are out of reach: %s', (_, error, expected) => {
    expect(isOutOfReach(error)).toBe(expected);
  });
});

describe('what a broker says to who connects', () => {
  it.each([
    ['GROUP_AUTHORIZATION_FAILED', 'bus_denied', 'ACLs'],
    ['TOPIC_AUTHORIZATION_FAILED', 'bus_denied', 'ACLs'],
    ['CLUSTER_AUTHORIZATION_FAILED', 'bus_denied', 'ACLs'],
    ['SASL_AUTHENTICATION_FAILED', 'bus_denied', 'KAFKA_PASSWORD'],
    ['GROUP_LOAD_IN_PROGRESS', 'bus_unreachable', 'check the address'],
  ])('is told by what mends it, also where it was tried again: %s', (type, code, mending) => {
    const said = new KafkaJSProtocolError(Object.assign(new Error('no'), { type, code: 1 }));

    const error = connectError(['one:9092'], 'connecting', 10, new KafkaJSNumberOfRetriesExceeded(said, { retryCount: 5, retryTime: 1 }));

    expect(error).toMatchObject({ code, message: expect.stringContaining(mending) as string });
  });
});
