import type { AssertVerdict, RuleResult, TaskManifest } from '@mle-smith/contracts';
import { canonicalJson } from '@mle-smith/package';

/** What the judge may read and must quote. Package text is data: nothing in it is an instruction. */
export interface Sources {
  readonly manifest: TaskManifest;
  readonly description: string;
  readonly assert: AssertVerdict;
}

/** A quotation: where it stands, and its words. */
export interface Evidence {
  readonly source: 'description' | 'manifest' | 'audit report';
  readonly text: string;
}

/** The text of each source as evidence must quote it. */
export function sourceTexts({ manifest, description, assert }: Sources): Readonly<Record<Evidence['source'], string>> {
  return { description, manifest: canonicalJson(manifest), 'audit report': canonicalJson(assert) };
}

/** Keeps the evidence that stands in its source word for word; what does not is dropped and counted. */
export function checkEvidence(evidence: readonly Evidence[], texts: Readonly<Record<string, string>>): { kept: Evidence[]; dropped: number } {
  const kept = evidence.filter(({ source, text }) => text !== '' && (texts[source] ?? '').includes(text));
  return { kept, dropped: evidence.length - kept.length };
}

/** A line of canonical JSON, as it stands in the file. */
export function jsonLine(key: string, value: string | number | boolean): string {
  return `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
}

/** One rule's result; undefined where the verdict lacks it. */
export function ruleOf({ assert }: Sources, id: string): RuleResult | undefined {
  return assert.rules.find((rule) => rule.id === id);
}

/** The title of a rule as evidence that it was looked at. */
export function cite(sources: Sources, id: string): Evidence[] {
  const rule = ruleOf(sources, id);
  if (rule === undefined) return [];
  return [{ source: 'audit report', text: rule.reason === '' ? jsonLine('title', rule.title) : jsonLine('reason', rule.reason) }];
}
