import { BAD_VALUES } from './bad-values.ts';
import { withBrokenCopy } from './broken-copy.ts';
import { describeChart } from './describe-chart.ts';
import { conform, lint, renderWith, unitTests } from './gates.ts';
import { KUBERNETES_VERSIONS } from './programs.ts';
import { render, valuesPath, VALUES_FILES } from './render.ts';

await describeChart('the gates of the chart', () => {
  it.each(VALUES_FILES)('helm lint --strict has nothing against it with the values %s', async (values) => {
    expect(await lint(values)).toMatchObject({ code: 0 });
  });

  it('helm lint finds a template that is broken', async () => {
    const ended = await withBrokenCopy('templates/accounts.yaml', '{{- end }}', '', (chart) => lint('least', chart));

    expect(ended.code).not.toBe(0);
  });

  it.each(KUBERNETES_VERSIONS)('the schemas of Kubernetes %s have nothing against what is rendered', async (version) => {
    const objects = await Promise.all(VALUES_FILES.map((values) => render({ values: [valuesPath(values)] })));

    expect(await conform(objects.flat(), version)).toMatchObject({ code: 0 });
  });

  it('the schemas find a key that there is not, however deep', async () => {
    const objects = await withBrokenCopy('templates/services.yaml', 'startupProbe:', 'startProbe:', (chart) =>
      render({ chart, values: [valuesPath('least')] }),
    );

    const { code, output } = await conform(
      objects.filter(({ kind }) => kind === 'Deployment'),
      KUBERNETES_VERSIONS[0],
    );

    expect(code).not.toBe(0);
    expect(output).toContain('startProbe');
  });

  it('the unit tests of its templates pass', async () => {
    expect(await unitTests()).toMatchObject({ code: 0 });
  });

  it('the unit tests find a policy that lets sandboxes out', async () => {
    const { code, output } = await withBrokenCopy('templates/network.yaml', 'egress: []', 'egress: [{}]', unitTests);

    expect(code).not.toBe(0);
    expect(output).toContain('network');
  });

  it.each(BAD_VALUES)('values with $what are refused, and $names is named', async ({ values, names }) => {
    const { code, output } = await renderWith(values);

    expect(code).not.toBe(0);
    expect(output).toContain(names);
  });

  it('values of which nothing is bad are rendered', async () => {
    expect(await renderWith({ defaults: { replicas: 2 } })).toMatchObject({ code: 0 });
  });
});
