import { setTimeout as sleep } from 'node:timers/promises';
import { SpinneretError } from '../shared/errors.ts';
import { makeFetcher } from '../shared/fetch/client.ts';
import { userAgentOf } from '../shared/fetch/user-agent.ts';
import { withTimeout } from '../shared/job/fetch-timeout.ts';
import { jobOf } from '../shared/job/job-of-run.ts';
import type { Job } from '../shared/job/schema.ts';
import type { Run } from '../shared/model.ts';
import { findPlaceholders, resolveSecrets } from '../shared/schema/secrets.ts';
import { readSecrets } from './read-secrets.ts';

const attempts = 3;
const pauseMs = 2_000;

/**
 * Posts `report` as JSON to the job's `output.webhook`, with the job's limits and network, like any other address.
 * Returns the result for the manifest; `undefined` without a webhook. A failing webhook does not keep a run from
 * finishing.
 */
export async function callWebhook(stack: string, run: Run, report: object): Promise<string | undefined> {
  const { webhook, network, politeness } = partsOf(jobOf(run));
  if (webhook === undefined) return undefined;
  const { fetch } = withTimeout(jobOf(run));
  const fetcher = makeFetcher({
    ...fetch,
    network,
    userAgent: userAgentOf(politeness),
    headersFor: () => ({ 'content-type': 'application/json' }),
  });
  try {
    const { url } = resolveSecrets({ url: webhook }, await readSecrets(stack, needsOf(webhook)));
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await post(fetcher, url, JSON.stringify(report));
      if (outcome === 'delivered' || attempt === attempts) return outcome;
      await sleep(pauseMs);
    }
  } catch (error) {
    return error instanceof SpinneretError ? error.code : 'UNEXPECTED';
  } finally {
    await fetcher.close();
  }
}

function partsOf({ output, network, politeness }: Job) {
  return { webhook: output.webhook, network, politeness };
}

function needsOf(webhook: string): string[] {
  return findPlaceholders(webhook).map(({ name }) => name);
}

async function post(fetcher: ReturnType<typeof makeFetcher>, url: string, body: string): Promise<string> {
  try {
    const { status, redirect } = await fetcher.fetch({ url, method: 'POST', body });
    // It is not followed: the report is for the address that the job names.
    return redirect === undefined ? 'delivered' : `HTTP_${status}`;
  } catch (error) {
    // The message may contain the URL, and that a secret.
    if (error instanceof SpinneretError) return error.code;
    throw error;
  }
}
