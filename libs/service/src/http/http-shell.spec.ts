import { connect } from 'node:net';
import { createHttpShell, type HttpShell, type HttpShellOptions } from './http-shell.ts';
import { HttpProblem } from './problem.ts';
import { placeOf, principalOf } from './request-place.ts';
import type { RequestNotice } from './request-notice.ts';

const shells: HttpShell[] = [];
afterEach(async () => {
  await Promise.all(shells.splice(0).map((shell) => shell.close()));
});

async function serve(options: Partial<HttpShellOptions> = {}): Promise<{ shell: HttpShell; url: string }> {
  const shell = createHttpShell({ health: {}, ...options });
  shells.push(shell);
  const { url } = await shell.listen({ host: '127.0.0.1', port: 0 });
  return { shell, url };
}

const post = (body: string, type = 'application/json'): RequestInit => ({ method: 'POST', body, headers: { 'content-type': type } });
const codeOf = async (response: Response): Promise<unknown> => ((await response.json()) as { code?: unknown }).code;

const echo: HttpShellOptions['routes'] = (router) => {
  router.post('/echo', (request, response) => void response.json({ body: request.body as unknown }));
  router.get('/named/:name', (request, response) => void response.json(request.params));
};

describe('health endpoints', () => {
  it('tell life, whatever the dependencies do', async () => {
    const { url } = await serve({ health: { started: () => false, dependencies: { store: () => Promise.reject(new Error('gone')) } } });

    const [alive, ready] = [await fetch(`${url}/livez`), await fetch(`${url}/readyz`)];

    expect([alive.status, ready.status]).toEqual([200, 503]);
  });

  it('tell death where only a new start can help, and nothing else', async () => {
    const health = { alive: true };
    const { url } = await serve({ health: { alive: () => health.alive } });
    const ask = async () => Promise.all(['/livez', '/readyz'].map(async (path) => (await fetch(`${url}${path}`)).status));

    const before = await ask();
    health.alive = false;

    expect([before, await ask()]).toEqual([
      [200, 200],
      [503, 200],
    ]);
  });

  it('tell readiness by each dependency, also of those that throw and those that never answer, without their reasons', async () => {
    const { url } = await serve({
      health: {
        checkMs: 50,
        dependencies: {
          fine: async () => 1,
          failing: () => Promise.reject(new Error('mongodb://user:secret@host')),
          throwing: () => {
            throw new Error('secret');
          },
          silent: () => new Promise(() => undefined),
        },
      },
    });

    const answer = await fetch(`${url}/readyz`);
    const text = await answer.text();

    expect(answer.status).toBe(503);
    expect(JSON.parse(text)).toEqual({ status: 'failed', dependencies: { fine: 'ok', failing: 'failed', throwing: 'failed', silent: 'timeout' } });
    expect(text).not.toContain('secret');
  });

  it('ask dependencies once in a while, however many ask', async () => {
    let asked = 0;
    const { url } = await serve({ health: { cacheMs: 60_000, dependencies: { store: async () => (asked += 1) } } });

    await Promise.all(Array.from({ length: 20 }, () => fetch(`${url}/readyz`)));
    await fetch(`${url}/readyz`);

    expect(asked).toBe(1);
  });

  it('see a dependency come back when the answer is too old', async () => {
    let up = false;
    const { url } = await serve({ health: { cacheMs: 0, dependencies: { store: () => (up ? Promise.resolve() : Promise.reject(new Error('down'))) } } });

    const before = await fetch(`${url}/readyz`);
    up = true;
    const after = await fetch(`${url}/readyz`);

    expect([before.status, after.status]).toEqual([503, 200]);
  });

  it('keep the start apart, need no key and are not rate limited', async () => {
    let started = false;
    const { url } = await serve({ health: { started: () => started }, auth: { authenticate: () => undefined }, limits: { burst: 1 } });

    const early = await fetch(`${url}/startupz`);
    started = true;
    const later = await Promise.all([1, 2, 3].map(() => fetch(`${url}/startupz`)));

    expect([early.status, ...later.map(({ status }) => status)]).toEqual([503, 200, 200, 200]);
  });
});

