/** What robots.txt says for one host and the job's user agent. */
export interface RobotsGate {
  /** Is this URL of the gate's own host disallowed? False for other hosts, of which nothing is known. */
  forbids(url: string): boolean;
  crawlDelayMs: number;
  /** A use of the job (`politeness.use`) for which the host refuses its pages. */
  refusedUse?: string;
  /** The sitemaps that robots.txt names, as written. Absent when it was not fetched. */
  sitemaps?: string[];
}
