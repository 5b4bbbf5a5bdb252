/** Work that is never done beside itself. */
export interface OneAtATime {
  /** Begins the work, or does nothing where it is under way. */
  begin(): void;
  /** Resolves when none is under way. */
  ended(): Promise<void>;
}

/** Work that must not throw; where it takes longer than the time until it is asked for again, that turn is left out. */
export function oneAtATime(work: () => Promise<void>): OneAtATime {
  let underWay: Promise<void> | undefined;
  return {
    begin: () => {
      underWay ??= work().finally(() => (underWay = undefined));
    },
    ended: async () => underWay,
  };
}
