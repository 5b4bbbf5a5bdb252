import { readdir } from 'node:fs/promises';
import { extract } from 'tar-stream';
import { MOST_STEPS, OPERATIONS, Problem, Role, type Operation } from '@mle-smith/contracts';
import { digestOf, getJson } from '@mle-smith/package';
import { newSubject } from '@mle-smith/stage-runtime';
import { waitFor } from '@mle-smith/tools/testbed';
import { PACKAGE, serveGateway, type Served } from './testing/served.ts';

let served: Served;
beforeEach(async () => {
  served = await serveGateway();
});
afterEach(() => served.close());

const bodyOf = async (answer: Response): Promise<Record<string, unknown>> => (await answer.json()) as Record<string, unknown>;
const S3 = { id: 'pears', uri: 's3://lake/orchards/pears/' };

function fail(what: string): never {
  throw new Error(what);
}

async function upload(bytes: string): Promise<{ digest: string; bytes: number }> {
  const answer = await fetch(`${served.url}/v1/blobs`, { method: 'POST', body: bytes, headers: { authorization: 'Bearer key-of-submitter' } });
  expect(answer.status).toBe(200);
  return (await answer.json()) as { digest: string; bytes: number };
}

async function filesOf(answer: Response): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  const archive = extract();
  archive.end(Buffer.from(await answer.arrayBuffer()));
  for await (const entry of archive) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    files[entry.header.name] = Buffer.concat(chunks).toString();
  }
  return files;
}

describe('submitting a dataset', () => {
  it('by an address writes down where it is, and makes the subject that ingest waits for', async () => {
    const answer = await served.ask('submitter', 'POST', '/v1/datasets', S3);

    expect([answer.status, answer.headers.get('location')]).toEqual([201, '/v1/datasets/pears']);
    expect(await bodyOf(answer)).toEqual({ id: 'pears', state: 'dataset.received', created: true });
    const record = await served.store.get('pears');
    expect(record).toMatchObject({ kind: 'dataset', datasetId: 'pears', state: 'dataset.received' });
    expect(await getJson(served.artifacts, record?.documents['location'] ?? '')).toEqual({ kind: 's3', uri: S3.uri });
  });

  it('by files that were uploaded makes one bundle of them', async () => {
    const [one, other] = [await upload('x,y\n1,2\n'), await upload('{}')];

    const files = [
      { path: 'a.csv', ...one },
      { path: 'more/source.json', ...other },
    ];
    const answer = await served.ask('submitter', 'POST', '/v1/datasets', { id: 'pears', files });

    expect(answer.status).toBe(201);
    const location = (await getJson(served.artifacts, (await served.store.get('pears'))?.documents['location'] ?? '')) as { kind: string; bundle: string };
    expect(location.kind).toBe('bundle');
    expect(await served.artifacts.getBundle(location.bundle)).toEqual(files);
  });

  it('again changes nothing, and another one under the same id is a conflict', async () => {
    await served.ask('submitter', 'POST', '/v1/datasets', S3);

    const again = await served.ask('submitter', 'POST', '/v1/datasets', S3);
    const other = await served.ask('submitter', 'POST', '/v1/datasets', { ...S3, uri: 's3://lake/orchards/plums/' });

    expect([again.status, await bodyOf(again)]).toEqual([200, { id: 'pears', state: 'dataset.received', created: false }]);
    expect([other.status, (await bodyOf(other))['code']]).toEqual([409, 'conflict']);
  });

  it('by many at once makes one', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => served.ask('submitter', 'POST', '/v1/datasets', S3)));

    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(9).fill(200), 201]);
  });
});

describe('an upload', () => {
  it('is stored under its digest, once however often it comes', async () => {
    const [first, second] = [await upload('hello'), await upload('hello')];

    expect(first).toEqual({ digest: digestOf('hello'), bytes: 5 });
    expect(second).toEqual(first);
  });

  it('that is too large is turned down, told or not, and leaves nothing', async () => {
    const send = (body: Exclude<RequestInit['body'], undefined>): Promise<Response> =>
      fetch(`${served.url}/v1/blobs`, { method: 'POST', body, headers: { authorization: 'Bearer key-of-submitter' }, duplex: 'half' } as RequestInit);
    const endless = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(50_000)) });

    const told = await send('x'.repeat(100_001));
    const untold = await send(endless).then(
      async (answer) => (await bodyOf(answer))['code'],
      () => 'cut',
    );

    expect([told.status, (await bodyOf(told))['code']]).toEqual([413, 'too_large']);
    expect(['too_large', 'cut']).toContain(untold);
    expect(await readdir(served.workDirectory).catch(() => [])).toEqual([]);
  });
});

