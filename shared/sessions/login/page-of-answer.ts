import { openContent, type PageContent } from '../../extract/page-content.ts';
import type { Page } from '../../extract/types.ts';
import type { FetchResult } from '../../fetch/types.ts';

/** An answer as a page, whatever its status. */
export function pageOfAnswer({ url, status, headers, body, document }: FetchResult): Page {
  const contentType = headers['content-type'] ?? '';
  const page: Page = { url, label: '', status, contentType, body, fetchedAt: '', depth: 0 };
  return document === undefined ? page : { ...page, document };
}

export function contentOf(answer: FetchResult): PageContent {
  return openContent(pageOfAnswer(answer));
}

/** What an answer says in the end, without a fault for what is no page: a picture has no text and no elements. */
export function orNothing<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
