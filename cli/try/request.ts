import { refusalMeanings } from '../../shared/engine/counts.ts';
import type { RunContext } from '../../shared/engine/run-context.ts';
import { DropError, type HaltError } from '../../shared/errors.ts';
import { resolveAddress } from '../../shared/fetch/url.ts';
import { nearest } from '../../shared/job/nearest.ts';
import type { Job } from '../../shared/job/schema.ts';
import type { PageRequest } from '../../shared/model.ts';
import { aheadOf } from '../../shared/sources/ahead.ts';
import { pageRequest } from '../../shared/sources/page.ts';
import { sourceOf } from '../../shared/sources/sources.ts';
import { usageError } from '../usage-error.ts';

/**
 * The request a run would make of this URL: of the source that names it, else by its label; `label` is
 * `''` when no page label matches. Throws USAGE for a label the job does not have, or no URL to fetch.
 */
export async function requestFor(
  context: RunContext,
  url: string,
  page: string | undefined,
): Promise<PageRequest> {
  const { job } = context;
  const labels = Object.keys(job.pages);
  if (page !== undefined && !labels.includes(page)) {
    const near = nearest(page, labels);
    throw usageError(
      `no page label ${page}; ${near === undefined ? `there are ${labels.join(', ')}` : `did you mean ${near}?`}`,
    );
  }
  const request = await requestOfSource(context.redaction.sources, url, page);
  if (request !== undefined) return request;
  const { url: address, fault } = resolveAddress(url, undefined, context.hasRoutes);
  if (address === undefined) throw usageError(`${url} cannot be asked for: ${refusalMeanings[fault]}`);
  const named = namedBySource(context, address);
  const known = context.known.of(address);
  const label = page ?? named?.label ?? known.label ?? '';
  return pageRequest({
    url: context.known.asLabel(known, label).url,
    label,
    ...(named === undefined ? {} : { headersOf: named.source }),
  });
}

async function requestOfSource(
  { sources }: Job,
  url: string,
  page: string | undefined,
): Promise<PageRequest | undefined> {
  for (const [index, source] of sources.entries()) {
    const requestOf = await aheadOf(source).request?.();
    try {
      const request = requestOf?.(sourceOf(source).settings, index, url, page);
      if (request !== undefined) return request;
    } catch (error) {
      throw error instanceof DropError && error.code === 'VALUE_MISSING' ? withoutItem(url, error) : error;
    }
  }
  return undefined;
}

/** Values of items stand in its headers or body, too. */
function withoutItem(url: string, { message }: DropError): HaltError {
  return usageError(
    `the address ${url} alone does not say of which item its request is made (${message}); try the page with the items, which shows their requests`,
  );
}

/** The first source that names the URL, as in a run; the label that it gives takes precedence over patterns. */
function namedBySource(
  { job, normalise, hasRoutes }: RunContext,
  url: string,
): { source: number; label?: string | undefined } | undefined {
  const normal = normalise(url);
  for (const [source, { rules, settings }] of job.sources.map(sourceOf).entries()) {
    const { label, urls } = rules.pages(settings);
    const isNamed = urls.some(
      (entry) => normalise(resolveAddress(entry, undefined, hasRoutes).url ?? '') === normal,
    );
    if (isNamed) return { source, label };
  }
  return undefined;
}
