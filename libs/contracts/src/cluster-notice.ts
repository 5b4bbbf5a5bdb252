/** What the cluster side tells whoever logs or counts it; never part of the truth. */
export type ClusterNotice =
  /** Nothing can be seen of this namespace now; said once until it can. */
  | { readonly kind: 'list_failed'; readonly namespace: string; readonly error: unknown }
  | { readonly kind: 'list_recovered'; readonly namespace: string; readonly silentMs: number }
  /** One call to the API server ended; `outcome`: as its answer was; `code`: of one that failed. */
  | {
      readonly kind: 'called';
      readonly operation: string;
      readonly outcome: 'answered' | 'passing' | 'refused';
      readonly code?: string;
      readonly durationMs: number;
    }
  | { readonly kind: 'created' | 'adopted'; readonly namespace: string; readonly job: string }
  /** A Job cannot be created now: all slots of its profile are taken, or a quota is used up. */
  | { readonly kind: 'waiting_for_slot' | 'waiting_for_quota'; readonly key: string; readonly profile: string; readonly said: string }
  | { readonly kind: 'ready'; readonly job: string; readonly waitedMs: number }
  /** `said`: the end of its log, bounded and as it came. */
  | { readonly kind: 'ended'; readonly job: string; readonly code: string; readonly reason: string; readonly said?: string }
  | { readonly kind: 'logs_lost'; readonly job: string; readonly reason: string }
  | { readonly kind: 'orphan_deleted'; readonly namespace: string; readonly job: string; readonly reason: string }
  /** Clocks of this machine and of the cluster differ; times are told by the cluster's. */
  | { readonly kind: 'clock_skew'; readonly skewMs: number };
