import type { FetchResult } from '../../fetch/types.ts';
import type { PageRequest } from '../../model.ts';
import type { Headers, KeptExchange, KeptRequest, KeptResponse } from '../../warc/exchange.ts';
import { loadedByField, questionField, requestField, writeRequest } from '../../warc/own-fields.ts';
import { type RunContext, secretTextsOf } from '../run-context.ts';
import { credentialsIn, hideCredentials } from './hide-credentials.ts';
import type { LoadedAnswer } from './loaded.ts';
import { redactBody } from './redact-body.ts';

/**
 * The exchange as it is kept: without what opens the site, which is `[secret]` in its place. The record says where. `html`: what
 * a browser made of the page. `since`: when the page was fetched that has not changed, epoch ms.
 */
export function exchangeOf(
  run: RunContext,
  request: PageRequest,
  answer: FetchResult,
  { html, since, secrets }: { html: Uint8Array | undefined; since: number | undefined; secrets: string[] },
): KeptExchange {
  const { redaction } = run;
  const redactor = redactorOf(run, secrets);
  const fields: Record<string, string> = {
    [requestField]: writeRequest(redaction.redactValue(request, secrets)),
  };
  const response =
    since === undefined ? pageOf(redactor, answer, html) : unchangedOf(redactor, answer, since);
  return redactedExchange(redactor, answer, response, fields);
}

/** The exchange of something that a page has loaded in a browser. */
export function loadedExchangeOf(
  run: RunContext,
  page: FetchResult,
  { answer, isTruncated, question }: LoadedAnswer,
  secrets: string[],
): KeptExchange {
  const redactor = redactorOf(run, secrets);
  const response = pageOf(redactor, answer, undefined);
  const { redaction } = run;
  const fields = {
    [loadedByField]: redaction.redactText(page.url, secrets),
    ...(question === undefined
      ? {}
      : { [questionField]: JSON.stringify(redaction.redactValue(question, secrets)) }),
  };
  const truncated = isTruncated === true ? ({ truncated: 'length' } as const) : {};
  return redactedExchange(redactor, answer, { ...response, ...truncated }, fields);
}

/** What must not be kept of a page: what opens sessions and proxies, and what any of its exchanges shows to be a credential. */
export function secretsOf(run: RunContext, answers: FetchResult[]): string[] {
  return [...new Set([...secretTextsOf(run), ...answers.flatMap(credentialsIn)])];
}

function redactedExchange(
  redactor: Redactor,
  answer: FetchResult,
  response: KeptResponse,
  fields: Record<string, string>,
): KeptExchange {
  const url = redactor.text(answer.url, 'address');
  const request = sentRequest(redactor, answer);
  return {
    ...{ url, at: answer.startedAt, response },
    ...(request === undefined ? {} : { request }),
    fields: { ...fields, ...redactor.notes() },
  };
}

/** Replaces secrets, and knows where it has done so. */
type Redactor = ReturnType<typeof redactorOf>;

function redactorOf({ redaction }: RunContext, secrets: string[]) {
  const replaced = new Set<string>();
  const unsearched = new Set<string>();
  const noted = <Value>(redacted: Value, value: Value, where: string): Value => {
    if (redacted !== value) replaced.add(where);
    return redacted;
  };
  const text = (value: string, where: string) => noted(redaction.redactText(value, secrets), value, where);
  return {
    text,
    headers: (all: Headers, where: string): Headers =>
      all.map(([name, value]) => {
        const shown = noted(hideCredentials(name, value), value, `${where} ${name}`);
        return [name, text(shown, `${where} ${name}`)];
      }),
    body(value: Uint8Array, where: string, contentEncoding?: string) {
      const kept = redactBody(value, (bytes) => redaction.redactBytes(bytes, secrets), contentEncoding);
      if (kept.isUnsearched) unsearched.add(where);
      noted(kept.body, value, where);
      return kept;
    },
    notes: (): Record<string, string> => ({
      ...(replaced.size === 0 ? {} : { 'Spinneret-Redacted': [...replaced].join(', ') }),
      ...(unsearched.size === 0 ? {} : { 'Spinneret-Not-Searched': [...unsearched].join(', ') }),
    }),
  };
}

function pageOf(redactor: Redactor, answer: FetchResult, html: Uint8Array | undefined): KeptResponse {
  const headers = redactor.headers(headersOfAnswer(answer), 'response');
  const { body, isLeftOut } = redactor.body(answer.body, 'body', answer.headers['content-encoding']);
  return {
    ...{ is: 'page', status: answer.status, headers, body },
    ...(isLeftOut === undefined ? {} : { truncated: 'unspecified' }),
    ...(html === undefined ? {} : { rendered: redactor.body(html, 'rendered body').body }),
  };
}

function unchangedOf(redactor: Redactor, answer: FetchResult, since: number): KeptResponse {
  const headers = redactor.headers(headersOfAnswer(answer), 'response');
  return { is: 'unchanged', status: answer.status, headers, since };
}

function sentRequest(redactor: Redactor, { sent, url }: FetchResult): KeptRequest | undefined {
  if (sent === undefined) return undefined;
  const { method, path, headers, body = '' } = sent;
  const host: Headers = [['host', new URL(url).host]];
  return {
    method,
    target: redactor.text(path, 'address'),
    headers: redactor.headers([...host, ...Object.entries(headers)], 'request'),
    body: redactor.body(Buffer.from(body), 'request body').body,
  };
}

/** Each Set-Cookie by itself, since they cannot be joined. */
function headersOfAnswer({ headers, setCookies = [] }: FetchResult): Headers {
  const { 'set-cookie': _, ...others } = headers;
  return [...Object.entries(others), ...setCookies.map((value): Headers[number] => ['set-cookie', value])];
}
