import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import { newName } from '../cluster/names.ts';
import { describeServers, waitFor } from '../testbed/index.ts';

const ROOT = join(import.meta.dirname, '../..');
const RULES = join(ROOT, 'deploy/prometheus/mle-smith-rules.yaml');
const WITHIN_MS = 30_000;

interface Rule {
  readonly alert?: string;
  readonly for?: string;
}
interface Rules {
  readonly groups: readonly { readonly name: string; readonly interval: string; readonly rules: readonly Rule[] }[];
}

/** The rules as they are delivered, but that nobody has to wait: evaluated every second, and these alerts after one second of what else lasts minutes. */
function hurried({ groups }: Rules, alerts: readonly string[]): Rules {
  const sooner = (rule: Rule): Rule => (rule.alert !== undefined && alerts.includes(rule.alert) ? { ...rule, for: '1s' } : rule);
  return { groups: groups.map((group) => ({ ...group, interval: '1s', rules: group.rules.map(sooner) })) };
}

/** What Alertmanager sends to a webhook. */
interface Told {
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly { readonly labels: Readonly<Record<string, string>>; readonly annotations: Readonly<Record<string, string>> }[];
}

await describeServers('alerts on their way to people', ['prometheus', 'alertmanager'], ([prometheus, alertmanager]) => {
  const namespace = newName();
  /** What a service tells: two subjects that nobody ends, and a message that nobody could read. */
  const shown = { stuck: 2, letters: 3 };
  const told: Record<'page' | 'ticket', Told[]> = { page: [], ticket: [] };
  const written: string[] = [];
  const servers: Server[] = [];
  let routes: string;

  const listen = async (answer: (request: IncomingMessage) => Promise<string>): Promise<string> => {
    const server = createServer((request, response) => void answer(request).then((body) => response.end(body)));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const leave = async (folder: string, content: unknown): Promise<void> => {
    const file = join(prometheus?.details[folder] ?? '', `${namespace}.json`);
    written.push(file);
    await writeFile(file, JSON.stringify(content));
  };
  const reload = async (): Promise<readonly number[]> =>
    Promise.all([prometheus, alertmanager].map(async (server) => (await fetch(`${server?.address}/-/reload`, { method: 'POST' })).status));
  const hook = (severity: 'page' | 'ticket'): Promise<string> =>
    listen(async (request) => {
      told[severity].push(JSON.parse(await text(request)) as Told);
      return '';
    });

  beforeAll(async () => {
    const target = await listen(
      async () => `mlesmith_stuck_items ${shown.stuck}\nmlesmith_dead_letters_total{topic="task.designed",reason="not_json"} ${shown.letters}\n`,
    );
    const hooks = { page: await hook('page'), ticket: await hook('ticket') };
    const receiver = (name: 'page' | 'ticket'): object => ({ name, webhook_configs: [{ url: `http://${hooks[name]}/` }] });
    const config = alertmanager?.details['config'] ?? '';
    routes = await readFile(config, 'utf8');
    await writeFile(
      config,
      JSON.stringify({
        route: {
          receiver: 'ticket',
          group_by: ['alertname', 'namespace'],
          group_wait: '0s',
          group_interval: '1s',
          routes: [{ matchers: ['severity="page"'], receiver: 'page' }],
        },
        receivers: [receiver('page'), receiver('ticket')],
      }),
    );
    await leave('rules', hurried(parse(await readFile(RULES, 'utf8')) as Rules, ['MleSmithStuck']));
    await leave('alertmanagers', [{ targets: [new URL(alertmanager?.address ?? '').host] }]);
    await leave('targets', [{ targets: [target], labels: { namespace, cluster: 'testbed', job: 'mle-smith-design' } }]);
    expect(await reload()).toEqual([200, 200]);
  });
  afterAll(async () => {
    await Promise.all(written.map((file) => rm(file)));
    await writeFile(alertmanager?.details['config'] ?? '', routes);
    await reload();
    for (const server of servers) server.close();
  });

  /** What was told of an alert of this spec: other suites may have Prometheus ask for others. */
  const toldOf = (severity: 'page' | 'ticket', status: Told['status'], alertname: string): Told['alerts'] =>
    told[severity]
      .filter((one) => one.status === status)
      .flatMap(({ alerts }) => alerts.filter(({ labels }) => labels['alertname'] === alertname && labels['namespace'] === namespace));
  const delivered = async (...alert: Parameters<typeof toldOf>): Promise<Told['alerts'][number] | undefined> => {
    await waitFor(() => toldOf(...alert).length > 0, WITHIN_MS);
    return toldOf(...alert)[0];
  };

  it('come to whoever is paged, with what is wrong, where, and what to do', async () => {
    const alert = await delivered('page', 'firing', 'MleSmithStuck');

    expect(alert?.labels).toMatchObject({ severity: 'page', cluster: 'testbed', namespace });
    expect(alert?.annotations['summary']).toBe('2 datasets or tasks are past their deadline and nobody ends them');
    const [page = '', place = ''] = alert?.annotations['runbook_url']?.split('#') ?? [];
    const headings = [...(await readFile(join(ROOT, page), 'utf8')).matchAll(/^## (.*)$/gm)].map(([, heading = '']) => heading.toLowerCase());
    expect(headings).toContain(place);
  });

  it('come to nobody at night where they can wait, at once where nothing has to last', async () => {
    const alert = await delivered('ticket', 'firing', 'MleSmithDeadLetters');

    expect(alert?.annotations['summary']).toBe('Messages on task.designed were put aside in the last hour: not_json');
    expect(toldOf('page', 'firing', 'MleSmithDeadLetters')).toEqual([]);
  });

  it('come of rules that are all evaluated without a fault, those of deploy/prometheus', async () => {
    const evaluated = async (): Promise<readonly { readonly name: string; readonly health: string; readonly lastError?: string }[]> => {
      const { data } = (await (await fetch(`${prometheus?.address}/api/v1/rules`)).json()) as { data: { groups: { file: string; rules: [] }[] } };
      return data.groups.filter(({ file }) => written.includes(file)).flatMap(({ rules }) => rules);
    };

    expect(await waitFor(async () => (await evaluated()).every(({ health }) => health !== 'unknown'), WITHIN_MS)).toBe(true);

    const rules = await evaluated();
    expect(rules.length).toBe((parse(await readFile(RULES, 'utf8')) as Rules).groups.flatMap((group) => group.rules).length);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
  });

  it('are taken back when it is over', async () => {
    shown.stuck = 0;

    expect((await delivered('page', 'resolved', 'MleSmithStuck'))?.annotations['runbook_url']).toContain('#mlesmithstuck');
  });
});
