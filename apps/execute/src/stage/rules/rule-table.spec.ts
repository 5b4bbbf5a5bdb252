import type { Rung } from '@mle-smith/contracts';
import { ExecuteConfig } from '../../config.ts';
import type { Climbed } from '../climb.ts';
import type { LadderSpec } from '@mle-smith/task';
import { EXECUTE_RULES, judgeExecution, type Evidence } from './rule-table.ts';

const SPEC: LadderSpec = { objective: 'regression', metric: 'rmse', target: 'y', id: 'id', text: [], media: {}, seed: 1 };
const rung = (name: string, kind: Rung['kind'], score: number, r2: number): Rung => ({
  name,
  kind,
  cvScore: score,
  score,
  standardError: 0.1,
  seedSpread: 0,
  scaleFree: { name: 'r2', value: r2 },
});

/** A sound task's evidence, with one thing changed. */
function evidence(
  change: Partial<Climbed> = {},
  scores: Partial<Record<Rung['kind'], readonly [number, number]>> = {},
  rest: Partial<Evidence> = {},
): Evidence {
  const at = (kind: Rung['kind'], fallback: readonly [number, number]): readonly [number, number] => scores[kind] ?? fallback;
  const [trivial, simple, standard, strong] = [
    rung('train-mean', 'trivial', ...at('trivial', [10, 0])),
    rung('ridge', 'simple', ...at('simple', [6, 0.64])),
    rung('boosted-trees', 'standard', ...at('standard', [5, 0.75])),
    rung('blend', 'strong', ...at('strong', [4.5, 0.8])),
  ];
  const chosen = [simple, standard, strong].reduce((most, candidate) => (candidate.score < most.score ? candidate : most));
  const oriented: Climbed['oriented'] = (one, other) => ({ gain: other.score - one.score, error: 0.1 });
  const gain = oriented(chosen, trivial);
  const climbed: Climbed = {
    ladder: {
      unit: 'row',
      units: 300,
      rungs: [trivial, simple, standard, strong],
      chosen: chosen.name,
      gain: gain.gain,
      gainStandardError: gain.error,
      ladder_levels: 3,
      ladder_span: 55,
      effort_gain: 5,
      ladder_difficulty: 'hard',
    },
    trivial,
    chosen,
    best: chosen,
    rarestClassUnits: undefined,
    eventUnits: undefined,
    entities: undefined,
    shuffledMedian: 10.1,
    shuffledSpread: 0.1,
    metadata: 10,
    official: { rung: 'blend', expected: 4.5, difference: 0, score: 4.5, sample: 10, forms: { kaggle: 0 } },
    oriented,
    sign: -1,
    traits: {},
    ...change,
  };
  const probes = ['nop', 'sample_submission', 'cheat_oracle', 'secrets_and_network', 'fake_score_and_left_over_process', 'feedback_modes', 'limits'].map(
    (name) => ({ name, passed: true, observed: {} }),
  );
  return { spec: SPEC, climbed, probes, exports: { complaints: [], checked: ['kaggle'], impossible: [] }, ...rest };
}

const judged = (given: Evidence): { failed: string[]; code: string | undefined } => {
  const { rules, code } = judgeExecution(given, ExecuteConfig.parse({}));
  return { failed: rules.filter((rule) => rule.status === 'failed').map((rule) => rule.id), code };
};
const failing = (name: string): Partial<Evidence> => ({
  probes: evidence().probes.map((probe) => (probe.name === name ? { ...probe, passed: false } : probe)),
});
const ladder = (change: Partial<Climbed['ladder']>): Partial<Climbed> => ({ ladder: { ...evidence().climbed!.ladder, ...change } });

