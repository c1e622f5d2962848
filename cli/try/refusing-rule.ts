import type { RefusalReason } from '../../shared/engine/counts.ts';
import type { RunContext } from '../../shared/engine/run-context.ts';
import { makeScope } from '../../shared/engine/scope.ts';
import { makeTrapOf } from '../../shared/engine/traps/url-traps.ts';
import { extensionOf } from '../../shared/fetch/extension.ts';
import type { Normalise } from '../../shared/fetch/url.ts';
import type { Job } from '../../shared/job/schema.ts';
import { compilePatterns } from '../../shared/patterns/url-patterns.ts';

/** A link that a run would not follow, and the rule of the job, or of robots.txt, that refuses it. */
export interface RefusedLink {
  url: string;
  reason: RefusalReason;
  rule: string;
}

/** Names what refused a link of `page`, such as `scope.exclude[1] "/basket/**"`. */
export function refusingRule(
  { job, normalise }: Pick<RunContext, 'normalise'> & { job: Job },
  url: string,
  page: string,
  reason: RefusalReason,
): string {
  switch (reason) {
    case 'scope':
      return scopeRule(job, normalise, url, page);
    case 'depth':
      return `limits.maxDepth: ${job.limits.maxDepth}`;
    case 'file':
      return `scope.ignoreExtensions has ${extensionOf(url)}`;
    case 'trap:repeat':
    case 'trap:depth':
    case 'trap:return':
    case 'trap:parameters':
    case 'trap:date':
    case 'trap:order':
    case 'trap:facet':
      return trapRule(job, url);
    case 'robots':
      return `robots.txt of ${new URL(url).host}`;
    case 'label':
      return 'no match: of a page label fits, and there is no label "default"';
    case 'regex':
      return 'write the regex without a repetition inside of a repetition';
    case 'action':
      return 'it would log out, delete, buy or vote: name it in mayFollow of the session';
    case 'limit':
      return `limits.maxPages: ${job.limits.maxPages}`;
    case 'hostLimit':
      return `limits.maxPagesPerHost: ${job.limits.maxPagesPerHost}`;
    case 'fileLimit':
      return `limits.maxFiles: ${job.limits.maxFiles}`;
    case 'secret':
      return 'only hosts of its session are given a secret: name the host in hosts of the session';
    case 'pattern':
    case 'modified':
    case 'unchanged':
    case 'nofollow':
    case 'url':
    case 'scheme':
    case 'length':
    case 'credentials':
      return reason;
    default:
      return reason satisfies never;
  }
}

function scopeRule({ scope }: Job, normalise: Normalise, url: string, page: string): string {
  const { hosts, include, exclude = [] } = scope;
  if (!makeScope({ ...(hosts === undefined ? {} : { hosts }) })(url, page)) {
    return hosts === undefined
      ? `another host than the page's: name ${new URL(url).host} in scope.hosts`
      : `scope.hosts has no ${new URL(url).host}`;
  }
  if (include !== undefined && !compilePatterns(include, normalise)(url))
    return 'no pattern of scope.include fits';
  const index = exclude.findIndex((pattern) => compilePatterns([pattern], normalise)(url));
  return index < 0 ? 'scope' : `scope.exclude[${index}] ${JSON.stringify(exclude[index])}`;
}

function trapRule(job: Job, url: string): string {
  const trap = makeTrapOf(job, Date.now())?.(url);
  const taken = trap?.base === undefined ? '' : `; ${trap.base} is taken in its place`;
  return `${trap?.found ?? 'a trap'}${taken} (scope.traps: follow, or name it in a pattern)`;
}
