/** `urgent`: runs stand still or are lost until somebody acts. `notice`: it can wait for the morning. */
export type Severity = 'urgent' | 'notice';

/** The beginning of an alarm's description, by which subscriptions filter. */
export function severityMark(severity: Severity): string {
  return `[${severity}]`;
}
