/** Largest batch of records that is unpacked: far above what a broker takes, far below what hurts. */
export const MOST_BYTES = 16 * 1024 * 1024;