describe('hostile submissions', () => {
  const digest = digestOf('x');
  const file = (path: string): unknown => ({ id: 'a', files: [{ path, digest, bytes: 1 }] });

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'https://lake/',
    'file:///etc/passwd',
    'gopher://lake:70/',
    's3://lake:80/x/',
    's3://user@lake/x/',
    's3://other/x/',
    's3://169.254.169.254/latest/',
    's3://localhost/x/',
    's3://lake.evil.example/x/',
    's3://lake/../other/',
    's3://lake/a/./b/',
    's3://lake/%2e%2e/x/',
    's3://lake//x/',
    's3://lake/x',
    's3://lake/',
    's3://lake/x/?versions',
    's3://lake/x/#a/',
    's3://lake/x\r\nHost: evil/',
    's3://lake/x\u0000/',
    ' s3://lake/x/',
    'S3://lake/x/',
    'javascript:alert(1)',
  ])('by the address %j are refused', async (uri) => {
    const answer = await served.ask('submitter', 'POST', '/v1/datasets', { id: 'a', uri });

    expect([answer.status, (await bodyOf(answer))['code']]).toEqual([422, 'refused_location']);
    expect(await served.store.counts()).toEqual([]);
  });

  it.each<[string, unknown, number, string]>([
    ['a file that was never uploaded', file('a.csv'), 422, 'unprocessable'],
    ['a path that leaves the bundle', file('../a.csv'), 400, 'invalid_request'],
    ['a path from the root', file('/etc/passwd'), 400, 'invalid_request'],
    ['a path with a control character', file('a\n.csv'), 400, 'invalid_request'],
    ['a digest that is none', { id: 'a', files: [{ path: 'a', digest: '../../x', bytes: 1 }] }, 400, 'invalid_request'],
    ['two files of one path', { id: 'a', files: [file('a'), file('a')].flatMap((body) => (body as { files: unknown[] }).files) }, 400, 'invalid_request'],
    ['a file where a folder is', { id: 'a', files: [file('a'), file('a/b')].flatMap((body) => (body as { files: unknown[] }).files) }, 400, 'invalid_request'],
    ['no files', { id: 'a', files: [] }, 400, 'invalid_request'],
    ['both files and an address', { ...S3, files: [{ path: 'a', digest, bytes: 1 }] }, 400, 'invalid_request'],
    ['an id that is a path', { ...S3, id: '../a' }, 400, 'invalid_request'],
    ['an id that is an operator', { ...S3, id: { $gt: '' } }, 400, 'invalid_request'],
    ['an id that is too long', { ...S3, id: 'a'.repeat(41) }, 400, 'invalid_request'],
    ['an unknown field', { ...S3, admin: true }, 400, 'invalid_request'],
    ['nothing', null, 400, 'invalid_request'],
    ['a list', [S3], 400, 'invalid_request'],
  ])('of %s are turned down', async (_, body, status, code) => {
    const answer = await served.ask('submitter', 'POST', '/v1/datasets', body);

    expect([answer.status, (await bodyOf(answer))['code']]).toEqual([status, code]);
    expect(await served.store.counts()).toEqual([]);
  });

  it('of one file at a thousand places ask for its size once and read it never', async () => {
    const { digest: known } = await upload('hello');
    const asked = { sizeOf: 0, get: 0, read: 0 };
    for (const name of ['sizeOf', 'get', 'read'] as const) {
      const ask = served.artifacts[name].bind(served.artifacts) as (digest: string) => never;
      served.artifacts[name] = (digest: string) => ((asked[name] += 1), ask(digest));
    }
    const files = Array.from({ length: 1_000 }, (_, index) => ({ path: `f${index}`, digest: known, bytes: 5 }));

    const answer = await served.ask('submitter', 'POST', '/v1/datasets', { id: 'a', files });

    expect([answer.status, asked]).toEqual([201, { sizeOf: 1, get: 0, read: 0 }]);
  });

  it('with a thousand fields that nobody knows are answered in few words', async () => {
    const more = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`field-${index}`, 1]));

    const answer = await served.ask('submitter', 'POST', '/v1/datasets', { ...S3, ...more });

    expect(answer.status).toBe(400);
    expect((await answer.text()).length).toBeLessThan(2_000);
  });

  it('to another spelling of the address of uploads store nothing in place of the body', async () => {
    const send = (path: string): Promise<Response> => served.ask('submitter', 'POST', path, { hello: 'world' });

    expect((await Promise.all(['/v1/blobs/', '/V1/BLOBS', '/v1/Blobs'].map(send))).map(({ status }) => status)).toEqual([404, 404, 404]);
  });

  it('that lie about the size of a file are turned down', async () => {
    const { digest: known } = await upload('hello');

    const answer = await served.ask('submitter', 'POST', '/v1/datasets', { id: 'a', files: [{ path: 'a', digest: known, bytes: 4 }] });

    expect([answer.status, (await bodyOf(answer))['code']]).toEqual([422, 'unprocessable']);
  });
});

