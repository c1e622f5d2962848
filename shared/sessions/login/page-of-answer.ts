import { openContent, type PageContent } from '../../extract/page-content.ts';
import type { FetchResult } from '../../fetch/types.ts';

/** The content of an answer, whatever its status. */
export function contentOf({ url, status, headers, body }: FetchResult): PageContent {
  const contentType = headers['content-type'] ?? '';
  return openContent({ url, label: '', kind: 'page', status, contentType, body, fetchedAt: '', depth: 0 });
}

/** What an answer says in the end, without a fault for what is no page: a picture has no text and no elements. */
export function orNothing<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
