/** Codes of errors that only an operator can mend: trying again, or starting again, changes nothing. */
const CONFIGURATION_CODES = new Set([
  'configuration',
  'missing_index',
  'state_version',
  'store_address',
  'store_denied',
  'store_file',
  'bus_denied',
  'bus_topic_missing',
  'object_store_refused',
  'unsandboxed_refused',
  'cluster_refused',
]);

/** Whether an error is one that only an operator can mend. */
export function isConfigurationFault(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && CONFIGURATION_CODES.has(code);
}
