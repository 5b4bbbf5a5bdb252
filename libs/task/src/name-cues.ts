/** Cues in names and documentation that proposals are made by and that assertions look at again. */

/** A name split into lower-case words: `Sale_Price`, `salePrice` and `sale.price` are alike. */
export function words(name: string): string {
  return name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()
    .toLowerCase();
}

/** Columns that are known only after the moment of prediction. */
export const AFTER = {
  name: /\b(duration|futime|fu time|follow ?up|outcome|closed|close date|closing|end (date|time)|ended|final|resolved|resolution|death (date|year|month|day|country|state|city)|date of death|deaths?|died|discharge[d]?|cancell?ed|cancellation|refund(ed)?|chargeback|guzzler|votes?|ballots|needed|time to|survival time|days to|post|actual)\b/,
  text: /\b(until (death|the end|failure)|cause of (their )?death|for those who died|after the (call|event|sale)|follow-?up|last contact|not known before|is set from|calculated from|derived from|considered a "guzzler")\b/i,
} as const;

/** Names that look like the past of the subject although they hold an outcome word. */
export const BEFORE = /\b(prev(ious)?|prior|last (year|month)|history|past|previous(ly)?|poutcome|birth|born)\b/;

/** Entities that are new ones when the model is used. */
export const UNSEEN =
  /\b(patient|subject|person|people|player|speaker|participant|individual|animal|specimen|storm|car ?line|model line|machine|device|sensor|engine id|household|document|author|film|movie|book|artist|album|band|case|family|dialog\w*|session|vessel|ship name|horse)\b/;