describe('requests', () => {
  it('have an id: the caller’s where it is short and plain, else a new one', async () => {
    const { url } = await serve();
    const idFor = async (given: string): Promise<string | null> =>
      (await fetch(`${url}/livez`, { headers: { 'x-request-id': given } })).headers.get('x-request-id');

    expect(await idFor('run-17.a')).toBe('run-17.a');
    expect(await idFor('a b"<script>')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idFor('x'.repeat(65))).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each<[string, RequestInit | undefined, string, number, string]>([
    ['an unknown address', undefined, '/nowhere', 404, 'not_found'],
    ['an address that cannot be decoded', undefined, '/named/%E0%A4%A', 400, 'malformed_request'],
    ['a body that is not JSON', post('{"a":'), '/echo', 400, 'malformed_request'],
    ['a body of another type', post('a=1', 'application/x-www-form-urlencoded'), '/echo', 415, 'unsupported_media_type'],
    ['a body without a type', { method: 'POST', body: new Uint8Array([1]) }, '/echo', 415, 'unsupported_media_type'],
    ['a body that is too large', post(JSON.stringify('x'.repeat(2000))), '/echo', 413, 'too_large'],
    [
      'a compressed body',
      { ...post('{}'), headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } },
      '/echo',
      415,
      'unsupported_media_type',
    ],
    ['a strange charset', post('{}', 'application/json; charset=latin1'), '/echo', 415, 'unsupported_media_type'],
  ])('are answered by a problem document for %s', async (_, request, path, status, code) => {
    const { url } = await serve({ routes: echo, limits: { bodyBytes: 1_000 } });

    const answer = await fetch(`${url}${path}`, request);

    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json; charset=utf-8']);
    expect(await answer.json()).toMatchObject({ type: `urn:mle-smith:problem:${code}`, status, code, requestId: answer.headers.get('x-request-id') });
  });

  it('that hit a fault of ours learn nothing of it, also where a promise rejects', async () => {
    const notices: RequestNotice[] = [];
    const { url } = await serve({
      onRequest: (notice) => notices.push(notice),
      routes: (router) => {
        router.get('/broken/:id', async () => Promise.reject(new Error('the password is 1234')));
      },
    });

    const answer = await fetch(`${url}/broken/7`);
    const text = await answer.text();

    expect(answer.status).toBe(500);
    expect(text).not.toMatch(/1234|at \w+|\.ts/);
    expect(notices).toMatchObject([{ route: '/broken/:id', status: 500, problem: { code: 'internal', cause: { message: 'the password is 1234' } } }]);
  });

  it('that fail after their answer began see it cut', async () => {
    const { url } = await serve({
      routes: (router) => {
        router.get('/half', async (_request, response) => {
          response.write('half');
          throw new HttpProblem('unavailable', 'gone');
        });
      },
    });

    await expect(fetch(`${url}/half`).then((answer) => answer.text())).rejects.toThrow();
  });

  it('get answers that browsers neither run, frame, guess nor keep, and that name no program', async () => {
    const { url } = await serve();

    const { headers } = await fetch(`${url}/nowhere`);

    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('may be larger and of any type where a handler reads them itself', async () => {
    const { url } = await serve({
      streams: ['/raw'],
      limits: { bodyBytes: 10 },
      routes: (router) => {
        router.post('/raw', async (request, response) => {
          let bytes = 0;
          for await (const chunk of request) bytes += (chunk as Buffer).length;
          response.json({ bytes });
        });
      },
    });

    const answer = await fetch(`${url}/raw`, { method: 'POST', body: new Uint8Array(5_000) });

    expect(await answer.json()).toEqual({ bytes: 5_000 });
  });
});

describe('authentication', () => {
  const auth: HttpShellOptions['auth'] = {
    authenticate: (request) => (request.get('authorization') === 'Bearer right' ? { name: 'key-1', role: 'viewer' } : undefined),
    open: ['/open'],
  };
  const routes: HttpShellOptions['routes'] = (router) => {
    router.get('/who', (_request, response) => void response.json(principalOf(response)));
    router.get('/open', (_request, response) => void response.json(placeOf(response)));
  };

  it('is asked for everywhere but on open paths, before anything is told about an address or a body', async () => {
    const { url } = await serve({ auth, routes });

    const answers = await Promise.all([fetch(`${url}/who`), fetch(`${url}/nowhere`), fetch(`${url}/who`, post('{')), fetch(`${url}/open`)]);

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 200]);
    expect(answers[0]?.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('tells handlers who asks', async () => {
    const { url } = await serve({ auth, routes });

    const answer = await fetch(`${url}/who`, { headers: { authorization: 'Bearer right' } });

    expect(await answer.json()).toEqual({ name: 'key-1', role: 'viewer' });
  });

  it('leaves a key its room while an address without one has used up its own', async () => {
    const { url } = await serve({ auth, routes, limits: { burst: 3, requestsPerSecond: 0.001 } });

    const guesses = [];
    for (let guess = 0; guess < 5; guess += 1) guesses.push(await fetch(`${url}/who`, { headers: { authorization: `Bearer ${guess}` } }));
    const known = await fetch(`${url}/who`, { headers: { authorization: 'Bearer right' } });

    expect(guesses.map(({ status }) => status)).toEqual([401, 401, 401, 429, 429]);
    expect(Number(guesses[4]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(known.status).toBe(200);
  });
});

describe('closing', () => {
  it('waits for requests in flight, tells them so, and takes no more', async () => {
    const arrived = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const { shell, url } = await serve({
      routes: (router) => {
        router.get('/slow', async (_request, response) => {
          arrived.resolve();
          await release.promise;
          response.json({ done: true });
        });
      },
    });

    const slow = fetch(`${url}/slow`);
    await arrived.promise;
    const closed = shell.close();
    const late = await fetch(`${url}/livez`).then(
      () => 'taken',
      () => 'refused',
    );
    release.resolve();

    expect(late).toBe('refused');
    expect(await (await slow).json()).toEqual({ done: true });
    await closed;
    await shell.close();
  });

  it('cuts what takes longer than it may, and connections that say nothing', async () => {
    const arrived = Promise.withResolvers<void>();
    const { shell, url } = await serve({
      limits: { closeMs: 50 },
      routes: (router) => {
        router.get('/never', () => {
          arrived.resolve();
        });
      },
    });
    const { hostname, port } = new URL(url);
    const silent = connect(Number(port), hostname);
    silent.on('error', () => undefined);

    const never = fetch(`${url}/never`).then(
      () => 'answered',
      () => 'cut',
    );
    await arrived.promise;
    await shell.close();

    expect(await never).toBe('cut');
  });

  it('ends answers without an end by its signal', async () => {
    const arrived = Promise.withResolvers<void>();
    const listening: { signal?: AbortSignal } = {};
    const { shell, url } = await serve({
      routes: (router) => {
        router.get('/events', (_request, response) => {
          response.write('first\n');
          listening.signal?.addEventListener('abort', () => response.end('last\n'));
          arrived.resolve();
        });
      },
    });
    listening.signal = shell.closing;

    const events = fetch(`${url}/events`).then((answer) => answer.text());
    await arrived.promise;
    await shell.close();

    expect(await events).toBe('first\nlast\n');
  });
});

describe('codes of problems', () => {
  it('are read from the answer, never from its words', async () => {
    const { url } = await serve();

    expect(await codeOf(await fetch(`${url}/nowhere`))).toBe('not_found');
  });
});

describe('slow and odd callers', () => {
  const auth: HttpShellOptions['auth'] = { authenticate: () => undefined };
  const ended = (socket: ReturnType<typeof connect>): Promise<true> =>
    new Promise((resolve) => socket.on('close', () => resolve(true)).on('error', () => undefined));

  it.each([
    ['was turned down and goes on sending', { auth, limits: { lingerMs: 50, requestMs: 60_000 } }, '/echo'],
    ['was turned down on a path that takes long bodies', { auth, streams: ['/echo'], limits: { lingerMs: 50, requestMs: 50, streamMs: 60_000 } }, '/echo'],
    ['sends a body that does not end', { limits: { lingerMs: 60_000, requestMs: 50, streamMs: 60_000 } }, '/echo'],
  ] as const)('do not hold a connection: whoever %s is cut', async (_, options, path) => {
    const { url } = await serve({ routes: echo, ...options });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const end = ended(socket);
    socket.write(`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[\r\n`);
    const trickle = setInterval(() => socket.write('1\r\n \r\n'), 10);

    expect(await end).toBe(true);
    clearInterval(trickle);
  });

  it('find each address in one spelling only', async () => {
    const { url } = await serve({ routes: echo });

    const answers = await Promise.all(['/named/a', '/NAMED/a', '/named/a/', '/livez/', '/LIVEZ'].map((path) => fetch(`${url}${path}`)));

    expect(answers.map(({ status }) => status)).toEqual([200, 404, 404, 404, 404]);
  });
});
