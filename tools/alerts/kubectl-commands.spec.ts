import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeChart } from '../chart/describe-chart.ts';
import { kubectlFaults, type Rendered } from '../chart/kubectl-faults.ts';
import { render, valuesPath } from '../chart/render.ts';
import { RUNBOOKS } from './rules.ts';

/** As the page says. */
const RELEASE = { name: 'mle-smith', namespace: 'mle-smith' };

await describeChart('commands of kubectl in runbooks', () => {
  let rendered: Rendered;
  beforeAll(async () => {
    rendered = { namespace: RELEASE.namespace, objects: await render({ ...RELEASE, values: [valuesPath('least')] }) };
  });

  it('name what an installation has, and can be typed as they are', async () => {
    const page = await readFile(join(import.meta.dirname, '../..', RUNBOOKS), 'utf8');
    const typed = [...page.matchAll(/`(kubectl [^`]+)`|^ {4}(kubectl .*?)(?: {2,}#.*)?$/gm)].map(([, inText, inBlock]) => inText ?? inBlock ?? '');

    expect(typed.length).toBeGreaterThan(5);
    expect(typed.flatMap((command) => kubectlFaults(command, rendered).map((fault) => `${command}: ${fault}`))).toEqual([]);
  });

  it.each([
    ['kubectl -n mle-smith log deploy/mle-smith-design', 'log is no verb'],
    ['kubectl -n mle-smiths get pods', 'no namespace mle-smiths'],
    ['kubectl get pods', 'no namespace is said'],
    ['kubectl -n mle-smith logs deploy/mle-smith-desing', 'no deploy/mle-smith-desing in mle-smith'],
    ['kubectl -n mle-smith-solve logs deploy/mle-smith-design', 'no deploy/mle-smith-design in mle-smith-solve'],
    ['kubectl -n mle-smith logs deploy/mle-smith-design --previously', '--previously is no option of logs'],
    ['kubectl -n mle-smith logs deployed/mle-smith-design', 'no kind'],
    ['kubectl -n mle-smith port-forward svc/mle-smith-gateway 8081', 'svc/mle-smith-gateway has no 8081'],
    ['kubectl -n mle-smith get pods -l app.kubernetes.io/instanc=mle-smith', 'no pod has the label'],
    ['kubectl -n mle-smith rollout undo deploy/mle-smith-design', 'rollout undo is no verb'],
    ['kubectl -n mle-smith rollout restart deploy/mle-smith-desing', 'no deploy/mle-smith-desing in mle-smith'],
    ['kubectl -n mle-smith exec deploy/mle-smith-ingest', 'only exec has a command behind --'],
    ['kubectl -n mle-smith-solve auth can-i list secrets --as=system:serviceaccount:mle-smith:mle-smith-stations', 'may not list secrets'],
    ['kubectl -n mle-smith-solve auth can-i list jobs --as=system:serviceaccount:mle-smith:mle-smith-station', 'has no rights in mle-smith-solve'],
  ])('are found out where one is wrong: %s', (command, fault) => {
    expect(kubectlFaults(command, rendered).join('\n')).toContain(fault);
  });
});
