/** What the truth files say of applications that several tests read. */

export interface MlRun extends Record<string, unknown> {
  runId: string;
  name: string;
  status: string;
  params: Record<string, string>;
  metrics: Record<string, number>;
  uiPath: string;
}

export interface Experiment {
  id: string;
  name: string;
  runs: MlRun[];
}

export interface Package extends Record<string, unknown> {
  name: string;
  latest: string;
  description: string;
  keywords: string[];
  partNumber: string;
  license: string;
  readers: string[];
}

/** MLflow's API gives parameters and metrics as lists of pairs. */
export function ofPairs(pairs: unknown): Record<string, unknown> {
  return Object.fromEntries(
    (pairs as { key: string; value: unknown }[]).map(({ key, value }) => [key, value]),
  );
}
