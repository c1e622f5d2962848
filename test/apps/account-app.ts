import type { Account, App } from './start-app.ts';

/** A real application with accounts: the job that takes all that one of them may see, and what that is. */
export interface AccountApp {
  /** Options of its start. */
  options?: Record<string, string>;
  /** Two of its accounts, by the names that jobs have for them: those of the variables `NAME_USER` and `NAME_PASS`. */
  accounts: Record<string, Account>;
  /** One document, with the name of the account as that of the job. */
  job(site: App, account: string, gapMs: number): string;
  /** All items of such a job, in any order, by the truth of the application: without fields that have no value. */
  wanted(account: string): Record<string, unknown>[];
  /** Milliseconds between two requests where a run is interrupted: it lasts longer than a session, on any machine. */
  slowGapMs: number;
  /** How a session ends while a run is on its way: by an option, or by what the test does to it. */
  ending:
    | { options: Record<string, string> }
    | { end(site: App, cookies: Record<string, string>): Promise<void> };
}

/** One of those that the truth names. */
export function accountOf(accounts: Account[], user: string): Account {
  const found = accounts.find((account) => account.user === user);
  if (found === undefined) throw new Error(`no account ${user}`);
  return found;
}

/** The variables that the jobs of the application read. */
export function variablesOf({ accounts }: AccountApp): Record<string, string> {
  return Object.fromEntries(
    Object.entries(accounts).flatMap(([name, { user, password }]) => [
      [`${name.toUpperCase()}_USER`, user],
      [`${name.toUpperCase()}_PASS`, password],
    ]),
  );
}
