import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readConfig } from '../config.ts';
import { STORE_SETTINGS } from '../settings.ts';
import { sourceBuckets } from './source-buckets.ts';

const NOTHING = '<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>';
const LIMITS = { maxFiles: 1, maxBytes: 1 };

describe('the buckets that datasets come from', () => {
  it('have one client each, whose connection serves every dataset', async () => {
    const connections: string[] = [];
    const store = createServer((request, response) => response.setHeader('x-path', request.url ?? '').end(NOTHING));
    store.on('connection', ({ remotePort }) => connections.push(String(remotePort)));
    store.listen(0, '127.0.0.1').unref();
    await once(store, 'listening');
    const endpoint = `http://127.0.0.1:${(store.address() as AddressInfo).port}`;
    const config = readConfig(
      STORE_SETTINGS,
      { MONGODB_URI: 'mongodb://localhost/x', S3_ENDPOINT: endpoint, S3_BUCKET: 'packages', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' },
      'any',
    );
    const ends: (() => Promise<unknown>)[] = [];
    const sourceAt = sourceBuckets(config, (_name, step) => void ends.push(step));

    for (const prefix of ['pears/', 'figs/', 'plums/']) expect(await sourceAt('lake', prefix, LIMITS).scan()).toEqual([]);
    expect(connections.length).toBe(1);
    await sourceAt('other', 'pears/', LIMITS).scan();
    expect(connections.length).toBe(2);

    await Promise.all(ends.map((end) => end()));
    store.close();
  });
});
