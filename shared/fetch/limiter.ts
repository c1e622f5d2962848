/** Lets at most `limit` holders in at once, in the order in which they asked. */
export interface Limiter {
  /** How many wait to be let in. */
  readonly waiting: number;
  /** `undefined` for a holder that is let in at once: most are, and a promise would cost each of them a microtask. */
  acquire(): Promise<void> | undefined;
  release(): void;
}

/** One limiter per name, made on first use. */
export function makeLimiters(limit: number): (name: string) => Limiter {
  const limiters = new Map<string, Limiter>();
  return (name) => {
    let limiter = limiters.get(name);
    if (limiter === undefined) {
      limiter = makeLimiter(limit);
      limiters.set(name, limiter);
    }
    return limiter;
  };
}

export function makeLimiter(limit: number): Limiter {
  const waiting: (() => void)[] = [];
  let free = limit;
  return {
    get waiting() {
      return waiting.length;
    },
    acquire() {
      if (free === 0) return new Promise((resolve) => waiting.push(resolve));
      free -= 1;
      return undefined;
    },
    release() {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    },
  };
}
