import fc from 'fast-check';
import { z } from 'zod';
import { OPERATIONS, Problem, Role, type Operation } from '@mle-smith/contracts';
import { serveGateway, type Served } from './testing/served.ts';

let served: Served;
beforeAll(async () => {
  served = await serveGateway();
  await served.ask('submitter', 'POST', '/v1/datasets', { id: 'pears', uri: 's3://lake/pears/' });
  await served.work();
});
afterAll(() => served.close());

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          { readonly operationId: string; readonly parameters: readonly { name: string; in: string }[]; readonly responses: Readonly<Record<string, unknown>> }
        >
      >
    >
  >;
}

/** Values that nobody should send, and some that somebody might. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '..', '../..', '%00', 'pears', 'pears-1', '__proto__', 'constructor', '{"$gt":""}', '-1', '1e9', "' OR 1=1 --", 'x'.repeat(5_000)),
);

describe('the OpenAPI document', () => {
  it('is served to everybody and lists every operation with the parameters of its path', async () => {
    const document = (await (await fetch(`${served.url}/openapi.json`)).json()) as Document;

    const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId, parameters }]) => ({ path, method, operationId, parameters })),
    );
    expect(document.openapi).toBe('3.1.0');
    expect(listed.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(OPERATIONS).sort());
    for (const { path, parameters } of listed)
      expect(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
  });

  it('tells each answer of a submission, and the header field that takes up a stream', async () => {
    const { paths } = (await (await fetch(`${served.url}/openapi.json`)).json()) as Document;
    const submitted = { id: 'plums', uri: 's3://lake/plums/' };

    const answers = [await served.ask('submitter', 'POST', '/v1/datasets', submitted), await served.ask('submitter', 'POST', '/v1/datasets', submitted)];

    expect(answers.map(({ status }) => status)).toEqual([201, 200]);
    expect(Object.keys(paths['/v1/datasets']?.['post']?.responses ?? {})).toEqual(['200', '201', 'default']);
    expect(paths['/v1/events']?.['get']?.parameters).toContainEqual(expect.objectContaining({ name: 'last-event-id', in: 'header', required: false }));
  });

  const operations = Object.entries<Operation>(OPERATIONS).filter(([, { answer }]) => answer !== 'text/event-stream');

  it.each(operations)('holds for %s, whatever is sent: an answer of its shape, or a problem with a code; never a fault of ours', async (_, operation) => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom('id', 'name'), hostile),
        fc.dictionary(fc.oneof(fc.constantFrom('limit', 'cursor', 'state', 'dataset'), fc.string({ maxLength: 10 })), hostile, { maxKeys: 3 }),
        fc.oneof(
          fc.json(),
          fc.record({ id: hostile, uri: hostile }),
          fc.record({ id: fc.constant('a'), files: fc.array(fc.dictionary(fc.constantFrom('path', 'digest', 'bytes'), hostile)) }),
        ),
        fc.constantFrom(...Role.options),
        async (params, query, body, role) => {
          // These are other addresses before they are sent.
          fc.pre(!Object.values(params).some((value) => /^\.{0,2}$/.test(value)));
          const path = operation.path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent((params[name] ?? 'pears').toWellFormed()));
          const search = new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name.toWellFormed(), value.toWellFormed()]));
          const answer = await served.ask(role, operation.method.toUpperCase(), `${path}?${search}`, operation.method === 'post' ? body : undefined);
          if (answer.ok) {
            if (operation.answer instanceof z.ZodType) operation.answer.parse(await answer.json());
            else await answer.arrayBuffer();
            return;
          }
          // Headers of 16 KiB and more are turned down by Node.js itself, without a body.
          if (answer.status === 431) return;
          const problem = Problem.parse(await answer.json());
          expect([problem.status, problem.status < 500]).toEqual([answer.status, true]);
        },
      ),
      { numRuns: 30 },
    );
  });
});