describe('the rules of execution', () => {
  it('pass a sound task', () => {
    expect(judged(evidence())).toEqual({ failed: [], code: undefined });
  });

  it.each<[string, Evidence, string[], string]>([
    ['a program that does nothing gets a score', evidence({}, {}, failing('nop')), ['X01'], 'defective'],
    ['no learned rung is clearly better', evidence({}, { simple: [9.9, 0.02], standard: [9.95, 0.01], strong: [9.8, 0.03] }), ['X02', 'S20'], 'unlearnable'],
    ['there are too few units for a standard error', evidence(ladder({ units: 6 })), ['X02', 'S20'], 'unlearnable'],
    ['a simple rung is all but perfect', evidence({}, { simple: [0.2, 0.999] }), ['X03'], 'trivial'],
    ['shuffled labels are paid for', evidence({ shuffledMedian: 7 }), ['X04'], 'leaking'],
    ['the cheat oracle finds answers', evidence({}, {}, failing('cheat_oracle')), ['X05'], 'leaking'],
    ['a secret or the network is in reach', evidence({}, {}, failing('secrets_and_network')), ['X06'], 'leaking'],
    ['a claimed score or a left-over process counts', evidence({}, {}, failing('fake_score_and_left_over_process')), ['X07'], 'leaking'],
    ['a feedback mode is not produced', evidence({}, {}, failing('feedback_modes')), ['X08'], 'platform_error'],
    ['a limit does not hold', evidence({}, {}, failing('limits')), ['X09'], 'platform_error'],
    ['the place of a row gives most of the gain', evidence({ metadata: 5 }), ['S12b'], 'leaking'],
    ['the test set is too small', evidence(ladder({ units: 60 })), ['S20'], 'noisy'],
    [
      'an export would not load',
      evidence({}, {}, { exports: { complaints: ['kaggle: solution.csv lacks Usage'], checked: ['kaggle'], impossible: [] } }),
      ['X14'],
      'defective',
    ],
    ['no format can hold the task', evidence({}, {}, { exports: { complaints: [], checked: [], impossible: ['kaggle'] } }), ['X14'], 'defective'],
    [
      'an exported metric scores otherwise',
      evidence({ official: { rung: 'blend', expected: 4.5, difference: 0, score: 4.5, sample: 10, forms: { kaggle: null, 'mle-bench': 1e-5 } } }),
      ['M15'],
      'defective',
    ],
    [
      "the package's metric is not the catalogue's",
      evidence({ official: { rung: 'blend', expected: 4.5, difference: 0.2, score: 4.7, sample: 10, forms: {} } }),
      ['M15'],
      'defective',
    ],
  ])('fail when %s', (_case, given, failed, code) => {
    expect(judged(given)).toEqual({ failed, code });
  });

  it('warn, and do not block, when the strong rung has no headroom', () => {
    const { rules, code } = judgeExecution(evidence({}, { strong: [6, 0.64], standard: [6.1, 0.63] }), ExecuteConfig.parse({}));

    expect(rules.find((rule) => rule.id === 'X15')?.status).toBe('warned');
    expect(code).toBeUndefined();
  });

  describe('on a forecast', () => {
    const series = { time: 'month', keys: ['shop'], season: 12, horizon: 12, step: { unit: 'month', size: 1 }, frequency: 'monthly', reason: 'test' } as const;
    const forecast = (scores: Partial<Record<Rung['kind'], readonly [number, number]>>, change: Partial<Climbed> = {}, keys: string[] = ['shop']): Evidence =>
      evidence(change, scores, { spec: { ...SPEC, objective: 'forecast', metric: 'mase', series: { ...series, keys } } });

    it('ask for 3 % of the error of the trivial rung, however sure a smaller gain is', () => {
      const saving = (score: number): string[] =>
        judged(forecast({ trivial: [100, 0], simple: [score, 0.9], standard: [score, 0.9], strong: [score, 0.9] }, { shuffledMedian: 101, metadata: 100 }))
          .failed;

      expect(saving(97.5)).toEqual(['X02']);
      expect(saving(96.5)).toEqual([]);
    });

    it('call a standard rung that leaves less than 7 % of the error all but perfect, and not one with a high R²', () => {
      expect(judged(forecast({ standard: [0.6, 0.5] })).failed).toEqual(['X03']);
      expect(judged(forecast({ standard: [5, 0.9999] })).failed).toEqual([]);
    });

    it('compare models of exchanged pasts with the trivial rung, and exchange none of one series', () => {
      const { rules } = judgeExecution(forecast({}, { shuffledMedian: 7 }, []), ExecuteConfig.parse({}));

      expect(judged(forecast({}, { shuffledMedian: 7 }))).toEqual({ failed: ['X04'], code: 'leaking' });
      expect(rules.find(({ id }) => id === 'X04')).toMatchObject({ status: 'not_applicable', reason: 'one series has no other to exchange its past with' });
    });
  });

  it('call a rung all but perfect only beyond one error of it', () => {
    const { climbed } = evidence({}, { simple: [0.2, 0.999] });
    const rungs = climbed!.ladder.rungs.map((rung) => (rung.kind === 'simple' ? { ...rung, scaleFree: { ...rung.scaleFree!, standardError: 0.04 } } : rung));

    expect(judged({ ...evidence(), climbed: { ...climbed!, ladder: { ...climbed!.ladder, rungs } } }).failed).toEqual([]);
  });

  it('say by which figures a rung is all but perfect, with the digits that tell it from the ceiling', () => {
    const { climbed } = evidence({}, { simple: [0.2, 0.9991234] });
    const rungs = climbed!.ladder.rungs.map((rung) => (rung.kind === 'simple' ? { ...rung, scaleFree: { ...rung.scaleFree!, standardError: 0.00001 } } : rung));
    const { rules } = judgeExecution({ ...evidence(), climbed: { ...climbed!, ladder: { ...climbed!.ladder, rungs } } }, ExecuteConfig.parse({}));

    expect(rules.find(({ id }) => id === 'X03')?.reason).toMatch(/reaches r2 0\.9991234 \(standard error 0\.00001\), which is beyond 0\.99\d* by/);
  });

  it('call a ladder without a simple rung what its class is, where the strong rung has no headroom', () => {
    const { climbed } = evidence({}, { strong: [5, 0.75] });
    const rungs = climbed!.ladder.rungs.filter(({ kind }) => kind !== 'simple');
    const { rules } = judgeExecution(
      { ...evidence(), climbed: { ...climbed!, ladder: { ...climbed!.ladder, rungs, ladder_difficulty: 'standard' } } },
      ExecuteConfig.parse({}),
    );

    expect(rules.find(({ id }) => id === 'X15')).toMatchObject({ status: 'warned', reason: 'blend is not clearly better than boosted-trees: a standard task' });
  });

  it('judge a package without a known metric by its probes alone', () => {
    const { rules } = judgeExecution(evidence({}, {}, { climbed: undefined, exports: undefined }), ExecuteConfig.parse({}));

    expect(rules.filter((rule) => rule.status === 'not_applicable').map((rule) => rule.id)).toEqual(['X02', 'X03', 'X04', 'X14', 'X15', 'S12b', 'S20', 'M15']);
    expect(rules.filter((rule) => rule.status === 'not_applicable' && rule.reason === '')).toEqual([]);
    expect(rules.filter((rule) => rule.status === 'passed').map((rule) => rule.id)).toContain('X05');
  });
});

describe('the thresholds of a rule of execution', () => {
  it('are those that its row names', () => {
    const undeclared = new Set<string>();
    const config = ExecuteConfig.parse({});
    const cases = (['regression', 'binary', 'survival', 'forecast'] as const).map((objective) => evidence({}, {}, { spec: { ...SPEC, objective } }));
    for (const given of cases)
      for (const rule of EXECUTE_RULES) {
        const watched = new Proxy(config, {
          get(target, name) {
            if (typeof name === 'string' && !(rule.thresholds ?? []).includes(name as keyof ExecuteConfig)) undeclared.add(`${rule.id} ${name}`);
            return Reflect.get(target, name) as unknown;
          },
        });
        rule.judge(given, watched);
      }

    expect([...undeclared]).toEqual([]);
  });
});
