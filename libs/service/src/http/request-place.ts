import type { Request, Response } from 'express';

/** Who sends a request. */
export interface Principal {
  /** The name of the key, for logs; never the key. */
  readonly name: string;
  readonly role: string;
}

/** Tells who sends a request; undefined where the request does not prove it. */
export type Authenticate = (request: Request) => Principal | undefined;

/** What the shell knows of a request. */
export interface RequestPlace {
  readonly requestId: string;
  principal?: Principal;
}

/** What the shell knows of the request that is answered here. */
export function placeOf(response: Response): RequestPlace {
  return (response.locals as { place: RequestPlace }).place;
}

/** Who sent the request. Throws a `RangeError` where the shell has no authentication. */
export function principalOf(response: Response): Principal {
  const { principal } = placeOf(response);
  if (principal === undefined) throw new RangeError('nobody was authenticated; give the shell an `auth`');
  return principal;
}