describe('whoever takes all that he may', () => {
  it('leaves downloads to others, and loses those that he does not read', async () => {
    await served.close();
    served = await serveGateway({ idleMs: 3_000 });
    const file = { path: 'data/public/train.csv', digest: await served.artifacts.put(Buffer.alloc(30 << 20)), bytes: 30 << 20 };
    const documents = { verified: await served.artifacts.putBundle([file]) };
    await served.store.insert(newSubject({ id: 'd-1', kind: 'task', datasetId: 'd', state: 'task.verified', documents }, 1));
    const take = (role: Role): Promise<number> => served.ask(role, 'GET', '/v1/tasks/d-1/package').then((answer) => (unread.push(answer), answer.status));
    const unread: Response[] = [];

    const own = [await take('viewer'), await take('viewer'), await take('viewer'), await take('viewer'), await take('viewer')];
    const others = await take('submitter');
    const again = await waitFor(async () => (await take('viewer')) === 200, 30_000);

    expect([own, others, again]).toEqual([[200, 200, 200, 200, 503], 200, true]);
  });

  it('leaves streams of events to others', async () => {
    const open = (role: Role): Promise<number> => served.ask(role, 'GET', '/v1/events').then(({ status }) => status);

    const own = await Promise.all(Array.from({ length: 101 }, () => open('viewer')));

    expect(own.filter((status) => status === 503)).toHaveLength(1);
    expect([await open('submitter'), (await served.ask('viewer', 'HEAD', '/v1/events')).status]).toEqual([200, 405]);
  });
});

