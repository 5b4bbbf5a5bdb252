import { AssertConfig, assertPackage, type Measurements } from '@mle-smith/assert';
import type { AssertVerdict, Finding, Proposal } from '@mle-smith/contracts';
import type { JobRunner } from '@mle-smith/environment';
import { ExecuteConfig, executePackage } from '@mle-smith/execute';
import { readManifest, type ArtifactStore, type Digest } from '@mle-smith/package';
import { reviewPackage } from '@mle-smith/review';
import { ladderSpecOf } from '@mle-smith/task';

export const LAYERS = ['design', 'package', 'review', 'execute'] as const;
export type Layer = (typeof LAYERS)[number];

/** Ids of the rules (for review: of the dimensions) by which a layer blocks or warns. */
export type Told = Readonly<Record<Layer, { readonly block: readonly string[]; readonly warn: readonly string[] }>>;

/** A package that is to be judged. */
export interface Suspect {
  readonly bundle: Digest;
  readonly raw: Digest;
  readonly proposal: Proposal;
}

/** Every layer's verdict on one package, each as if it were the only one. */
export async function judgeByAllLayers(
  suspect: Suspect,
  around: { jobs: JobRunner; artifacts: ArtifactStore; cheat: string },
  signal: AbortSignal = new AbortController().signal,
): Promise<Told> {
  const { jobs, artifacts, cheat } = around;
  const { bundle, raw, proposal } = suspect;
  // The operators' programs are as much ours as those of design; the sandbox is the same.
  const trust = 'ours' as const;
  const name = 'scorecard';
  const { verdict, measurements } = await assertPackage({ jobs, artifacts, name, bundle, raw, proposal, trust, config: AssertConfig.parse({}) }, signal);
  const phaseOf = new Map(verdict.rules.map((rule) => [rule.id, rule.phase]));
  const [design, packaged] = (['design', 'package'] as const).map((phase) => told(verdict.findings.filter((finding) => phaseOf.get(finding.rule) === phase)));
  return {
    design: design ?? NOTHING,
    package: packaged ?? NOTHING,
    review: await byReview(suspect, verdict, measurements, artifacts),
    execute: await byExecution(),
  };

  async function byExecution(): Promise<Told['execute']> {
    const manifest = await readManifest(artifacts, bundle);
    const execution = executePackage(
      {
        jobs,
        artifacts,
        name,
        bundle,
        spec: manifest === undefined ? undefined : ladderSpecOf(manifest),
        cheat,
        // The platform is the same for every package and is probed elsewhere.
        platform: () => Promise.resolve([]),
        trust,
        config: ExecuteConfig.parse({}),
      },
      signal,
    );
    return execution.then(
      ({ verdict: executed }) => told(executed.findings),
      (error: unknown) => {
        const { code } = error as { code?: string };
        if (code === undefined || !CANNOT.has(code)) throw error;
        return { block: [code], warn: [] };
      },
    );
  }
}

/** Execution's words for packages whose metric.py does not run, or is not found, at all. */
const CANNOT = new Set(['package_cannot_grade', 'not_exportable']);

const NOTHING = { block: [], warn: [] } as const;
/** What is told about a package that no layer says anything about. */
export const NOTHING_TOLD: Told = { design: NOTHING, package: NOTHING, review: NOTHING, execute: NOTHING };

function told(findings: readonly Finding[]): Told[Layer] {
  const of = (severity: Finding['severity']): string[] => [
    ...new Set(findings.filter((finding) => finding.severity === severity).map((finding) => finding.rule)),
  ];
  return { block: of('block'), warn: of('warn') };
}

/** The rubric on its own: what the assertions found is kept from it, and what they measured is not. */
async function byReview(
  { bundle, proposal }: Suspect,
  assert: AssertVerdict,
  { audit, metric }: Measurements,
  artifacts: ArtifactStore,
): Promise<Told['review']> {
  const silent: AssertVerdict = {
    ...assert,
    passed: true,
    findings: [],
    rules: assert.rules.map((rule) => (rule.status === 'failed' || rule.status === 'warned' ? { ...rule, status: 'not_measured', reason: '' } : rule)),
  };
  const verdict = await reviewPackage({ artifacts, bundle, audit: { audit, metric }, assert: silent, proposal });
  const { block, warn } = told(verdict.findings);
  // A task that is not recommended is stopped by the sum of its findings.
  return verdict.passed ? { block: [], warn: [...block, ...warn] } : { block: [...new Set([...block, ...warn])], warn: [] };
}
