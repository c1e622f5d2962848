import type { Job, Source } from '../job/schema.ts';
import type { ChainCookies, LostValue, Outcome, PageFact, PageRequest } from '../model.ts';
import { type Env, findPlaceholders, resolveSecrets, secretValues } from '../schema/secrets.ts';
import { kindOf, sourceOf } from '../sources/sources.ts';
import { withoutSecretBytes } from './redact-bytes.ts';
import { formsOf, replaceSecret, type SecretText } from './secret-forms.ts';

/**
 * Secrets enter a request only while it is fetched. Queue and outcomes see `${env:NAME}`.
 * Sources other than `rest` and the key of `places` are resolved when the run begins: their URLs decide about hosts.
 */
export interface Redaction {
  /** The job whose `rest` sources and API keys are still placeholders: requests are made from it. */
  sources: Job;
  /** The request as it is sent. A source's secrets go only to the source's own origin. */
  withSecrets(request: PageRequest): PageRequest;
  /** The outcome without secrets that an answer or an error message may have echoed; `others`: further ones. */
  redact(outcome: Outcome, others?: string[]): Outcome;
  /** A message without secrets; `others`: further ones than the job's. */
  redactText(text: string, others?: string[]): string;
  /** Bytes in which the secrets are replaced; the same array where there are none. `others`: further ones. */
  redactBytes(bytes: Uint8Array, others?: string[]): Uint8Array;
  /** A value whose texts are all without secrets; `others`: further ones. */
  redactValue<Value>(value: Value, others?: string[]): Value;
}

export function makeRedaction(frozen: Job, resolved: Job, env: Env): Redaction {
  const hidden = secretTexts(frozen, resolved, env);
  const withOthers = (others: string[]) =>
    others.length === 0 ? hidden : [...hidden, ...formsOf(others, '[secret]')];
  return {
    sources: {
      ...resolved,
      sources: resolved.sources.map((source, index) => withPlaceholders(frozen, source, index)),
    },
    withSecrets(request) {
      const index = request.source;
      if (index === undefined || !kindOf(request).carriesSecrets) return request;
      const source = resolved.sources[index];
      if (source === undefined) return request;
      const { rules, settings } = sourceOf(source);
      const isHome = rules.secrets.isHome(settings, request.url);
      return isHome ? resolvedRequest(request, ownVariables(frozen, index, env)) : request;
    },
    redact(outcome, others = []) {
      const secrets = withOthers(others);
      return secrets.length === 0 ? outcome : redactOutcome(outcome, secrets);
    },
    redactText: (text, others = []) => withoutSecrets(text, withOthers(others)),
    redactBytes(bytes, others = []) {
      const secrets = withOthers(others);
      if (secrets.length === 0) return bytes;
      return withoutSecretBytes(bytes, secrets);
    },
    redactValue(value, others = []) {
      const secrets = withOthers(others);
      return secrets.length === 0 ? value : redactDeep(value, (text) => withoutSecrets(text, secrets));
    },
  };
}

function secretTexts(frozen: Job, resolved: Job, env: Env): SecretText[] {
  const sources = frozen.sources.map(sourceOf);
  const settingsWithSecrets = sources.map(({ rules, settings }) =>
    rules.secrets.settingsWithSecrets(settings),
  );
  const labelHeaders = Object.values(frozen.pages).map(({ headers = {} }) => headers);
  const sourceHeaders = sources.map(({ rules, settings }) => rules.headers(settings));
  const origins = resolved.sources
    .map(sourceOf)
    .flatMap(({ rules, settings }) => rules.secrets.origins(settings));
  const names = new Set(
    findPlaceholders([
      frozen.fetch.headers,
      frozen.politeness.sign?.key,
      frozen.fetch.tls,
      labelHeaders,
      sourceHeaders,
      settingsWithSecrets,
    ]).map(({ name }) => name),
  );
  for (const name of secretNamesOf(frozen)) names.add(name);
  const plain = JSON.stringify(sources.map(({ rules, settings }) => rules.secrets.plain(settings)));
  return [...names]
    .flatMap((name) => {
      const placeholder = `\${env:${name}}`;
      return formsOf(secretValues(placeholder, env), placeholder);
    })
    .filter(({ text }) => !origins.some((origin) => origin.includes(text)) && !plain.includes(text))
    .sort((a, b) => b.text.length - a.text.length);
}

/** Keys under which a session's settings name a user, which its pages may show. */
export const userKey = /^(account|u|id|hosts|url|open|login|log|e-?mail|.*user.*|.*name)$/i;

/** The variables of sessions that are secret. */
function secretNamesOf({ sessions = {} }: Job): string[] {
  const found = findPlaceholders(sessions);
  const isUser = (path: PropertyKey[]) => userKey.test(String(path.at(-1)));
  const users = new Set(found.filter(({ path }) => isUser(path)).map(({ name }) => name));
  return found.filter(({ path, name }) => !isUser(path) || !users.has(name)).map(({ name }) => name);
}

/** The source from which requests are made. */
function withPlaceholders(frozen: Job, source: Source, index: number): Source {
  const written = frozen.sources[index];
  if (written === undefined) return source;
  const { name, rules, settings } = sourceOf(source);
  return { [name]: rules.secrets.withoutSecrets(sourceOf(written).settings, settings) };
}

/** If an API sends a placeholder in the URL of its next page, only the source's own variables are filled in. */
function ownVariables(frozen: Job, index: number, env: Env): Env {
  const source = frozen.sources[index];
  if (source === undefined) return {};
  const { rules, settings } = sourceOf(source);
  const names = findPlaceholders(rules.secrets.settingsWithSecrets(settings)).map(({ name }) => name);
  return Object.fromEntries(names.map((name) => [name, env[name]]));
}

