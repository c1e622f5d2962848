import type { Json } from '../model.ts';

/** What starts a run: `spinneret enqueue`, a schedule, or any caller of the start function. */
export interface StartEvent {
  /** The job, as in the YAML file; secrets as `${env:NAME}`. */
  job: Json;
  /** Id of the run, for a caller that may call twice, or has uploaded the run's files already. */
  run?: string;
  /**
   * ISO 8601: the time for which a schedule was set. The run's id is made of it, so that a repeated call starts no
   * second run.
   */
  scheduledAt?: string;
  /** Files that the job names, by their path in the job, to be copied from the assets of the deployment. */
  files?: Record<string, { bucket: string; key: string }>;
}

export type StartAnswer = { run: string; state: 'created' | 'exists' } | { code: string; message: string };
