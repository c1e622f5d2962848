/** `urgent`: runs stand still or are lost until somebody does something. `notice`: it can wait for the morning. */
export type Severity = 'urgent' | 'notice';

/** How an alarm's description begins: subscriptions filter by it. */
export function severityMark(severity: Severity): string {
  return `[${severity}]`;
}