describe('keys', () => {
  const everything = Object.entries<Operation>(OPERATIONS).map(([name, operation]) => ({
    name,
    ...operation,
    path: operation.path.replace('{id}', 'nobody').replace('{name}', 'proposal'),
  }));

  it.each(everything)('are needed for $name', async ({ method, path }) => {
    const answers = await Promise.all(
      [{}, { authorization: 'Bearer wrong' }, { authorization: 'Basic a2V5LW9mLWFkbWlu' }, { authorization: 'Bearer ' }].map((headers) =>
        fetch(`${served.url}${path}`, { method: method.toUpperCase(), headers: headers as Record<string, string> }),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(Problem.parse(await answers[1]?.json()).code).toBe('unauthenticated');
  });

  it.each(everything.filter(({ role }) => role !== 'viewer'))('of lesser roles than $role may not call $name', async ({ method, path, role }) => {
    const lesser = Role.options.slice(0, Role.options.indexOf(role));

    const answers = await Promise.all(lesser.map((each) => served.ask(each, method.toUpperCase(), path)));

    expect(answers.map(({ status }) => status)).toEqual(lesser.map(() => 403));
    expect(Problem.parse(await answers[0]?.json()).code).toBe('forbidden');
  });
});

describe('reading', () => {
  beforeEach(async () => {
    await served.ask('submitter', 'POST', '/v1/datasets', S3);
    await served.work();
  });

  it('lists datasets and tasks by parts, each once', async () => {
    const first = await bodyOf(await served.ask('viewer', 'GET', '/v1/tasks?dataset=pears&limit=1'));
    const second = await bodyOf(await served.ask('viewer', 'GET', `/v1/tasks?dataset=pears&limit=1&cursor=${String(first['next'])}`));
    const datasets = await bodyOf(await served.ask('viewer', 'GET', '/v1/datasets'));

    expect([first['items'], second['items']]).toMatchObject([
      [{ id: 'pears-1', kind: 'task', dataset: 'pears', state: 'task.verified' }],
      [{ id: 'pears-2', state: 'task.abandoned', code: 'rejected_by_review' }],
    ]);
    expect(second['next']).toBeUndefined();
    expect(datasets).toEqual({ items: [{ id: 'pears', kind: 'dataset', dataset: 'pears', state: 'dataset.brainstormed', generation: 1 }] });
  });

  it('shows one with its history, and the funnel of all', async () => {
    const shown = await bodyOf(await served.ask('viewer', 'GET', '/v1/tasks/pears-1'));
    const funnel = await bodyOf(await served.ask('viewer', 'GET', '/v1/funnel'));

    expect(shown).toMatchObject({ id: 'pears-1', state: 'task.verified', cost: { calls: 0 } });
    expect((shown['history'] as unknown[]).length).toBe(6);
    expect(funnel).toMatchObject({ funnel: { datasets: 1, proposed: 2, verified: 1, abandoned: 1 }, open: {} });
  });

  it('shows the last steps of a long history with the number of those before them, and all of them by parts; of a short one all at once', async () => {
    const before = await bodyOf(await served.ask('viewer', 'GET', '/v1/tasks/pears-1'));
    const line = { stage: 'execute', generation: 1, from: 'task.verified', to: 'task.verified', outcome: 'retry' };
    for (let attempt = 1; attempt <= MOST_STEPS; attempt += 1)
      await served.store.apply('pears-1', (await served.store.get('pears-1'))?.fence ?? -1, { history: { ...line, attempt, message: `no. ${attempt}` } });
    served.store.history = ((read) => (id, from, most) => (most === undefined ? fail('a whole history is read') : read(id, from, most)))(
      served.store.history.bind(served.store),
    );

    const shown = await bodyOf(await served.ask('viewer', 'GET', '/v1/tasks/pears-1'));
    const part = async (from: number, more = '') =>
      (await (await served.ask('viewer', 'GET', `/v1/tasks/pears-1/history?from=${from}${more}`)).json()) as unknown[];
    const [first, second, none, one] = [await part(0), await part(MOST_STEPS), await part(MOST_STEPS + 6), await part(5, '&limit=1')];

    expect(Object.keys(before)).not.toContain('earlier');
    expect([(shown['history'] as unknown[]).length, shown['earlier']]).toEqual([MOST_STEPS, 6]);
    expect((shown['history'] as unknown[]).at(-1)).toMatchObject({ message: `no. ${MOST_STEPS}` });
    expect([first.length, second.length, none, one]).toEqual([MOST_STEPS, 6, [], [(before['history'] as unknown[])[5]]]);
    expect([...first, ...second].slice(6)).toEqual(shown['history']);
    expect(shown['cost']).toEqual(before['cost']);
    expect((await served.ask('viewer', 'GET', `/v1/tasks/pears-1/history?limit=${MOST_STEPS + 1}`)).status).toBe(400);
  });

  it('names what has made no step for longest, and no more of it than asked; whatever its history, that is not read', async () => {
    served.store.history = served.store.historyEnd = () => fail('a history is read');
    for (const id of ['plums', 'figs']) await served.ask('submitter', 'POST', '/v1/datasets', { id, uri: `s3://lake/${id}/` });
    await served.store.claim(['dataset.received'], 'ingest-1', 60_000);

    const oldest = await (await served.ask('viewer', 'GET', '/v1/oldest')).json();
    const one = await (await served.ask('viewer', 'GET', '/v1/oldest?limit=1')).json();
    expect(oldest).toMatchObject([
      { id: 'plums', kind: 'dataset', present: { doing: 'works', stage: 'ingest', worker: 'ingest-1' } },
      { id: 'figs', present: { doing: 'waits', stage: 'ingest' } },
    ]);
    expect(one).toEqual([expect.objectContaining({ id: 'plums' })]);
  });

  it('says of one what becomes of it', async () => {
    await served.ask('submitter', 'POST', '/v1/datasets', { ...S3, id: 'plums' });
    await served.store.claim(['dataset.received'], 'ingest-1', 60_000);

    expect(await bodyOf(await served.ask('viewer', 'GET', '/v1/datasets/plums'))).toMatchObject({ present: { doing: 'works', worker: 'ingest-1' } });
  });

  it('gives a package whole to a submitter, and without its answers to a viewer', async () => {
    const whole = await filesOf(await served.ask('submitter', 'GET', '/v1/tasks/pears-1/package'));
    const shown = await served.ask('viewer', 'GET', '/v1/tasks/pears-1/package');
    const open = await filesOf(shown);

    expect(whole).toEqual(PACKAGE);
    expect(Object.keys(open).sort()).toEqual(['data/public/train.csv', 'task.json', 'utils/metric.py']);
    expect(JSON.stringify(open)).not.toContain('the answer');
    expect(shown.headers.get('x-package-parts')).toBe('public');
  });

  it('cancels what is open, and says of the rest that it ended; again changes nothing', async () => {
    await served.ask('submitter', 'POST', '/v1/datasets', { ...S3, id: 'plums' });

    const outcomes = [];
    for (const path of ['datasets/plums', 'datasets/plums', 'tasks/pears-1'])
      outcomes.push((await bodyOf(await served.ask('operator', 'POST', `/v1/${path}/cancel`)))['outcome']);
    const fence = (await served.store.get('plums'))?.fence;
    await served.work();

    expect(outcomes).toEqual(['marked', 'marked', 'finished']);
    expect(fence).toBe(1);
    expect(await served.store.get('plums')).toMatchObject({ state: 'dataset.refused', code: 'cancelled' });
  });

  it('puts what ended by no fault of its own back for an operator, once, tells who asked, and refuses the rest', async () => {
    const broken = async () => ({ kind: 'retry', code: 'object_store_unreachable', message: 'it is away', rounds: 0 }) as const;
    await served.ask('submitter', 'POST', '/v1/datasets', { ...S3, id: 'figs' });
    await served.work({ design: broken });
    const ended = await bodyOf(await served.ask('viewer', 'GET', '/v1/tasks/figs-1'));

    const retry = (path: string, role: 'operator' | 'submitter' = 'operator') => served.ask(role, 'POST', `/v1/${path}/retry`);
    const lesser = (await retry('tasks/figs-1', 'submitter')).status;
    const [once, again] = [await bodyOf(await retry('tasks/figs-1')), await bodyOf(await retry('tasks/figs-1'))];
    await served.work();
    const refused = await Promise.all(['tasks/figs-1', 'tasks/pears-2', 'datasets/figs'].map(async (path) => bodyOf(await retry(path))));

    expect([ended['state'], ended['code'], lesser]).toEqual(['task.abandoned', 'infra_exhausted', 403]);
    expect([once, again]).toEqual(['reopened', 'under_way'].map((outcome) => ({ id: 'figs-1', state: 'task.proposed', outcome })));
    expect(refused).toMatchObject([
      { status: 409, code: 'conflict', detail: 'figs-1 is not retried: it is verified, and stays so' },
      { status: 409, code: 'conflict', detail: expect.stringContaining('rejected_by_review') as string },
      { status: 409, code: 'conflict', detail: expect.stringContaining('its tasks') as string },
    ]);
    expect(await bodyOf(await served.ask('viewer', 'GET', '/v1/tasks/figs-1'))).toMatchObject({
      state: 'task.verified',
      reopened: 1,
      history: expect.arrayContaining([
        expect.objectContaining({ outcome: 'reopened', message: 'another try after infra_exhausted, asked for by operator' }),
      ]) as unknown,
    });
    expect((await retry('tasks/nobody')).status).toBe(404);
  });

  it('finds the store clean for an admin', async () => {
    expect(await bodyOf(await served.ask('admin', 'GET', '/v1/audit'))).toEqual({ clean: true, violations: [] });
  });

  it.each<[string, string, number, string]>([
    ['GET', '/v1/tasks/nobody', 404, 'not_found'],
    ['GET', '/v1/tasks?state=', 400, 'invalid_request'],
    ...['abc', 'NaN', '-5', '1e9', '9'.repeat(30)].map((cursor): [string, string, number, string] => [
      'GET',
      `/v1/tasks?cursor=${Buffer.from(cursor).toString('base64url')}`,
      400,
      'invalid_request',
    ]),
    ['GET', '/v1/tasks/pears', 404, 'not_found'],
    ['GET', '/v1/datasets/pears-1', 404, 'not_found'],
    ['GET', '/v1/tasks/pears-2/package', 409, 'conflict'],
    ['GET', '/v1/tasks/pears-1/documents/verified', 400, 'invalid_request'],
    ['GET', '/v1/tasks/pears-1/documents/review', 404, 'not_found'],
    ['GET', '/v1/tasks/..%2f..%2fetc', 400, 'invalid_request'],
    ['GET', '/v1/tasks/%00', 400, 'invalid_request'],
    ['GET', '/v1/tasks?limit=0', 400, 'invalid_request'],
    ['GET', '/v1/tasks?limit=201', 400, 'invalid_request'],
    ['GET', '/v1/tasks?limit=1&limit=2', 400, 'invalid_request'],
    ['GET', '/v1/tasks?state[$ne]=x', 400, 'invalid_request'],
    ['GET', '/v1/tasks?cursor=a%20b', 400, 'invalid_request'],
    ['DELETE', '/v1/tasks/pears-1', 405, 'method_not_allowed'],
    ['PUT', '/v1/datasets', 405, 'method_not_allowed'],
    ['GET', '/v2/tasks', 404, 'not_found'],
  ])('answers %s %s with %i %s', async (method, path, status, code) => {
    const answer = await served.ask('admin', method, path);

    expect([answer.status, Problem.parse(await answer.json()).code]).toEqual([status, code]);
  });
});
