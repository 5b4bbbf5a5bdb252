/** What a bus tells whoever counts or logs it; never part of the truth. Times are ms. */
export type BusNotice =
  /** A member of its group, no member any more, has to join again, has asked for messages. */
  | { readonly kind: 'connected' | 'disconnected' | 'rebalanced' | 'fetched' }
  | { readonly kind: 'crashed'; readonly restart: boolean; readonly error: unknown }
  | { readonly kind: 'unreachable'; readonly error: unknown }
  | { readonly kind: 'published'; readonly topic: string; readonly bytes: number; readonly durationMs: number }
  | { readonly kind: 'publish_failed'; readonly topic: string; readonly error: unknown }
  | {
      readonly kind: 'handled';
      readonly topic: string;
      /** `failed`: it comes again. `parked`: of a type that is not known. The first three: as their handlers took them. */
      readonly outcome: 'accepted' | 'repeated' | 'stale' | 'parked' | 'dead_lettered' | 'failed';
      readonly durationMs: number;
      /** How often it was delivered, this time included. */
      readonly deliveries: number;
      readonly error?: unknown;
    }
  | { readonly kind: 'dead_lettered'; readonly topic: string; readonly partition: number; readonly offset: string; readonly reason: string };

/** What back-pressure tells in the same place: intake is held back, or goes on, at so many waiting items. */
export interface IntakeNotice {
  readonly kind: 'paused' | 'resumed';
  readonly depth: number;
}
