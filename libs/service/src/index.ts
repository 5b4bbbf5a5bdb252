export { createHttpShell, type HttpShell, type HttpShellOptions, type RequestNotice } from './http/http-shell.ts';
export { DEFAULT_LIMITS, type HttpLimits } from './http/http-limits.ts';
export type { HealthOptions } from './http/health.ts';
export { HttpProblem, PROBLEMS, problemDocument, type ProblemCode } from './http/problem.ts';
export { placeOf, principalOf, type Authenticate, type Principal } from './http/request-place.ts';
export type { Request, Response, Router } from 'express';
