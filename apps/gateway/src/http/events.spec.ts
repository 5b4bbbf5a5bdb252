import { eventType, type TaskEvent } from '@mle-smith/contracts';
import { ProgressFeed } from '../progress-feed.ts';
import { serveGateway, type Served } from '../testing/served.ts';

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
