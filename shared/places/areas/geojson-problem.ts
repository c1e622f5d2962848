/** Why a value is no area. */
export interface GeojsonProblem {
  /** A clause about the file: where it is wrong, what was expected, and what to do. */
  problem: string;
  /** What was expected, as a noun phrase. */
  expected: string;
  /** A clause of advice. */
  hint?: string;
  /** Keys from the root of the object. */
  path: PropertyKey[];
}

/** A problem before its location is put into words. */
export type GeojsonFault = Omit<GeojsonProblem, 'problem'>;
