/** What robots.txt says for one host and the job's user agent. */
export interface RobotsGate {
  /** Is this URL of the gate's own host disallowed? Of other hosts nothing is known: false. */
  forbids(url: string): boolean;
  crawlDelayMs: number;
  /** The sitemaps it names, as written. Absent when robots.txt was not asked. */
  sitemaps?: string[];
}
