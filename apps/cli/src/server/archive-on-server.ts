import type { SubjectDetail } from '@mle-smith/contracts';
import { auditOutput, listOutput, showOutput, statusOutput } from '../archive-output.ts';
import { CliError } from '../cli-error.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { stateText } from '../state-text.ts';
import type { Surroundings } from '../surroundings.ts';
import { openClient, type Client } from './client.ts';
import { allRows } from './follow.ts';
import { withAllSteps } from './steps.ts';

interface Where {
  readonly server: string;
  readonly json: boolean;
}

/** `status` of a server. */
export async function statusOnServer({ server, json, oldest: most }: Where & { oldest: number }, around: Surroundings): Promise<number> {
  const client = clientOf(server, around);
  const costs = await client.ask('costs');
  const oldest = most === 0 ? [] : await client.ask('oldest', { query: { limit: String(most) } });
  around.stdout(statusOutput({ ...(await client.ask('funnel')), oldest, costs, now: Date.now() }, json));
  return EXIT_CODES.ok.code;
}

/** `list` of a server. */
export async function listOnServer({ server, json }: Where, around: Surroundings): Promise<number> {
  const client = clientOf(server, around);
  around.stdout(listOutput([...(await allRows(client, 'listDatasets')), ...(await allRows(client, 'listTasks'))], json));
  return EXIT_CODES.ok.code;
}

/** `show` of a server. */
export async function showOnServer(id: string, { server, all, json }: Where & { all: boolean }, around: Surroundings): Promise<number> {
  const client = clientOf(server, around);
  const found = await subjectOf(client, id);
  const detail: SubjectDetail = all ? await withAllSteps(client, found) : found;
  const { present, difficulty, agent, findings, unreadable, history, earlier, cost, ...record } = detail;
  around.stdout(showOutput({ record, present, difficulty, agent, findings, unreadable, history, earlier, cost }, json));
  return EXIT_CODES.ok.code;
}

/** `cancel` on a server. */
export async function cancelOnServer(id: string, { server }: { server: string }, around: Surroundings): Promise<number> {
  const client = clientOf(server, around);
  const { kind } = await subjectOf(client, id);
  const { outcome } = await client.ask(kind === 'task' ? 'cancelTask' : 'cancelDataset', { params: { id } });
  around.stdout(outcome === 'marked' ? `${id} is being cancelled\n` : `${id} is finished already\n`);
  return EXIT_CODES.ok.code;
}

/** `retry` on a server. */
export async function retryOnServer(id: string, { server }: { server: string }, around: Surroundings): Promise<number> {
  const client = clientOf(server, around);
  const { kind } = await subjectOf(client, id);
  const { state, outcome } = await client.ask(kind === 'task' ? 'retryTask' : 'retryDataset', { params: { id } });
  around.stdout(`${id} is ${outcome === 'under_way' ? 'under way already' : 'under way again'}: ${stateText({ state })}\n`);
  return EXIT_CODES.ok.code;
}

/** `audit` of a server: its store; the packages below tasks/ are those of whoever downloads them. */
export async function auditOnServer({ server, json }: Where, around: Surroundings): Promise<number> {
  const { violations } = await clientOf(server, around).ask('audit');
  around.stdout(auditOutput(violations, json));
  return violations.length === 0 ? EXIT_CODES.ok.code : EXIT_CODES.failed.code;
}

/** The server that a command names. A key that travels in the open is told. */
export function clientOf(server: string, { config, stderr }: Pick<Surroundings, 'config' | 'stderr'>): Client {
  const client = openClient(server, config.serverKey);
  const { protocol, hostname } = new URL(client.server);
  if (protocol === 'http:' && config.serverKey !== undefined && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname))
    stderr('mle-smith: the key and the data travel in the open; use https://\n');
  return client;
}

/** A dataset or task by its id, whichever it is. */
async function subjectOf(client: Client, id: string): Promise<SubjectDetail> {
  for (const operation of ['showTask', 'showDataset'] as const) {
    try {
      return await client.ask(operation, { params: { id } });
    } catch (error) {
      if (!(error instanceof CliError) || !['not_found', 'invalid_request'].includes(error.code)) throw error;
    }
  }
  throw new CliError('unknown_id', `the server has no dataset or task of that name [id=${id}]; see \`mle-smith list\``, { exitCode: EXIT_CODES.usage.code });
}
