import type { Job } from '../../shared/job/schema.ts';
import type { RunPlan } from './model/run-plan.ts';

/** The sessions that a run opens; those that a variable lists are known at the run alone, and count as one. */
export function plannedSessions({ sessions = {} }: Job, hosts: number): Pick<RunPlan, 'sessions'> {
  let opened = 0;
  let logins = 0;
  for (const { count, accounts, per, login } of Object.values(sessions)) {
    const size = count ?? (Array.isArray(accounts) ? accounts.length : 1);
    opened += per === 'host' ? size * hosts : size;
    if (login !== undefined) logins += size;
  }
  return opened === 0 ? {} : { sessions: { opened, logins } };
}
