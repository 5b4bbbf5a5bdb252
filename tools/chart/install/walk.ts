import { readFile, writeFile } from 'node:fs/promises';
import type { RunningServer } from '../../testbed/index.ts';
import { waitFor } from '../../testbed/index.ts';
import { ApiPaths } from '../testing/api-paths.ts';
import { leftBehind } from '../testing/left-behind.ts';
import { Caller } from './caller.ts';
import { Installation, RELEASE } from './installation.ts';
import { pageCommands, type PageCommand } from './page-commands.ts';
import { NOT_WALKED, PageShell } from './walk-page.ts';

/** The namespace of the page. */
const NAMESPACE = 'mle-smith';
const LONG_MS = 500_000;
/** Long enough for a run that fails to be told from one that is slow to begin. */
const CUT_SECONDS = 60;

/** One thing that was seen on the way, and whether it is as it should be. */
export interface Seen {
  readonly what: string;
  readonly well: boolean;
  readonly seconds: number;
  /** What was said, where it is not as it should be; or a word about it. */
  readonly said: string;
}

/**
 * Walks through the page about Kubernetes on the test bed: installs, cuts Kafka, updates and goes back with work in
 * flight, tests, looks whether policies are enforced, removes, and looks for what is left. Each command is the page's own but for
 * those that cut. Goes on where something is not as it should be; `tell` hears of each step.
 */
export async function walkThePage(servers: readonly RunningServer[], tell: (seen: Seen) => void): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  const step = async (what: string, work: () => Promise<{ readonly well: boolean; readonly said: string }>): Promise<boolean> => {
    const start = performance.now();
    const { well, said } = await work().catch((error: Error) => ({ well: false, said: error.message }));
    const done = { what, well, seconds: (performance.now() - start) / 1_000, said };
    seen.push(done);
    tell(done);
    return well;
  };
  const commands = (await pageCommands()).filter(({ text }) => !NOT_WALKED.some((start) => text.startsWith(start)));
  const those = (pattern: RegExp): readonly PageCommand[] => commands.filter(({ text }) => pattern.test(text));
  const installation = await Installation.prepare(servers, NAMESPACE, { bare: true });
  const { secrets } = installation;
  const shell = await PageShell.open(servers[0]?.address ?? '', {
    'mongodb://user:password@mongodb.example:27017/mle-smith': secrets['mle-smith-mongodb']?.['uri'] ?? '',
    'access-key-id=…': `access-key-id=${secrets['mle-smith-s3']?.['access-key-id']}`,
    'secret-access-key=…': `secret-access-key=${secrets['mle-smith-s3']?.['secret-access-key']}`,
    'username=…': 'username=nobody',
    'password=…': 'password=none',
    'api-key=…': 'api-key=none',
    'registry.example/mle-smith-runtime@sha256:…': installation.images.runtime,
    'values.yaml': installation.values,
  });
  /** Types commands one after the other; well where all end well. */
  const typed = (what: string, list: readonly PageCommand[], well = (output: string): boolean => output !== undefined): Promise<boolean> =>
    step(what, async () => {
      let all = '';
      if (list.length === 0) return { well: false, said: 'the page has no such command' };
      for (const command of list) {
        const { code, output } = await shell.type(command);
        all += output;
        if (code !== 0) return { well: false, said: `${command.text}: ${output}` };
      }
      return { well: well(all), said: well(all) ? '' : all };
    });
  const change = async (values: object): Promise<void> => {
    const text = JSON.parse(await readFile(installation.values, 'utf8')) as object;
    await writeFile(installation.values, JSON.stringify({ ...text, ...values }));
  };
  const test = those(/^helm test /);

  try {
    await change({ test: { existingSecret: 'mle-smith-test', dataset: 'examples/free-light-chain', deadlineSeconds: CUT_SECONDS + 40 } });
    const first = commands.slice(0, commands.findIndex(({ text }) => text.startsWith('helm install ')) + 1);
    if (!(await typed('namespace, secrets, keys, helm install', first))) return seen;

    installation.doors.kafka.proxy.cut();
    await step('helm test fails where Kafka is cut, and names the stage', async () => {
      const { code, output } = await shell.type(test[0] as PageCommand);
      const named = /not all has ended within \d+ s: .*/.exec(output)?.[0];
      return { well: code !== 0 && / waits for [a-z-]+;/.test(named ?? ''), said: named ?? output };
    });
    installation.doors.kafka.proxy.heal();

    let caller: Caller | undefined;
    await step('what was cut goes on when Kafka is back', async () => {
      caller = await Caller.start(installation, 'caller');
      await caller.saying(' registered', LONG_MS);
      return { well: true, said: '' };
    });
    await change({ defaults: { resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '1Gi' } }, podAnnotations: { revision: '2' } } });
    await typed('helm upgrade with work in flight', those(/^helm upgrade /));
    await typed('helm rollback with work in flight', those(/^helm rollback /));
    await step('the work in flight is verified in the end', async () => {
      const { well, said } = (await caller?.ended(LONG_MS)) ?? { well: false, said: 'it did not start' };
      return { well: well && said.includes('1 verified'), said: well ? '' : said };
    });
    await typed('helm test passes', test, (output) => output.includes('1 verified'));
    await step('the gateway is restarted for another file of keys', () => rolledOut(shell));
    await step('the probe of NetworkPolicy', async () => {
      let said = '';
      for (const command of those(/^see\b/)) said += (await shell.type(command)).output;
      const found = said.match(/^(OPEN|closed: .*)$/gm) ?? [];
      return { well: found.length === 3, said: found.length === 3 ? found.join(', ') : said };
    });

    await installation.call('DELETE', `${installation.path('pods')}/caller`);
    await typed('helm uninstall', those(/^helm uninstall /));
    await step('nothing is left', async () => {
      const paths = await ApiPaths.discover(installation.call);
      const left = async (): Promise<readonly string[]> =>
        (await leftBehind(installation.call, paths, RELEASE, [NAMESPACE, `${NAMESPACE}-solve`, `${NAMESPACE}-grade`])).filter(
          // Pods of the last test belong to nobody.
          (line) => !/-test(-network)?$/.test(line),
        );
      const well = await waitFor(async () => (await left()).length === 0, 120_000, 1_000);
      return { well, said: well ? '' : (await left()).join('\n') };
    });
    return seen;
  } finally {
    await shell.close();
    await installation.dispose();
  }
}

/** The command that the page has in its text, for a secret that has changed. */
async function rolledOut(shell: PageShell): Promise<{ readonly well: boolean; readonly said: string }> {
  const text = 'kubectl -n mle-smith rollout restart deploy/mle-smith-gateway';
  const restarted = await shell.type({ section: '', text });
  const waited = await shell.type({ section: '', text: 'kubectl -n mle-smith rollout status deploy/mle-smith-gateway --timeout=5m' });
  return { well: restarted.code === 0 && waited.code === 0, said: waited.code === 0 ? '' : `${restarted.output}${waited.output}` };
}
