import type { z } from 'zod';
import { isAtLeast, OPERATIONS, type Operation, type OperationName, type Role } from '@mle-smith/contracts';
import { HttpProblem, principalOf, type Request, type Response, type Router } from '@mle-smith/service';
import { isInfrastructureFault } from '@mle-smith/stage-runtime';

type Of<K extends OperationName> = (typeof OPERATIONS)[K];
type BodyOf<O> = O extends { body: infer B extends z.ZodType } ? z.output<B> : undefined;
type AnswerOf<O extends Operation> = O['answer'] extends z.ZodType ? z.input<O['answer']> : never;

/** A request that is as the interface describes it, from somebody who may send it. */
export interface Asked<K extends OperationName> {
  readonly params: z.output<Of<K>['params']>;
  readonly query: z.output<Of<K>['query']>;
  readonly body: BodyOf<Of<K>>;
  readonly role: Role;
  readonly request: Request;
  readonly response: Response;
}

/** Answers one operation; one that streams writes its answer itself and gives nothing. */
export type Handler<K extends OperationName> = (
  asked: Asked<K>,
) => Promise<Of<K>['answer'] extends z.ZodType ? { readonly status?: 201; readonly body: AnswerOf<Of<K>> } : void>;
export type Handlers<K extends OperationName = OperationName> = { readonly [Name in K]: Handler<Name> };

/**
 * Puts every operation at its address; a method that an address does not take is told which ones it takes. Who answers
 * is asked at each request, and may be a problem.
 */
export function mountOperations(router: Router, handlers: () => Handlers): void {
  for (const [name, operation] of Object.entries<Operation>(OPERATIONS)) {
    type Handle = (asked: unknown) => Promise<{ status?: number; body: unknown } | undefined>;
    router[operation.method](addressOf(operation), async (request, response) => {
      // A stream has no end that a caller without its body could wait for.
      if (request.method === 'HEAD' && typeof operation.answer === 'string') throw notTaken(['GET']);
      const role = principalOf(response).role as Role;
      if (!isAtLeast(role, operation.role))
        throw new HttpProblem('forbidden', `this needs the role ${operation.role}; the key has ${role}`, { members: { needed: operation.role } });
      const handle = handlers()[name as OperationName] as unknown as Handle;
      const answer = await orUnavailable(handle({ ...parsed(operation, request), role, request, response }));
      if (answer !== undefined) response.status(answer.status ?? 200).json(answer.body);
    });
  }
  for (const path of new Set(Object.values<Operation>(OPERATIONS).map(addressOf))) {
    const methods = Object.values<Operation>(OPERATIONS)
      .filter((operation) => addressOf(operation) === path)
      .map(({ method }) => method.toUpperCase());
    router.all(path, () => {
      throw notTaken(methods);
    });
  }
}

function notTaken(methods: readonly string[]): HttpProblem {
  return new HttpProblem('method_not_allowed', `this address takes ${methods.join(' and ')}`, { headers: { Allow: methods.join(', ') } });
}

function addressOf({ path }: Operation): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function parsed({ params, query, body }: Operation, request: Request): Pick<Asked<OperationName>, 'params' | 'query'> & { body: unknown } {
  return {
    params: valueOf('path', params, request.params) as Asked<OperationName>['params'],
    query: valueOf('query', query, { ...request.query }) as Asked<OperationName>['query'],
    body: body === undefined || body === 'bytes' ? undefined : valueOf('body', body, request.body as unknown),
  };
}

const MOST_ISSUES = 20;
const LONGEST_ISSUE = 300;

function valueOf(place: string, shape: z.ZodType, value: unknown): unknown {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues
    .slice(0, MOST_ISSUES)
    .map(({ path, message }) => ({ at: [place, ...path].map(String).join('.').slice(0, LONGEST_ISSUE), message: message.slice(0, LONGEST_ISSUE) }));
  throw new HttpProblem('invalid_request', issues.map(({ at, message }) => `${at}: ${message}`).join('; '), { members: { issues } });
}

/** A store that does not answer is no fault of this program. */
async function orUnavailable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isInfrastructureFault(error)) throw new HttpProblem('unavailable', 'a store does not answer', { headers: { 'Retry-After': '5' }, cause: error });
    throw error;
  }
}
