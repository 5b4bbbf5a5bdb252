import { randomUUID } from 'node:crypto';
import express, { type Request, type RequestHandler } from 'express';
import { HttpProblem } from './problem.ts';
import type { RateLimit } from './rate-limit.ts';
import { placeOf, type Authenticate, type RequestPlace } from './request-place.ts';

const REQUEST_ID = /^[\w.:-]{1,64}$/;

/** Keeps the caller's `X-Request-Id` where it is short and plain, else gives one; the answer carries it. */
export const nameRequest: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id');
  const requestId = given !== undefined && REQUEST_ID.test(given) ? given : randomUUID();
  response.locals = { place: { requestId } satisfies RequestPlace };
  response.set('X-Request-Id', requestId);
  next();
};

/** Answers are data, for the caller alone; browsers neither run, frame, guess nor keep them. */
export function securityHeaders(closing: AbortSignal): RequestHandler {
  return (_request, response, next) => {
    response.set({
      'Cache-Control': 'no-store',
      'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      ...(closing.aborted ? { Connection: 'close' } : {}),
    });
    next();
  };
}

/** Cuts what takes too long to arrive, but for paths whose handlers read bodies themselves. */
export function needHaste(ms: number, streams: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    if (!streams.includes(request.path)) cutUnlessWhole(request, ms);
    next();
  };
}

/** Cuts the connection of a request of which not all is here after so long, whether it was answered or not. */
export function cutUnlessWhole(request: Request, ms: number): void {
  const cut = setTimeout(() => request.complete || request.socket.destroy(), ms).unref();
  request.once('close', () => clearTimeout(cut));
}

/** Notes who sends the request, where it proves it. */
export function identify(authenticate: Authenticate): RequestHandler {
  return (request, response, next) => {
    const principal = authenticate(request);
    if (principal !== undefined) placeOf(response).principal = principal;
    next();
  };
}

/** A key counts on its own, whatever address it comes from; requests without one count by address, so guessing keys is slow. */
export function needRoom(limit: RateLimit): RequestHandler {
  return (request, response, next) => {
    const { principal } = placeOf(response);
    const seconds = limit(principal === undefined ? `address ${request.ip ?? ''}` : `key ${principal.name}`);
    if (seconds > 0)
      throw new HttpProblem('rate_limited', `more requests than are taken; try again in ${seconds} s`, { headers: { 'Retry-After': String(seconds) } });
    next();
  };
}

/** Turns down whoever does not prove who they are, except on open paths. */
export function needPrincipal(open: readonly string[]): RequestHandler {
  return (request, response, next) => {
    if (placeOf(response).principal === undefined && !open.includes(request.path))
      throw new HttpProblem('unauthenticated', 'send a valid key as `Authorization: Bearer KEY`', { headers: { 'WWW-Authenticate': 'Bearer' } });
    next();
  };
}

/** Reads JSON bodies up to a size; turns down any other body, but for paths whose handlers read it themselves. */
export function readJson(bytes: number, streams: readonly string[]): RequestHandler {
  const parse = express.json({ limit: bytes, inflate: false, strict: false });
  return (request, response, next) => {
    if (streams.includes(request.path) || !hasBody(request)) return next();
    if (request.is('application/json') !== 'application/json')
      throw new HttpProblem('unsupported_media_type', 'the body must be JSON, told by `Content-Type: application/json`');
    parse(request, response, next);
  };
}

function hasBody(request: Request): boolean {
  return request.get('transfer-encoding') !== undefined || Number(request.get('content-length') ?? 0) > 0;
}
