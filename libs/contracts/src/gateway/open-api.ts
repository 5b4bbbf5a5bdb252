import { z } from 'zod';
import { OPERATIONS, type Operation } from './operations.ts';
import { Problem } from './shapes.ts';

type Json = Readonly<Record<string, unknown>>;

/** Problems that any operation may answer with. */
const EVERYWHERE = ['malformed_request', 'invalid_request', 'unauthenticated', 'forbidden', 'rate_limited', 'internal', 'unavailable', 'shutting_down'];

/** The OpenAPI 3.1 document of the gateway, made from the table of its operations. */
export function openApiDocument(version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [name, operation] of Object.entries<Operation>(OPERATIONS)) (paths[operation.path] ??= {})[operation.method] = operationDocument(name, operation);
  return {
    openapi: '3.1.0',
    info: {
      title: 'MLE-Smith',
      version,
      description: 'Datasets in, verified machine-learning-engineering tasks out. Faults are problem documents (RFC 9457) with a stable `code`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'A key that `mle-smith api-key new` made.' } },
      schemas: { Problem: schemaOf(Problem, 'output') },
    },
  };
}

function operationDocument(operationId: string, { summary, role, params, query, headers, body, answer, created, problems }: Operation): Json {
  const content = typeof answer === 'string' ? { [answer]: {} } : { 'application/json': { schema: schemaOf(answer, 'output') } };
  return {
    operationId,
    summary,
    description: `Role: ${role}. Problems: ${[...problems, ...EVERYWHERE].map((code) => `\`${code}\``).join(', ')}.`,
    parameters: [...parametersOf(params, 'path'), ...parametersOf(query, 'query'), ...(headers === undefined ? [] : parametersOf(headers, 'header'))],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: body === 'bytes' ? { 'application/octet-stream': {} } : { 'application/json': { schema: schemaOf(body, 'input') } },
          },
        }),
    responses: {
      200: { description: 'Done.', content },
      ...(created === undefined ? {} : { 201: { description: created, content } }),
      default: { description: 'A problem.', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
    },
  };
}

function parametersOf(shape: z.ZodObject, place: 'path' | 'query' | 'header'): Json[] {
  const { properties = {}, required = [] } = schemaOf(shape, 'input') as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(properties).map(([name, schema]) => ({ name, in: place, required: required.includes(name), schema }));
}

function schemaOf(shape: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io, unrepresentable: 'any' });
  return schema;
}
