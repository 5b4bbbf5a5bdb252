import { endWithoutAnswer, outcomeOfModelError, type AgentOutcome, type DraftTexts } from '@mle-smith/agent';
import type { Dataset } from '@mle-smith/contracts';
import type { JobRunner } from '@mle-smith/environment';
import { getJson, putJson, readBundleText, type DesignRecord, type Digest } from '@mle-smith/package';
import { documentOf, type StageContext, type StageOutcome, type WorkItem } from '@mle-smith/stage-runtime';
import { z } from 'zod';
import type { RefactorConfig } from '../../config.ts';
import { comparison } from './comparison.ts';
import { rewriteDesign, type Refactorer } from './refactorer.ts';
import { Rewrite } from './rewrite.ts';

/** The document that says who brought a design into the format: with what prompt and to which texts, or why there was nothing to do. */
const Rewritten = z.object({
  design: z.string(),
  prompt: z.string(),
  texts: z.object({ 'prepare.py': z.string(), 'metric.py': z.string(), 'description.txt': z.string() }),
});

/** A rewrite with what is kept of it, or how the stage ends without one. */
export type Attempt = { readonly texts?: DraftTexts; readonly documents: Readonly<Record<string, Digest>> } | { readonly outcome: StageOutcome };

/** Lets the agent rewrite a design where its programs are an agent's own; costs nothing where they are not. */
export async function rewritten(
  refactorer: Refactorer,
  input: { jobs: JobRunner; config: RefactorConfig; dataset: Dataset; record: DesignRecord },
  item: WorkItem,
  { artifacts, signal }: StageContext,
): Promise<Attempt> {
  const { jobs, config, dataset, record } = input;
  const idle = nothingToDo(record, item);
  if (idle !== undefined) return { documents: { refactored: await putJson(artifacts, { skipped: idle }) } };
  const design = documentOf(item, 'design');
  const texts = await textsOf(artifacts, design);
  const place = { stage: item.stage, subject: item.id, dataset: item.datasetId, generation: item.generation };
  const on = { jobs, artifacts, config, name: `refactor-${item.id}-${item.generation}`, raw: dataset.raw, design, texts };
  const rewrite = new Rewrite({
    design: texts,
    texts: (await earlierRewrite(artifacts, item, design)) ?? texts,
    compare: comparison(on),
  });
  let outcome: AgentOutcome<unknown>;
  try {
    outcome = await rewriteDesign(refactorer, rewrite, { findings: item.findings, place, config }, signal);
  } catch (error) {
    return { outcome: outcomeOfModelError(error) };
  }
  const transcript = { 'refactor-transcript': await putJson(artifacts, outcome.transcript) };
  if (rewrite.lost !== undefined) return { outcome: { kind: 'retry', code: 'sandbox_lost', message: rewrite.lost } };
  if (outcome.kind !== 'answered') return { outcome: endWithoutAnswer('Refactor', outcome, transcript) };
  const { same } = rewrite;
  if (same === undefined) throw new RangeError(`the Refactor answered before its draft was the same task [task=${item.id}]`);
  const kept = await putJson(artifacts, { design, prompt: refactorer.prompt.digest, texts: same });
  return { texts: same, documents: { ...transcript, refactored: kept } };
}

/** Why there is nothing to rewrite; undefined where there is. */
function nothingToDo(record: DesignRecord, { findings }: WorkItem): string | undefined {
  if (record.engine.name === 'rules') return 'the programs are templates, which are in the format';
  return record.blocks === true && findings.length === 0 ? 'the programs are the building blocks as they were, which are in the format' : undefined;
}

/** The rewrite of this design that was returned with findings; undefined where there is none. */
async function earlierRewrite(artifacts: StageContext['artifacts'], item: WorkItem, design: Digest): Promise<DraftTexts | undefined> {
  const document = item.documents['refactored'];
  if (document === undefined || item.findings.length === 0) return undefined;
  const earlier = Rewritten.safeParse(await getJson(artifacts, document));
  return earlier.success && earlier.data.design === design ? earlier.data.texts : undefined;
}

async function textsOf(artifacts: StageContext['artifacts'], design: Digest): Promise<DraftTexts> {
  const text = async (path: string): Promise<string> => {
    const found = await readBundleText(artifacts, design, path);
    if (found === undefined) throw new RangeError(`the design lacks a file [path=${path}]`);
    return found;
  };
  return { 'prepare.py': await text('utils/prepare.py'), 'metric.py': await text('utils/metric.py'), 'description.txt': await text('description.txt') };
}
