import { isInfrastructureFault } from '@mle-smith/stage-runtime';
import mongoose from 'mongoose';
import { storeError } from './store-errors.ts';

const { mongo } = mongoose;

describe('what the driver throws', () => {
  it.each<[string, Error]>([
    ['a connection that ends', new mongo.MongoNetworkError('connection closed')],
    ['a connection that ended while it was written to', Object.assign(new Error('This socket has been ended by the other party'), { code: 'EPIPE' })],
    ['a name that nobody resolves now', Object.assign(new Error('querySrv ENOTFOUND _mongodb._tcp.a.b'), { code: 'ENOTFOUND' })],
    ['a server that steps down', new mongo.MongoServerError({ code: 189, message: 'stepped down' })],
  ])('passes where it is %s', (_, error) => {
    expect(storeError('change', error)).toMatchObject({ code: 'store_unreachable', cause: error });
    expect(isInfrastructureFault(storeError('change', error))).toBe(true);
  });

  it('does not pass where the server says that it cannot', () => {
    expect(storeError('change', new mongo.MongoServerError({ code: 9, message: 'no such operator' }))).toMatchObject({ code: 'store_failed' });
  });

  it('passes where no connection becomes free in time', () => {
    const error = Object.assign(new Error('of the driver'), { name: 'MongoWaitQueueTimeoutError' });

    expect(storeError('get', error)).toMatchObject({ code: 'store_unreachable' });
  });
});
