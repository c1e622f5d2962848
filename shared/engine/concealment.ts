import type { Job } from '../job/schema.ts';
import { type Env, resolveSecrets, secretValues } from '../job/secrets.ts';
import type { Outcome, PageRequest } from '../model.ts';

/**
 * Secrets enter a request only while it is fetched. Queue and outcomes see `${env:NAME}`.
 * Sources other than `rest` are resolved when the run begins: their URLs decide about hosts.
 */
export interface Concealment {
  /** The job whose `rest` sources still carry placeholders: what requests are made from. */
  sources: Job;
  /** The request as it goes over the wire. */
  reveal(request: PageRequest): PageRequest;
  /** The outcome without any secret that an answer or an error message may have echoed. */
  conceal(outcome: Outcome): Outcome;
}

export function makeConcealment(frozen: Job, resolved: Job, env: Env): Concealment {
  const secrets = secretValues([frozen.fetch.headers, frozen.sources.map((source) => source.rest)], env);
  const inHosts = new Set(resolved.sources.flatMap(({ rest }) => (rest === undefined ? [] : [new URL(rest.url).origin])));
  const hidden = secrets.filter((secret) => ![...inHosts].some((origin) => origin.includes(secret)));
  return {
    sources: { ...resolved, sources: resolved.sources.map((source, index) => withPlaceholders(frozen, source, index)) },
    reveal: (request) => (request.kind === 'rest' ? revealed(request, env) : request),
    conceal: (outcome) => (hidden.length === 0 ? outcome : redacted(outcome, hidden)),
  };
}

/** A placeholder in the host is no secret and must be resolved; elsewhere it stays. */
function withPlaceholders(frozen: Job, source: Job['sources'][number], index: number): Job['sources'][number] {
  const rest = frozen.sources[index]?.rest;
  if (rest === undefined || source.rest === undefined) return source;
  const hostIsPlain = URL.parse(rest.url)?.origin === new URL(source.rest.url).origin;
  return { rest: hostIsPlain ? rest : { ...rest, url: source.rest.url } };
}

/** Setting a query parameter encodes the placeholders of the others. */
const encodedPlaceholder = /(?:\$|%24)(?:\{|%7B)env(?::|%3A)([A-Za-z_][A-Za-z0-9_]*)(?:\}|%7D)/gi;

function revealed(request: PageRequest, env: Env): PageRequest {
  const { headers, body } = request;
  return {
    ...request,
    url: request.url.replace(encodedPlaceholder, (_, name: string) => encodeURIComponent(env[name] ?? '')),
    ...(headers === undefined ? {} : { headers: resolveSecrets(headers, env) }),
    ...(body === undefined ? {} : { body: resolveSecrets(body, env) }),
  };
}

function redacted(outcome: Outcome, secrets: string[]): Outcome {
  let text = JSON.stringify(outcome);
  for (const secret of secrets) text = text.replaceAll(JSON.stringify(secret).slice(1, -1), '[secret]');
  return JSON.parse(text);
}
