import type { Job } from '../job/schema.ts';
import { type Env, findPlaceholders, resolveSecrets, secretValues } from '../job/secrets.ts';
import type { ChainCookies, Json, LostValue, Outcome, PageFact, PageRequest } from '../model.ts';

/**
 * Secrets enter a request only while it is fetched. Queue and outcomes see `${env:NAME}`.
 * Sources other than `rest` and the key of `places` are resolved when the run begins: their URLs decide about hosts.
 */
export interface Concealment {
  /** The job whose `rest` sources and API keys are still placeholders: what requests are made from. */
  sources: Job;
  /** The request as it goes over the wire. A source's secrets go to the source's own origin alone. */
  reveal(request: PageRequest): PageRequest;
  /** The outcome without any secret that an answer or an error message may have echoed. */
  conceal(outcome: Outcome): Outcome;
}

export function makeConcealment(frozen: Job, resolved: Job, env: Env): Concealment {
  const hidden = hiddenTexts(frozen, resolved, env);
  return {
    sources: {
      ...resolved,
      sources: resolved.sources.map((source, index) => withPlaceholders(frozen, source, index)),
    },
    reveal(request) {
      const index = hasSecrets(request) ? (request.source ?? -1) : -1;
      const { rest, places } = resolved.sources[index] ?? {};
      // What a places source asks is made by this project, with the key in a header, and is never redirected.
      const isHome =
        places !== undefined ||
        (rest !== undefined && URL.parse(request.url)?.origin === new URL(rest.url).origin);
      return isHome ? revealed(request, ownVariables(frozen, index, env)) : request;
    },
    conceal: (outcome) => (hidden.length === 0 ? outcome : redacted(outcome, hidden)),
  };
}

function hasSecrets({ kind }: PageRequest): boolean {
  return kind === 'rest' || kind === 'cell' || kind === 'details';
}

/** A text that must not be kept, and the placeholder it came from. */
interface Hidden {
  text: string;
  placeholder: string;
}

function hiddenTexts(frozen: Job, resolved: Job, env: Env): Hidden[] {
  const carriers = [frozen.fetch.headers, frozen.sources.map(({ rest, places }) => [rest, places?.key])];
  const origins = resolved.sources.flatMap(({ rest }) =>
    rest === undefined ? [] : [new URL(rest.url).origin],
  );
  const names = new Set(findPlaceholders(carriers).map(({ name }) => name));
  // What a source says in plain, such as the name of a parameter, is no secret, and its URLs need it.
  const plain = JSON.stringify(frozen.sources.map((source) => source.rest ?? null));
  return [...names]
    .flatMap((name) => {
      const placeholder = `\${env:${name}}`;
      const texts = secretValues(placeholder, env).flatMap((text) => [text, asInQuery(text), asInForm(text)]);
      return [...new Set(texts)].map((text): Hidden => ({ text, placeholder }));
    })
    .filter(({ text }) => !origins.some((origin) => origin.includes(text)) && !plain.includes(text))
    .sort((a, b) => b.text.length - a.text.length);
}

/** As it looks in a URL that was parsed. */
function asInQuery(text: string): string {
  return URL.parse(`http://host/?${text.replaceAll('#', '%23')}`)?.search.slice(1) || text;
}