/** `URLSearchParams` encodes the placeholders of the other parameters when one is set. */
const encodedPlaceholder = /(?:\$|%24)(?:\{|%7B)env(?::|%3A)([A-Za-z_][A-Za-z0-9_]*)(?:\}|%7D)/gi;

function resolvedRequest(request: PageRequest, env: Env): PageRequest {
  const { headers, body } = request;
  return {
    ...request,
    url: fillEncoded(request.url, env),
    ...(headers === undefined ? {} : { headers: resolveSecrets(headers, env) }),
    ...(body === undefined ? {} : { body: resolvedBody(body, headers, env) }),
  };
}

/** A secret is written as its place in the body wants it, so that none can end a string of JSON or a field of a form. */
function resolvedBody(body: string, headers: Record<string, string> = {}, env: Env): string {
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  if (/[/+]json\b/i.test(type)) return resolveSecrets(body, mapValues(env, asInJson));
  if (!/^application\/x-www-form-urlencoded\b/i.test(type)) return resolveSecrets(body, env);
  return fillEncoded(body, env);
}

/** Fills in the placeholders of a query or a form, each as its place there wants it. */
function fillEncoded(text: string, env: Env): string {
  return text.replace(encodedPlaceholder, (whole, name: string) => {
    const value = env[name];
    return value === undefined ? whole : encodeURIComponent(value);
  });
}

function mapValues(env: Env, change: (value: string) => string): Env {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value === undefined ? undefined : change(value)]),
  );
}

/** The form of a text between the quotes of a string of JSON. */
function asInJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function withoutSecrets(text: string, secrets: SecretText[]): string {
  return secrets.reduce((rest, secret) => replaceSecret(rest, secret, '[secret]'), text);
}

/** Only text from outside is redacted: a secret such as "page" must not change what the engine itself wrote. */
function redactOutcome(outcome: Outcome, secrets: SecretText[]): Outcome {
  const redactText = (text: string) => withoutSecrets(text, secrets);
  const toPlaceholder = (text: string) =>
    secrets.reduce((rest, secret) => replaceSecret(rest, secret, secret.placeholder), text);
  // The URL of an API's next page may carry the key, which is needed to fetch it.
  const inRequest = (request: PageRequest) =>
    redactRequest(request, kindOf(request).carriesSecrets ? toPlaceholder : redactText);
  return {
    ...outcome,
    pages: outcome.pages.map((page) => ({ ...page, ...redactFact(page, redactText) })),
    items: outcome.items.map((item) => ({
      ...item,
      url: redactText(item.url),
      fields: redactDeep(item.fields, redactText),
      ...(item.lost === undefined ? {} : { lost: item.lost.map((loss) => redactLoss(loss, redactText)) }),
    })),
    links: outcome.links.map(inRequest),
    retries: outcome.retries.map(inRequest),
    ...(outcome.known === undefined ? {} : { known: redactDeep(outcome.known, redactText) }),
    ...(outcome.missing === undefined ? {} : { missing: redactDeep(outcome.missing, redactText) }),
    ...(outcome.halt === undefined
      ? {}
      : { halt: { ...outcome.halt, message: redactText(outcome.halt.message) } }),
  };
}

/** Characters that are kept of a lost value in a run with secrets. */
const shownLength = 80;

function redactLoss(loss: LostValue, redactText: (text: string) => string): LostValue {
  // Cut after redaction: half a secret would not be found.
  return loss.found === undefined ? loss : { ...loss, found: redactText(loss.found).slice(0, shownLength) };
}

function redactFact(page: PageFact, redactText: (text: string) => string): Partial<PageFact> {
  const { url, referrer, message, redirect } = page;
  return {
    url: redactText(url),
    ...(referrer === undefined ? {} : { referrer: redactText(referrer) }),
    ...(message === undefined ? {} : { message: redactText(message) }),
    ...(redirect === undefined ? {} : { redirect: redactText(redirect) }),
  };
}

function redactRequest(request: PageRequest, redactText: (text: string) => string): PageRequest {
  const { url, referrer, via, cursor, cookies, headers, body, given } = request;
  const redacted = {
    ...request,
    url: redactText(url),
    ...(referrer === undefined ? {} : { referrer: redactText(referrer) }),
    ...(via === undefined ? {} : { via: via.map(redactText) }),
    ...(cookies === undefined ? {} : { cookies: redactCookies(cookies, redactText) }),
    ...(headers === undefined ? {} : { headers: redactDeep(headers, redactText) }),
    ...(body === undefined ? {} : { body: redactText(body) }),
    ...(given === undefined ? {} : { given: redactDeep(given, redactText) }),
  };
  return cursor === undefined
    ? redacted
    : Object.assign(redacted, { cursor: redactDeep(cursor, redactText) });
}

function redactCookies(
  { received, changedAt }: ChainCookies,
  redactText: (text: string) => string,
): ChainCookies {
  return {
    received: received.map(({ url, cookie }) => ({ url: redactText(url), cookie: redactText(cookie) })),
    changedAt,
  };
}

/** A copy of the value with all its texts redacted. */
function redactDeep<Value>(value: Value, redactText: (text: string) => string): Value {
  return redactAny(value, redactText) as Value;
}

function redactAny(value: unknown, redactText: (text: string) => string): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'number') return redactText(String(value)) === '[secret]' ? '[secret]' : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => redactAny(entry, redactText));
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [redactText(key), redactAny(entry, redactText)]),
  );
}
