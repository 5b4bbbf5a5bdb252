/** Largest body that travels in a message; larger ones travel by reference (platform KB-13). */
export const MOST_BODY_BYTES = 256 * 1024;

/** Largest body that is fetched by its reference: a reference may name any blob of the store. */
export const MOST_REFERRED_BYTES = 16 * 1024 * 1024;

/** What of a message's key, body and headers a dead letter holds; its topic takes little more. */
export const MOST_LETTER_BYTES = 2_000_000;

/** Most headers of a message; ours have ten. */
export const MOST_HEADERS = 256;

/** Most records of a batch: the most that is unpacked has room for fewer events of ours. */
export const MOST_RECORDS = 50_000;

/** Deepest nesting of a body; ours have three levels. */
export const MOST_DEPTH = 32;

/** Longest text of an error in a dead letter, characters. */
export const MOST_ERROR_CHARACTERS = 2_000;

/** Longest that a publication may take, ms. */
export const PUBLISH_MS = 30_000;

/** Longest that starting may take before it is a named error, ms. */
export const START_MS = 30_000;

/** Longest that members of a group which is shared out anew are waited for, ms; a dead one is one of them until its session is over. */
export const REBALANCE_MS = 60_000;

/** Longest that brokers may take over a small question, ms. */
export const ANSWER_MS = 5_000;

/** Longest that a handler may take, ms: it writes one work item. One that takes longer waits for a server, which is an outage. */
export const HANDLER_MS = 10_000;

/** Deliveries of an event that a handler refuses; about 25 s. Outages do not count. */
export const MOST_DELIVERIES = 8;

/** Longest wait between two deliveries, ms. */
export const MOST_WAIT_MS = 10_000;
