import kafkajs from 'kafkajs';
import { isOutOfReach } from './errors.ts';

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
