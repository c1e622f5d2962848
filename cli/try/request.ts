import { refusalMeanings } from '../../shared/engine/counts.ts';
import type { RunContext } from '../../shared/engine/run-context.ts';
import { addressOf, resolveAddress } from '../../shared/fetch/url.ts';
import { nearest } from '../../shared/job/nearest.ts';
import type { Job, RestSource } from '../../shared/job/schema.ts';
import type { PageRequest } from '../../shared/model.ts';
import { pageRequest } from '../../shared/sources/page.ts';
import { firstRestRequest } from '../../shared/sources/rest/rest.ts';
import { sourceOf } from '../../shared/sources/sources.ts';
import { usageError } from '../report-error.ts';

/**
 * The request a run would make of this URL: of the source that names it, else by its label; `label` is
 * `''` when no page label matches. Throws USAGE for a label the job does not have, or no URL to fetch.
 */
export function requestFor(context: RunContext, url: string, page: string | undefined): PageRequest {
  const { job } = context;
  const labels = Object.keys(job.pages);
  if (page !== undefined && !labels.includes(page)) {
    const near = nearest(page, labels);
    throw usageError(
      `no page label ${page}; ${near === undefined ? `there are ${labels.join(', ')}` : `did you mean ${near}?`}`,
    );
  }
  const rest = restRequest(context.redaction.sources, url, page);
  if (rest !== undefined) return rest;
  const { url: address, fault } = resolveAddress(url);
  if (address === undefined) throw usageError(`${url} cannot be asked for: ${refusalMeanings[fault]}`);
  const label = page ?? sourceLabel(context, address) ?? context.known.of(address).label ?? '';
  return pageRequest({ url: address, label });
}

/** With the method, body and headers of the source; headers, which may be secrets, to its own origin only. */
function restRequest(job: Job, url: string, page: string | undefined): PageRequest | undefined {
  for (const [index, { rest }] of job.sources.entries()) {
    const isMeant =
      rest !== undefined && (page === undefined ? isSameEndpoint(rest, url) : rest.label === page);
    if (!isMeant) continue;
    const { headers, ...request } = firstRestRequest(rest, index);
    const isSameOrigin = URL.parse(url)?.origin === new URL(rest.url).origin;
    return {
      ...request,
      url: new URL(url).href,
      ...(isSameOrigin && headers !== undefined ? { headers } : {}),
    };
  }
  return undefined;
}

function isSameEndpoint(source: RestSource, url: string): boolean {
  const [mine, theirs] = [URL.parse(url), new URL(source.url)];
  return mine?.origin === theirs.origin && mine.pathname === theirs.pathname;
}

/** A label that a source gives to the URLs it names counts before patterns do. */
function sourceLabel({ job, normalise }: RunContext, url: string): string | undefined {
  const normal = normalise(url);
  const names = (urls: string[]) => urls.some((entry) => normalise(addressOf(entry) ?? '') === normal);
  const pages = job.sources.map(sourceOf).map(({ rules, settings }) => rules.pages(settings));
  return pages.find(({ label, urls }) => label !== undefined && names(urls))?.label;
}
