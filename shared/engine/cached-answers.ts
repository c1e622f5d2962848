import type { FetchCall, Fetcher, FetchResult } from '../fetch/types.ts';
import type { Job } from '../job/schema.ts';
import type { FileFact, PageRequest } from '../model.ts';
import { kindOf, sourceOf } from '../sources/sources.ts';
import { digestOf } from './ids.ts';
import type { Redaction } from './redaction.ts';

/** Where answers are kept: their heads as text, and their bodies. */
export interface AnswerStore extends Disposable {
  has(key: string): boolean;
  read(key: string): { head: string; body: Uint8Array } | undefined;
  write(key: string, page: { head: string; body: Uint8Array }): void;
  /** Whether a file that a job downloaded still lies where files lie. */
  hasFile(job: string, file: FileFact): boolean;
}

/**
 * The answers of a job that is being written (`--cached`): what was fetched once is read again without a request and without
 * a turn, so that nobody's site is asked again for the sake of a selector. An answer is that of a job, a session, and of all
 * that the request says; what the user changes of these is asked for anew. Logins, pages for a browser, and requests that a
 * service bills are never kept, nor is an answer that shows a secret. Of a file its facts are kept: its bytes lie where files lie,
 * and are asked for anew once they were forgotten there.
 */
export interface CachedAnswers {
  /** Whether there is one, so that the request needs no turn. */
  has(request: PageRequest, session?: string): boolean;
  read(request: PageRequest, session?: string): FetchResult | undefined;
  /** `secrets`: texts that must not be kept, besides the job's own. */
  keep(request: PageRequest, session: string | undefined, answer: FetchResult, secrets: string[]): void;
  /** Asks for what is no request of a run, such as a robots.txt. */
  through(fetcher: Fetcher): Pick<Fetcher, 'fetch'>;
  close(): void;
}

type Head = Omit<FetchResult, 'body' | 'setCookies' | 'signed' | 'sent' | 'isCached'>;

/** `frozen`: the job with placeholders in place of secrets, so that no key is made of one. */
export function cachedAnswers(store: AnswerStore, frozen: Job, redaction: Redaction): CachedAnswers {
  const keyOf = (request: PageRequest, session = '') =>
    digestOf(JSON.stringify([frozen.name, session, ...partsOf(frozen, request)]));
  const read = (key: string): FetchResult | undefined => {
    const page = store.read(key);
    if (page === undefined) return undefined;
    const { file, ...head } = JSON.parse(page.head) as Head;
    if (file === undefined) return { ...head, body: page.body, isCached: true };
    if (!store.hasFile(frozen.name, file)) return undefined;
    return { ...head, body: page.body, isCached: true, file: { ...file, received: 0 } };
  };
  const has = (request: PageRequest, key: string) =>
    kindOf(request).isDownload === true ? read(key) !== undefined : store.has(key);
  const keep = (key: string, answer: FetchResult, secrets: string[]) => {
    const { body, setCookies: _, signed: __, sent: ___, ...head } = answer;
    const { 'set-cookie': ____, ...headers } = head.headers;
    const text = JSON.stringify({ ...head, headers });
    const isClean =
      redaction.redactText(text, secrets) === text && redaction.redactBytes(body, secrets) === body;
    if (!isClean) return;
    store.write(key, { head: text, body });
  };
  return {
    has: (request, session) => isKept(frozen, request) && has(request, keyOf(request, session)),
    read: (request, session) => (isKept(frozen, request) ? read(keyOf(request, session)) : undefined),
    keep(request, session, answer, secrets) {
      if (isKept(frozen, request)) keep(keyOf(request, session), answer, secrets);
    },
    through: (fetcher) => ({
      async fetch(wanted, call: FetchCall = {}) {
        const key = digestOf(JSON.stringify([frozen.name, call.session ?? '', 'aside', wanted]));
        const cached = read(key);
        if (cached !== undefined) return cached;
        const answer = await fetcher.fetch(wanted, call);
        keep(key, answer, []);
        return answer;
      },
    }),
    close: () => store[Symbol.dispose](),
  };
}

/** All on which an answer depends besides the site: what is sent, as the job writes it. */
function partsOf(frozen: Job, request: PageRequest): unknown[] {
  const { method = 'GET', url, body, headers, cookies, label, source, headersOf = source } = request;
  // What is no file of the job by its settings failed, and may be one by others.
  const ofFile = kindOf(request).isDownload === true ? [frozen.files] : [];
  const own = headersOf === undefined ? undefined : frozen.sources[headersOf];
  const ofSource = own === undefined ? undefined : sourceOf(own);
  return [
    ...[method, url, body, headers, cookies?.received.map(({ cookie }) => cookie)],
    ...[frozen.fetch.headers, frozen.pages[label]?.headers, ofSource?.rules.headers(ofSource.settings)],
    ...ofFile,
  ];
}

function isKept(frozen: Job, request: PageRequest): boolean {
  const { reads, isDownload } = kindOf(request);
  return isDownload === true || (reads !== 'any' && frozen.pages[request.label]?.render === undefined);
}
