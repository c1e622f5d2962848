import type { PageRequest } from '../model.ts';

/** The field of a record that says how its page came into the run, as JSON. */
export const requestField = 'Spinneret-Request';

/** What of a request decides how its page is read; the record has its address. */
export type KeptAs = Pick<
  PageRequest,
  'kind' | 'label' | 'depth' | 'referrer' | 'source' | 'cursor' | 'given'
>;

export function writeRequest({ kind, label, depth, referrer, source, cursor, given }: PageRequest): string {
  return JSON.stringify({ kind, label, depth, referrer, source, cursor, given });
}
