/** Which pages were stored, how often, and when. */
export interface Tally {
  pages: number;
  /** Stored a second time, or not of the shops: has to stay 0. */
  surplus: number;
  store(host: number, page: number): void;
  /** Pages stored in each minute since the start. */
  perMinute: number[];
}

export function makeTally(hosts: number, pagesPerHost: number, now: () => number): Tally {
  const startedAt = now();
  const stored = new Uint8Array(hosts * pagesPerHost);
  const tally: Tally = {
    pages: 0,
    surplus: 0,
    perMinute: [],
    store(host, page) {
      const index = host * pagesPerHost + page;
      if (page >= pagesPerHost || stored[index] !== 0) {
        tally.surplus += 1;
        return;
      }
      stored[index] = 1;
      tally.pages += 1;
      const minute = Math.floor((now() - startedAt) / 60_000);
      tally.perMinute[minute] = (tally.perMinute[minute] ?? 0) + 1;
    },
  };
  return tally;
}
