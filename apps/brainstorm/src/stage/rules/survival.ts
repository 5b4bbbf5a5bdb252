import type { ColumnProfile, TableProfile } from '@mle-smith/contracts';
import { words } from './cues.ts';

/** A time up to which each row was watched, and whether its event was seen by then. */
export interface FollowUp {
  readonly time: ColumnProfile;
  readonly event: ColumnProfile;
  /** The raw value of `event` that says that it was seen. */
  readonly positive: string;
}

/** Names that mean a time of observation whatever stands beside them. */
const TIME =
  /^(fu ?time|surv(ival)? ?(time|days|months|years)?|(os|pfs|rfs|dfs|efs) ?(time|days|months|years)?|(time|days|weeks|months|years) (to|until|till) \w+|follow ?up( ?(time|days|weeks|months|years))?|(days|months|years) (of |in )?(follow ?up|observation)|observation time|time (at risk|under observation))$/;
/** Names that mean one beside an event that is documented as censored, or is named as an event. */
const PLAIN_TIME = /^(time|t|days|weeks|months|years|stop|duration|lifetime|tenure( ?(days|months|years))?)$/;
const TIME_NOTE =
  /\b((until|to) (death|failure|the event|relapse|recurrence|the end of (the )?study|last (contact|follow)|censoring)|follow-?up|survival time|(time|days|weeks|months|years) (under|of) observation|censored)\b/i;
/** Two-valued columns that may say whether an event was seen. */
const EVENT =
  /\b(status|event|cens(or(ed|ing)?)?|delta|dead|death|died|failed|failure|relapsed?|recurrence|recurred|defaulted|churn(ed)?|attrition|exited|left)\b/;
const EVENT_NOTE = /\b(censor\w*|alive|dead|died|death|event (has )?(occurred|happened)|event indicator)\b/i;
const SEEN = /^(1|true|yes|y|dead|died|death|deceased|event|failed|failure|relapsed?|recurred|churned|left|exited|uncensored|observed)$/i;
const SEEN_WORDS = /\b(dead|died|death|deceased|event|fail\w*|relaps\w*|recur\w*|transplant\w*|uncensored|churned|left)\b/i;
const NOT_SEEN_WORDS = /\b(alive|censor\w*|no event|event[- ]free|lost|living)\b/i;
const LEAVING = /\b(churn(ed)?|attrition|exited|left)\b/;
/** Rows with the event that leave 30 for a test of 40 %. */
const LEAST_EVENTS = 75;
const LEAST_TIMES = 20;

/** The follow-up of a table; undefined where it has none, or where it is not clear which value says that the event was seen. */
export function followUpOf(table: TableProfile): FollowUp | undefined {
  const times = table.columns.filter(isTime).sort((one, other) => strength(other) - strength(one));
  const events = table.columns.filter((column) => column.distinct === 2 && (EVENT.test(words(column.name)) || EVENT_NOTE.test(column.description ?? '')));
  for (const time of times)
    for (const event of events) {
      // A plain name is one of many things; only an event that tells of censoring, or a documented time, makes it a time of observation.
      if (strength(time) === 0 && !belongTogether(time, event)) continue;
      const positive = seenValue(event);
      const count = event.top.find((entry) => entry.value === positive)?.count ?? 0;
      if (positive !== undefined && count >= LEAST_EVENTS && count < event.rows - event.missing) return { time, event, positive };
    }
  return undefined;
}

function isTime(column: ColumnProfile): boolean {
  if (column.storage !== 'integer' && column.storage !== 'float') return false;
  if (column.type !== 'numeric' || column.distinct < LEAST_TIMES || (column.min ?? -1) < 0 || column.missing > 0.5 * column.rows) return false;
  return TIME.test(words(column.name)) || PLAIN_TIME.test(words(column.name)) || TIME_NOTE.test(column.description ?? '');
}

/** 2: named as a time of observation, 1: documented as one, 0: named like many things. */
function strength(column: ColumnProfile): number {
  return TIME.test(words(column.name)) ? 2 : TIME_NOTE.test(column.description ?? '') ? 1 : 0;
}

/** A time with a plain name beside an event of a study, or the time of a customer or an employee beside their leaving. */
function belongTogether(time: ColumnProfile, event: ColumnProfile): boolean {
  const [when, what] = [words(time.name), words(event.name)];
  if (/^tenure/.test(when)) return LEAVING.test(what);
  return (/^(cens(or(ed|ing)?)?|status|event|delta|dead|death|died)\b/.test(what) || EVENT_NOTE.test(event.description ?? '')) && !LEAVING.test(what);
}

/** Which of two values says that the event was seen: by the documentation (`1=censored, 2=dead`), else by the values themselves. */
function seenValue(event: ColumnProfile): string | undefined {
  const values = event.top.slice(0, 2).map((entry) => entry.value);
  const meanings = values.map((value) => meaningOf(value, event.description ?? ''));
  const told = values.find((_, index) => SEEN_WORDS.test(meanings[index] ?? '') && !NOT_SEEN_WORDS.test(meanings[index] ?? ''));
  const other = values.find((_, index) => NOT_SEEN_WORDS.test(meanings[index] ?? ''));
  const byNote = told ?? (other === undefined ? undefined : values.find((value) => value !== other));
  if (byNote !== undefined) return byNote;
  const plain = values.map((value) => value.trim().replace(/\.0$/, ''));
  const marked = values.filter((_, index) => SEEN.test(plain[index] ?? ''));
  const [one, two] = [...values].sort((a, b) => Number(a) - Number(b));
  const seen = marked.length === 1 ? marked[0] : Number(one) === 1 && Number(two) === 2 ? two : undefined;
  // "censored = 1" marks the rows whose event was not seen.
  const reversed = /\bcens(or(ed|ing)?)?\b/.test(words(event.name)) && !/\bstatus\b/.test(words(event.name)) && !values.some((value) => SEEN_WORDS.test(value));
  return reversed && seen !== undefined ? values.find((value) => value !== seen) : seen;
}

/** What the documentation says of a value, as in `0=alive at last contact, 1=dead`. */
function meaningOf(value: string, note: string): string {
  const plain = value.trim().replace(/\.0$/, '');
  if (!/^\w+$/.test(plain)) return plain;
  const found = new RegExp(`(?:^|[^\\w])${plain}\\s*(?:=|:|is|for|if|means)\\s*([^,;.]{1,40})`, 'i').exec(note)?.[1];
  return found ?? (/^\d+$/.test(plain) ? '' : plain);
}
