/** How many cases of a corpus were tried, and a line for each that came to something else. */
export interface CorpusResult {
  cases: number;
  misses: string[];
  /** What else is worth knowing. */
  notes?: string[];
}
