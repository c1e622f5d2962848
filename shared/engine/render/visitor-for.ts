import type { Visitor } from '../../browser/tab.ts';
import { userAgentOf } from '../../fetch/user-agent.ts';
import type { RunContext } from '../run-context.ts';

/** Scripts of a page, and what they ask for, see the language that the page was asked for in. */
export function visitorFor({ job }: Pick<RunContext, 'job'>, label?: string): Visitor {
  const own = label === undefined ? undefined : job.pages[label]?.headers;
  const accepted = Object.entries({ ...job.fetch.headers, ...own }).findLast(
    ([name]) => name.toLowerCase() === 'accept-language',
  );
  const [, language] = /^\s*([a-z]{2,8}(?:-[a-z0-9]{1,8})*)/i.exec(accepted?.[1] ?? '') ?? [];
  return { userAgent: userAgentOf(job.politeness), language };
}
