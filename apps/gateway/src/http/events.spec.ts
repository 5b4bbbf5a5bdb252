import { connect } from 'node:net';
import { eventType, type TaskEvent } from '@mle-smith/contracts';
import { createHttpShell, type HttpShell } from '@mle-smith/service';
import { waitFor } from '@mle-smith/tools/testbed';
import { ProgressFeed } from '../progress-feed.ts';
import { serveGateway, type Served } from '../testing/served.ts';
import { eventHandlers } from './events.ts';

let served: Served;
beforeEach(async () => {
  served = await serveGateway({ beatMs: 20 });
});
afterEach(() => served.close());

/** Reads a stream until a text came; gives all of it. */
async function readUntil(answer: Response, text: string): Promise<string> {
  let said = '';
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    said += chunk;
    if (said.includes(text)) break;
  }
  return said;
}

const submit = (id: string): Promise<Response> => served.ask('submitter', 'POST', '/v1/datasets', { id, uri: `s3://lake/${id}/` });

describe('the stream of events', () => {
  it('tells each fact once with who moved, and beats between them', async () => {
    const stream = await served.ask('viewer', 'GET', '/v1/events');
    await submit('pears');
    await served.work();

    const said = await readUntil(stream, 'task.abandoned');

    expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(said).toContain('event: progress\ndata: {"type":"io.mlesmith.dataset.registered.v1","subject":"pears","dataset":"pears","generation":1');
    expect(said.match(/"type":"io.mlesmith.task.verified.v1"/g)?.length).toBe(1);
    expect(await readUntil(await served.ask('viewer', 'GET', '/v1/events'), ': beat')).toContain(': beat');
  });

  it('goes on after the last id that a reader saw, and says where it cannot', async () => {
    const stream = await served.ask('viewer', 'GET', '/v1/events');
    await submit('pears');
    await served.work();
    const said = await readUntil(stream, 'task.verified');
    const ids = [...said.matchAll(/^id: (\S+)$/gm)].map(([, id]) => id ?? '');

    const resumed = await readUntil(await served.ask('viewer', 'GET', '/v1/events', undefined, { 'last-event-id': ids.at(-2) ?? '' }), ': beat');
    const lost = await readUntil(await served.ask('viewer', 'GET', '/v1/events', undefined, { 'last-event-id': 'another-7' }), ': beat');

    expect(resumed).toContain(`id: ${ids.at(-1)}`);
    expect(resumed).not.toContain(`id: ${ids.at(-2)}`);
    expect(lost).toContain('event: reset');
  });

  it('tells of one dataset alone where that is asked for', async () => {
    const stream = await served.ask('viewer', 'GET', '/v1/events?dataset=plums');
    await submit('pears');
    await served.work();
    await submit('plums');
    await served.work();

    const said = await readUntil(stream, 'dataset.registered');

    expect(said).toContain('"dataset":"plums"');
    expect(said).not.toContain('pears');
  });

  it('ends when the process stops', async () => {
    const stream = await served.ask('viewer', 'GET', '/v1/events');

    const said = stream.text();
    await served.close();

    expect(await said).toMatch(/^retry: 2000\n\n/);
    served = await serveGateway();
  });
});

describe('readers that never read', () => {
  it('are told nothing after the end when the process stops', async () => {
    const feed = new ProgressFeed(1);
    const written: string[] = [];
    let opened = 0;
    const shell: HttpShell = createHttpShell({
      health: {},
      auth: { authenticate: () => ({ name: 'viewer', role: 'viewer' }) },
      limits: { closeMs: 500 },
      routes: (router) => {
        const { events } = eventHandlers(feed, { beatMs: 10, closing: () => shell.closing });
        router.get('/:dataset', (request, response) => {
          opened += 1;
          response.on('error', ({ message }) => written.push(message));
          return events({ query: { dataset: request.params['dataset'] ?? '' }, params: {}, body: undefined, role: 'viewer', request, response });
        });
      },
    });
    const { port } = await shell.listen({ host: '127.0.0.1', port: 0 });
    const readers = Array.from({ length: 30 }, (_, index) => ({ dataset: `d${index}`, socket: connect(port, '127.0.0.1').on('error', () => undefined) }));
    for (const { dataset, socket } of readers) socket.pause().write(`GET /${dataset} HTTP/1.1\r\nHost: a\r\n\r\n`);
    await waitFor(async () => opened === readers.length, 5_000);
    let count = 0;
    const tell = async (dataset: string, length: number): Promise<void> => {
      const data = { generation: 1, datasetId: dataset, documents: {} };
      feed.take({ id: `e${(count += 1)}`, type: 't', source: 's', subject: 's'.repeat(length), time: '', data });
      await new Promise(setImmediate);
    };

    // Where the buffers of the system end differs; some of these are between there and where a reader is given up.
    for (const [index, { dataset }] of readers.entries()) for (let sent = 0; sent < 20 + index; sent += 1) await tell(dataset, 100_000);
    const closed = shell.close();
    for (const { dataset } of readers) await tell(dataset, 1);
    await closed;

    expect(written).toEqual([]);
    for (const { socket } of readers) socket.destroy();
  });
});

describe('the feed', () => {
  const fact = (number: number): TaskEvent => ({
    id: `event-${number}`,
    type: eventType('task.designed'),
    source: 'mle-smith',
    subject: `task-${number}`,
    time: '2026-01-01T00:00:00.000Z',
    data: { generation: 1, datasetId: 'a', documents: {} },
  });

  it('keeps a bounded number of news, and knows what it forgot', () => {
    const feed = new ProgressFeed(3);
    const heard: string[] = [];
    const deaf = feed.listen(({ id }) => heard.push(id));

    for (const number of [1, 2, 3, 4, 5]) feed.take(fact(number));
    deaf();
    feed.take(fact(6));

    expect(heard.length).toBe(5);
    expect(feed.since(heard[0]!)).toBeUndefined();
    expect(feed.since(heard[2]!)?.map(({ progress }) => progress.subject)).toEqual(['task-4', 'task-5', 'task-6']);
    expect(feed.since('x')).toBeUndefined();
    expect(feed.since(`${heard[0]!.split('-')[0]}-99`)).toBeUndefined();
  });

  it('takes an event once, however often the bus brings it', () => {
    const feed = new ProgressFeed();
    const heard: string[] = [];
    feed.listen(({ id }) => heard.push(id));

    feed.take(fact(1));
    feed.take(fact(1));

    expect(heard.length).toBe(1);
  });
});
