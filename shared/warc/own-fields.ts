import type { PageRequest } from '../model.ts';

/** The field of a record that says how its page came into the run, as JSON. */
export const requestField = 'Spinneret-Request';

/** The field of a record that says by which page's loading it came: its address. */
export const loadedByField = 'Spinneret-Loaded-By';

/** The field of a record of an answer to a script that says what the script has asked, as JSON. */
export const questionField = 'Spinneret-Question';

export interface Question {
  method: string;
  /** The body of the request. */
  sent?: string;
}

/** What of a request decides how its page is read; the record has its address. */
export type KeptAs = Pick<
  PageRequest,
  'kind' | 'label' | 'depth' | 'referrer' | 'source' | 'cursor' | 'given'
>;

export function writeRequest({ kind, label, depth, referrer, source, cursor, given }: PageRequest): string {
  return JSON.stringify({ kind, label, depth, referrer, source, cursor, given });
}