/** As it looks where a query was put together. */
function asInForm(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

/** A placeholder in the host is no secret and must be resolved; elsewhere it stays. */
function withPlaceholders(
  frozen: Job,
  source: Job['sources'][number],
  index: number,
): Job['sources'][number] {
  const { rest, places } = frozen.sources[index] ?? {};
  if (places?.key !== undefined && source.places !== undefined) {
    return { places: { ...source.places, key: places.key } };
  }
  if (rest === undefined || source.rest === undefined) return source;
  const hostIsPlain = URL.parse(rest.url)?.origin === new URL(source.rest.url).origin;
  return { rest: hostIsPlain ? rest : { ...rest, url: source.rest.url } };
}

/** An API that sends a placeholder in the URL of its next page gets nothing for it that it does not know. */
function ownVariables(frozen: Job, index: number, env: Env): Env {
  const { rest, places } = frozen.sources[index] ?? {};
  const names = findPlaceholders([rest, places?.key]).map(({ name }) => name);
  return Object.fromEntries(names.map((name) => [name, env[name]]));
}

/** Setting a query parameter encodes the placeholders of the others. */
const encodedPlaceholder = /(?:\$|%24)(?:\{|%7B)env(?::|%3A)([A-Za-z_][A-Za-z0-9_]*)(?:\}|%7D)/gi;

function revealed(request: PageRequest, env: Env): PageRequest {
  const { headers, body } = request;
  return {
    ...request,
    url: request.url.replace(encodedPlaceholder, (whole, name: string) => {
      const value = env[name];
      return value === undefined ? whole : encodeURIComponent(value);
    }),
    ...(headers === undefined ? {} : { headers: resolveSecrets(headers, env) }),
    ...(body === undefined ? {} : { body: resolveSecrets(body, env) }),
  };
}

/** Only in text that comes from outside: a secret such as "page" must not change what the engine itself wrote. */
function redacted(outcome: Outcome, hidden: Hidden[]): Outcome {
  const hide = (text: string) =>
    hidden.reduce((rest, { text: secret }) => rest.replaceAll(secret, '[secret]'), text);
  const restore = (text: string) =>
    hidden.reduce((rest, { text: secret, placeholder }) => rest.replaceAll(secret, () => placeholder), text);
  // The URL of an API's next page may carry the key, which is needed to fetch it.
  const inRequest = (request: PageRequest) => hideRequest(request, hasSecrets(request) ? restore : hide);
  return {
    ...outcome,
    pages: outcome.pages.map((page) => ({ ...page, ...hideTexts(page, hide) })),
    items: outcome.items.map((item) => ({
      ...item,
      url: hide(item.url),
      fields: hideDeep(item.fields, hide) as Record<string, Json>,
      ...(item.lost === undefined ? {} : { lost: item.lost.map((loss) => hideLoss(loss, hide)) }),
    })),
    links: outcome.links.map(inRequest),
    retries: outcome.retries.map(inRequest),
    ...(outcome.halt === undefined ? {} : { halt: { ...outcome.halt, reason: hide(outcome.halt.reason) } }),
  };
}

/** Characters that are left of a lost value in a run with secrets. */
const shownLength = 80;

function hideLoss(loss: LostValue, hide: (text: string) => string): LostValue {
  // Cut after hiding: half a secret would not be found.
  return loss.found === undefined ? loss : { ...loss, found: hide(loss.found).slice(0, shownLength) };
}

function hideTexts(page: PageFact, hide: (text: string) => string): Partial<PageFact> {
  const { url, referrer, message, redirect } = page;
  return {
    url: hide(url),
    ...(referrer === undefined ? {} : { referrer: hide(referrer) }),
    ...(message === undefined ? {} : { message: hide(message) }),
    ...(redirect === undefined ? {} : { redirect: hide(redirect) }),
  };
}

function hideRequest(request: PageRequest, hide: (text: string) => string): PageRequest {
  const { url, referrer, via, cursor, cookies } = request;
  return {
    ...request,
    url: hide(url),
    ...(referrer === undefined ? {} : { referrer: hide(referrer) }),
    ...(via === undefined ? {} : { via: via.map(hide) }),
    ...(cookies === undefined ? {} : { cookies: hideCookies(cookies, hide) }),
    ...(cursor === undefined ? {} : { cursor: hideDeep(cursor, hide) }),
  };
}

function hideCookies({ received, changedAt }: ChainCookies, hide: (text: string) => string): ChainCookies {
  return {
    received: received.map(({ url, cookie }) => ({ url: hide(url), cookie: hide(cookie) })),
    changedAt,
  };
}

function hideDeep(value: Json, hide: (text: string) => string): Json {
  if (typeof value === 'string') return hide(value);
  if (typeof value === 'number') return hide(String(value)) === '[secret]' ? '[secret]' : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => hideDeep(entry, hide));
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [hide(key), hideDeep(entry, hide)]));
}
