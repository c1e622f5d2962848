import type { FetchResult } from '../../fetch/types.ts';
import type { PageRequest } from '../../model.ts';
import type { Headers, KeptExchange, KeptRequest, KeptResponse } from '../../warc/exchange.ts';
import { requestField, writeRequest } from '../../warc/own-fields.ts';
import { type RunContext, secretTextsOf } from '../run-context.ts';
import { credentialsIn, hideCredentials } from './hide-credentials.ts';

/**
 * The exchange as it is kept: without what opens the site, which is `[secret]` in its place. The record says where. `html`: what
 * a browser made of the page. `since`: when the page was fetched that has not changed, epoch ms.
 */
export function exchangeOf(
  run: RunContext,
  request: PageRequest,
  answer: FetchResult,
  { html, since }: { html: Uint8Array | undefined; since: number | undefined },
): KeptExchange {
  const { redaction } = run;
  const secrets = [...secretTextsOf(run), ...credentialsIn(answer)];
  const replaced: string[] = [];
  const noted = <Value>(redacted: Value, value: Value, where: string): Value => {
    if (redacted !== value) replaced.push(where);
    return redacted;
  };
  const text = (value: string, where: string) => noted(redaction.redactText(value, secrets), value, where);
  const bytes = (value: Uint8Array, where: string) =>
    noted(redaction.redactBytes(value, secrets), value, where);
  const headers = (all: Headers, where: string): Headers =>
    all.map(([name, value]) => {
      const shown = noted(hideCredentials(name, value), value, `${where} ${name}`);
      return [name, text(shown, `${where} ${name}`)];
    });
  const url = text(answer.url, 'address');
  const sent = sentRequest(answer);
  const response: KeptResponse = {
    status: answer.status,
    headers: headers(headersOfAnswer(answer), 'response'),
    ...(since === undefined
      ? {
          is: 'page',
          body: bytes(answer.body, 'body'),
          ...(html === undefined ? {} : { rendered: bytes(html, 'rendered body') }),
        }
      : { is: 'unchanged', since }),
  };
  const fields: Record<string, string> = {
    [requestField]: writeRequest(redaction.redactValue(request, secrets)),
  };
  const kept: KeptExchange = { url, at: answer.startedAt, response, fields };
  if (sent !== undefined) {
    kept.request = {
      method: sent.method,
      target: text(sent.target, 'address'),
      headers: headers(sent.headers, 'request'),
      body: bytes(sent.body, 'request body'),
    };
  }
  if (replaced.length > 0) fields['Spinneret-Redacted'] = [...new Set(replaced)].join(', ');
  return kept;
}

function sentRequest({ sent, url }: FetchResult): KeptRequest | undefined {
  if (sent === undefined) return undefined;
  const { method, path, headers, body = '' } = sent;
  const host: Headers = [['host', new URL(url).host]];
  return { method, target: path, headers: [...host, ...Object.entries(headers)], body: Buffer.from(body) };
}

/** Each Set-Cookie by itself, since they cannot be joined. */
function headersOfAnswer({ headers, setCookies = [] }: FetchResult): Headers {
  const { 'set-cookie': _, ...others } = headers;
  return [...Object.entries(others), ...setCookies.map((value): Headers[number] => ['set-cookie', value])];
}
