import { withTimeout } from '../job/fetch-timeout.ts';
import { browserKeysOf, labelsWithRoutes } from '../job/render-schema.ts';
import type { Job } from '../job/schema.ts';
import { secretFilesOf } from '../job/secret-files.ts';
import { formatPath } from '../schema/format-path.ts';
import { findPlaceholders } from '../schema/secrets.ts';
import type { FunctionSettings } from './function-settings.ts';
import { maxFetchMs, maxRenderMs } from './worker-times.ts';

export type FitSettings = Pick<FunctionSettings, 'workerTimeoutMs' | 'allowPrivate' | 'browser'>;

/** Why the pages that a job reads in a browser could not, or must not, be read on this deployment. */
export function misfitsInBrowser(job: Job, settings: FitSettings): string[] {
  const keys = browserKeysOf(job);
  if (keys.length === 0) return [];
  if (settings.browser === undefined) {
    return keys.map(
      (key) =>
        `${key} needs a browser, which the functions of this stack do not have; set aws.browser: {} and deploy, ` +
        'run the job on your machine, or take what its scripts ask for with a rest source (spinneret try lists it)',
    );
  }
  return [...misfitsOfLogins(job), ...misfitsOfSecrets(job), ...misfitsOfTimes(job, settings)];
}

/**
 * Sessions are opened by workers, and handed over open: what opens them, such as a password, is not. So nothing that needs it is done in the
 * browser, and nothing has to be known of them that stands in a secret.
 */
function misfitsOfLogins({ sessions = {} }: Job): string[] {
  return Object.entries(sessions).flatMap(([name, { login, proxy, accounts, count }]) => {
    const key = `sessions.${name}`;
    return [
      ...(login?.via === 'browser'
        ? [
            `${key}.login.via: browser would type its secrets beside the programs of strangers; write its steps without it, give the session a file of cookies, or run the job on your machine`,
          ]
        : []),
      ...(/\$\{(env|account):/.test(proxy ?? '')
        ? [
            `${key}.proxy holds a secret, which functions with a browser must not read; leave it out, or run the job on your machine`,
          ]
        : []),
      ...(typeof accounts === 'string' && count === undefined
        ? [
            `${key}.accounts is one secret, and functions with a browser do not know how many it holds; set ${key}.count`,
          ]
        : []),
    ];
  });
}

/**
 * Beside strangers' programs nothing is read that only opens something else. What sources ask for is asked by the workers, but for their
 * headers, which go with the pages that they name, and for what they send to get such pages.
 */
function misfitsOfSecrets(job: Job): string[] {
  const routes = labelsWithRoutes(job.pages);
  const isSentThere = (index: unknown) => {
    const sent = job.sources[Number(index)]?.send;
    return sent !== undefined && routes.has(sent.label);
  };
  const ofPages = findPlaceholders(job).filter(
    ({ path: [first, ...rest] }) =>
      first !== undefined &&
      (isOfFetching(String(first)) ||
        (first === 'sources' && (rest.includes('headers') || isSentThere(rest[0])))),
  );
  // Those of sessions are read by the workers that open them.
  const files = secretFilesOf(job).filter(({ key }) => !key.startsWith('sessions.'));
  const keys = [...ofPages.map(({ path }) => formatPath(path)), ...files.map(({ key }) => key)];
  return [...new Set(keys)].map(
    (key) =>
      `${key} holds a secret, which functions with a browser must not read; leave it out, or run the job on your machine`,
  );
}

/** Whether what stands under this key of a job goes with the requests of its pages. */
function isOfFetching(key: string): boolean {
  return ['fetch', 'pages', 'politeness', 'proxies'].includes(key);
}

function misfitsOfTimes(job: Job, { workerTimeoutMs }: FitSettings): string[] {
  const { timeoutMs } = withTimeout(job, maxFetchMs(workerTimeoutMs)).fetch;
  const maxMs = maxRenderMs(workerTimeoutMs, timeoutMs);
  return Object.entries(job.pages).flatMap(([label, { render }]) =>
    render === undefined || render.timeoutMs <= maxMs
      ? []
      : [
          `pages.${label}.render.timeoutMs is ${render.timeoutMs}, and fetch.timeoutMs ${timeoutMs}: at most ${maxMs} in a function`,
        ],
  );
}
