import { addressOf, makeNormalise } from '../../shared/fetch/url.ts';
import { compileLabels } from '../../shared/job/labels.ts';
import type { Job } from '../../shared/job/schema.ts';
import { answerOrTimeout } from '../../shared/patterns/url-patterns.ts';
import { findPlaceholders } from '../../shared/schema/secrets.ts';
import { sourceOf } from '../../shared/sources/sources.ts';

/** The number of URLs that are named. */
const shown = 3;

/** Parts of a valid job that have no effect on this machine, or not the expected one: clauses. */
export function warningsOf(job: Job): string[] {
  const warnings: string[] = [];
  const lost = unlabelled(job);
  if (lost.length > 0) {
    const more = lost.length > shown ? ` and ${lost.length - shown} more` : '';
    const urls = `${lost.slice(0, shown).join(', ')}${more}`;
    warnings.push(`no page label takes ${urls}: not fetched, unless the source names a label:`);
  }
  for (const url of storedWithVariables(job)) {
    warnings.push(`the address ${url} is stored with what its variables hold: a secret belongs into headers`);
  }
  if (job.output.webhook !== undefined)
    warnings.push('output.webhook is called on AWS alone, not by runs on this machine');
  if (job.proxies?.resolve === 'proxy') {
    warnings.push(
      'proxies.resolve: proxy lets the proxy look names up: nobody checks whether they lead to private addresses, and AWS refuses it',
    );
  }
  return warnings;
}

/**
 * Addresses with variables behind their host, of sources that are resolved when the run begins: stores and output have them as they are
 * asked. A variable for the host (`${env:SHOP}/catalogue`) is no secret.
 */
function storedWithVariables(job: Job): string[] {
  const sources = job.sources.map(sourceOf);
  const stored = sources.filter(
    ({ rules, settings }) => rules.secrets.settingsWithSecrets(settings) === undefined,
  );
  const urls = stored.flatMap(({ rules, settings }) => rules.urls(settings));
  return urls.filter((url) => findPlaceholders(url.replace(/^(https?:\/\/)?[^/?#]*/i, '')).length > 0);
}

/** URLs that a source names itself and that match no pattern of a label. */
function unlabelled(job: Job): string[] {
  const labelOf = compileLabels(job, makeNormalise(job.urls));
  const pages = job.sources.map(sourceOf).map(({ rules, settings }) => rules.pages(settings));
  const named = pages.flatMap(({ label, urls }) => (label === undefined ? urls : []));
  return named.filter((url) => {
    const address = findPlaceholders(url).length > 0 ? undefined : addressOf(url);
    return address !== undefined && answerOrTimeout(() => labelOf(address)) === undefined;
  });
}
