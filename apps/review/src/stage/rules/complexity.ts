import { AUDIT, MANIFEST, fault, support, type Judge } from '../claim.ts';
import { at, cite, listAt, numberAt, textAt, type Sources } from '../sources.ts';
import { hasContent, quickModel } from './quick-model.ts';

const DIMENSION = 'task_complexity';
const FACTS = at(AUDIT, 'audit', 'facts');
const SPLIT = at(AUDIT, 'audit', 'split');
const MANY_INPUTS = 8;
const EASIER = { category: 'X', owner: 'none', suggestion: 'ask for something that takes more than one rule' } as const;

/** Features, models and validation are rewarded; one column or a constant is not enough. */
export const judgeComplexity: Judge = (sources, config) => {
  const signs = signsOfWork(sources);
  const model = quickModel(sources);
  const scored =
    model === undefined || hasContent(sources)
      ? []
      : [
          ...fault(
            DIMENSION,
            4,
            model.best >= config.solved[model.scale],
            `a quick model reaches ${model.scale} ${model.best}: nothing is left to do better`,
            cite(sources, ...model.places),
            EASIER,
          ),
          ...fault(
            DIMENSION,
            2,
            model.best >= config.easy[model.scale] && model.best < config.solved[model.scale],
            `a quick model reaches ${model.scale} ${model.best}: little is left to do better`,
            cite(sources, ...model.places),
            EASIER,
          ),
          ...oneColumn(model, sources, config.oneColumn),
          ...support(DIMENSION, `a quick model reaches ${model.scale} ${model.best}, ${model.trivial} without inputs`, cite(sources, ...model.places)),
        ];
  return [
    ...scored,
    ...fault(
      DIMENSION,
      signs.length === 0 ? 2 : 1,
      signs.length < 2 && !hasContent(sources),
      `little calls for features or careful validation${signs.length === 0 ? '' : `: only ${signs[0]?.name ?? ''}`}`,
      cite(sources, at(SPLIT, 'rows', 'train')),
      EASIER,
    ),
    ...support(DIMENSION, `calls for work: ${signs.map((sign) => sign.name).join(', ')}`, cite(sources, ...signs.map((sign) => sign.place))),
  ];
};

function oneColumn(model: NonNullable<ReturnType<typeof quickModel>>, sources: Sources, limits: { much: number; most: number }): ReturnType<Judge> {
  const { strongest, gain, trivial } = model;
  if (strongest === undefined || gain <= 0) return [];
  const share = (strongest.score - trivial) / gain;
  return fault(
    DIMENSION,
    share >= limits.most ? 2 : 1,
    share >= limits.much,
    share >= 1
      ? `${strongest.column} alone gives as much as a quick model gets out of all inputs`
      : `${strongest.column} alone gives ${Math.round(share * 100)} % of what a quick model gets out of all inputs`,
    cite(sources, strongest.place, ...model.places),
    EASIER,
  );
}

/** What makes features, models or validation matter, each with the place that shows it. */
function signsOfWork(sources: Sources): { name: string; place: string }[] {
  const inputs = listAt(sources, at(SPLIT, 'columns', 'test')).length - 1;
  const types = new Set(
    listAt(sources, at(MANIFEST, 'columns')).flatMap((column) =>
      typeof column === 'object' && column !== null && 'type' in column && typeof column.type === 'string'
        ? [column.type === 'integer' ? 'number' : column.type]
        : [],
    ),
  );
  const kind = textAt(sources, at(MANIFEST, 'split', 'kind'));
  const found: { name: string; place: string; holds: boolean }[] = [
    { name: 'free text', place: at(FACTS, 'text'), holds: hasContent(sources) },
    { name: `${inputs} inputs`, place: at(SPLIT, 'columns', 'test'), holds: inputs >= MANY_INPUTS },
    { name: 'inputs of several types', place: at(MANIFEST, 'columns', '0', 'type'), holds: types.size > 1 },
    {
      name: 'missing cells',
      place: at(AUDIT, 'audit', 'leakage', 'missingness'),
      holds: numberAt(sources, at(AUDIT, 'audit', 'leakage', 'missingness')) !== undefined,
    },
    { name: `a ${kind} split`, place: at(MANIFEST, 'split', 'kind'), holds: kind === 'group' || kind === 'temporal' },
    { name: 'unequal classes', place: at(SPLIT, 'target', 'majority'), holds: (numberAt(sources, at(SPLIT, 'target', 'majority')) ?? 0) >= 0.7 },
    { name: 'several classes', place: at(FACTS, 'classes'), holds: listAt(sources, at(FACTS, 'classes')).length > 2 },
  ];
  return found.filter((sign) => sign.holds);
}
