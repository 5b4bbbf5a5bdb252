import type { DraftTexts } from '@mle-smith/agent';
import { callOf, describeHostileInput, type ScriptStep } from '@mle-smith/agent/testing';
import { CannedJobRunner } from '@mle-smith/environment/testing';
import { putFiles } from '@mle-smith/package';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { parseRefactorConfig } from '../../config.ts';
import { comparison } from './comparison.ts';
import { openRefactorer, rewriteDesign } from './refactorer.ts';
import { Rewrite } from './rewrite.ts';

const CONFIG = parseRefactorConfig({});
const PREPARE = 'def prepare(raw, public, private):\n    pass\n';
const METRIC = 'class PearMetrics:\n    pass\n';
/** Rewrites that do the same, as far as the canned sandbox knows. */
const TIDY = '"""Pears."""\n';

const CHECK = callOf('check', {});
const writing = (file: string, text: string): ScriptStep => callOf('write_file', { file, text });

describeHostileInput<{ kind: string; same: DraftTexts | undefined; planted: string }>({
  agent: 'the Refactor',
  agents: ['refactor'],
  fields: ['program', 'metric', 'description', 'fault', 'finding', 'evidence'],
  mostCalls: CONFIG.refactorer.turns + 4,
  honest: {
    steps: [
      callOf('read_file', { file: 'design/prepare.py' }),
      callOf('read_file', { file: 'design/metric.py' }),
      callOf('read_file', { file: 'design/description.txt' }),
      writing('prepare.py', 'def prepare(raw, public, private):\n    raise ValueError\n'),
      CHECK,
      'I am done.',
      writing('prepare.py', TIDY),
      CHECK,
    ],
    after: ({ messages }) => (/not been checked|does otherwise/.test(messages.at(-1)?.content ?? '') ? CHECK : 'Done.'),
    answer: '{"changes":[]}',
  },
  async work(planted, models) {
    const artifacts = new InMemoryArtifactStore();
    const texts = {
      'prepare.py': `${PREPARE}# ${planted('program')}`,
      'metric.py': `${METRIC}# ${planted('metric')}`,
      'description.txt': planted('description'),
    };
    const data = { 'data/public/train.csv': 'id,y\n1,2\n', 'data/private/test_answer.csv': 'id,y\n2,3\n' };
    const design = await artifacts.putBundle(await putFiles(artifacts, data));
    const made = (await artifacts.getBundle(design)).map((file) => ({ ...file, path: file.path.slice('data/'.length) }));
    const decoder = new TextDecoder();
    const jobs = new CannedJobRunner(({ run, files }) => {
      const text = decoder.decode(Object.values(files ?? {})[0]);
      const known = text === TIDY || text === texts['prepare.py'] || text === texts['metric.py'];
      if ('call' in run && run.call.endsWith('scores')) return { value: { sample: known ? 1 : 2 } };
      return known ? { value: { fault: '', rawChanged: [] }, outputs: made } : { value: { fault: planted('fault'), rawChanged: [] } };
    });
    const rewrite = new Rewrite({
      design: texts,
      texts,
      compare: comparison({ jobs, artifacts, config: CONFIG, name: 'pears', raw: 'sha256:0', design, texts }),
    });
    const findings = [{ rule: 'L07', severity: 'block', message: planted('finding'), evidence: { quote: planted('evidence') }, owner: 'refactor' } as const];
    const place = { stage: 'refactor', subject: 'pears', dataset: 'pears', generation: 1 };
    const { kind } = await rewriteDesign(await openRefactorer(models), rewrite, { findings, place, config: CONFIG }, new AbortController().signal);
    return { result: { kind, same: rewrite.same, planted: texts['metric.py'] }, jobs: jobs.means() };
  },
  check({ kind, same, planted }, honest) {
    expect(honest).toMatchObject({ kind: 'answered', same: { 'prepare.py': TIDY } });
    // Without a rewrite that does the same there is no answer, and without an answer no package.
    if (kind === 'answered') expect(same).toBeDefined();
    if (same === undefined) return;
    expect([TIDY, `${PREPARE}# ${planted.slice(`${METRIC}# `.length).replace(/mark-of-metric$/, 'mark-of-program')}`]).toContain(same['prepare.py']);
    expect([TIDY, planted]).toContain(same['metric.py']);
  },
});
