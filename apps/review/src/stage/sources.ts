/**
 * What a review may quote, by name: texts as strings, JSON documents as values.
 * A place is a name, or `name#/step/step` into JSON; a step into a list is an index or an entry's id, name, column or path.
 */
export type Sources = Readonly<Record<string, unknown>>;

/** A piece of evidence: where it stands and what stands there. */
export interface Quote {
  readonly source: string;
  readonly text: string;
}

/** Characters of a text that a quote repeats. */
const LONGEST = 240;

/** A place inside another one; steps may hold any characters. */
export function at(place: string, ...steps: readonly string[]): string {
  return `${place}${place.includes('#') ? '' : '#'}${steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`;
}

/** What stands at a place; undefined where nothing does. */
export function valueAt(sources: Sources, place: string): unknown {
  const cut = place.indexOf('#');
  const name = cut < 0 ? place : place.slice(0, cut);
  if (!Object.hasOwn(sources, name)) return undefined;
  const steps =
    cut < 0
      ? []
      : place
          .slice(cut + 1)
          .split('/')
          .slice(1)
          .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return steps.reduce<unknown>(into, sources[name]);
}

function into(value: unknown, step: string): unknown {
  if (Array.isArray(value))
    return /^\d+$/.test(step)
      ? value[Number(step)]
      : value.find((entry) => ['id', 'name', 'column', 'path'].some((key) => isRecord(entry) && entry[key] === step));
  return isRecord(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

export function numberAt(sources: Sources, place: string): number | undefined {
  const value = valueAt(sources, place);
  return typeof value === 'number' ? value : undefined;
}

/** Empty where there is no text. */
export function textAt(sources: Sources, place: string): string {
  const value = valueAt(sources, place);
  return typeof value === 'string' ? value : '';
}

/** Empty where there is no list. */
export function listAt(sources: Sources, place: string): readonly unknown[] {
  const value = valueAt(sources, place);
  return Array.isArray(value) ? value : [];
}

/** Empty where there is no object. */
export function recordAt(sources: Sources, place: string): Readonly<Record<string, unknown>> {
  const value = valueAt(sources, place);
  return isRecord(value) ? value : {};
}

/** Quotes what stands at the places; places where nothing stands give no quote. */
export function cite(sources: Sources, ...places: readonly string[]): Quote[] {
  return places.flatMap((source) => {
    const value = valueAt(sources, source);
    return value === undefined ? [] : [{ source, text: written(value).slice(0, LONGEST) }];
  });
}

/** True where the quoted text stands at its place: a part of a text, or the whole of a number, flag, list or object. */
export function occurs(quote: Quote, sources: Sources): boolean {
  const value = valueAt(sources, quote.source);
  if (value === undefined || quote.text.trim() === '') return false;
  const whole = written(value);
  if (typeof value === 'string') return whole.includes(quote.text);
  return typeof value === 'object' && quote.text.length === LONGEST ? whole.startsWith(quote.text) : whole === quote.text;
}

function written(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : (JSON.stringify(value) ?? '');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
