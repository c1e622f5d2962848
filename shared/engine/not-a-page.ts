import { DropError } from '../errors.ts';
import type { FetchResult } from '../fetch/types.ts';
import type { Item, Json } from '../model.ts';

const withoutContent: Record<number, string> = {
  204: 'No Content',
  205: 'Reset Content',
  304: 'Not Modified, which nobody asked',
};

/** Why an answer that is no error holds nothing to read; `undefined` of a page. */
export function notAPage({ url, status, headers, body }: FetchResult): DropError | undefined {
  const meaning = withoutContent[status];
  if (meaning !== undefined) return new DropError('NO_CONTENT', `${url} answered ${status}, ${meaning}`);
  if (status === 206 && !isAll(headers['content-range'])) {
    const range = headers['content-range'] ?? 'without saying which';
    return new DropError('RESPONSE_INVALID', `${url} answered 206, a part of the page, unasked (${range})`);
  }
  return body.length === 0
    ? new DropError('NO_CONTENT', `${url} answered ${status} with an empty body`)
    : undefined;
}

/** RFC 9110 §14.4: `bytes 0-499/500`. */
function isAll(contentRange: string | undefined): boolean {
  const [, first, last, length] = /^bytes\s+(\d+)-(\d+)\/(\d+)$/i.exec(contentRange ?? '') ?? [];
  return first === '0' && length !== undefined && Number(last) + 1 === Number(length);
}

/** An item without a single value is none, whether or not a field of it is required. */
export function withoutValues(item: Item): boolean {
  const values = Object.values(item.fields);
  return values.length > 0 && values.every(isEmpty);
}

export function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (typeof value !== 'object') return false;
  return Object.values(value).every(isEmpty);
}
