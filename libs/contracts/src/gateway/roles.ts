import { z } from 'zod';

/** What a key of the gateway may do; each role may do what those before it may. */
export const ROLES = {
  viewer: 'reads datasets, tasks, verdicts, costs and progress, and the public part of packages: no answers',
  submitter: 'submits datasets, and reads whole packages with their answers',
  operator: 'cancels and retries',
  admin: 'audits the store',
} as const;
export type Role = keyof typeof ROLES;
export const Role = z.enum(Object.keys(ROLES) as [Role, ...Role[]]);

/** Whether a role may do what asks for another one at least. */
export function isAtLeast(role: Role, needed: Role): boolean {
  return Role.options.indexOf(role) >= Role.options.indexOf(needed);
}
