import type { ResourceRequest } from '../../browser/types.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type { Question } from '../../warc/own-fields.ts';

/** Something that a page in a browser has loaded. */
export interface LoadedAnswer {
  answer: FetchResult;
  /** It would be too much to hold until the page is kept, so that its body is let go. */
  isTruncated?: true;
  /** What a script of the page has asked, whose answer it is. */
  question?: Question;
}

type Wanted = Pick<ResourceRequest, 'isFrame' | 'isOfScript' | 'method' | 'body'>;

/** Of the bodies of what one page loads, which a process holds until it knows whether the page is kept. */
const maxLoadedBytes = 32e6;

/**
 * Notes what a page loads, in the order in which it comes. Where a frame is led on, nothing of that is noted: that is how pages sign
 * their users on elsewhere, by addresses that open something.
 */
export function noteLoaded(maxBytes = maxLoadedBytes) {
  const answers: LoadedAnswer[] = [];
  let left = maxBytes;
  const note = (answer: FetchResult, question?: Question): void => {
    const bytes = answer.body.byteLength;
    const isTruncated = bytes > left;
    const asked = question === undefined ? {} : { question };
    if (isTruncated) answers.push({ answer: { ...answer, body: new Uint8Array() }, isTruncated, ...asked });
    else answers.push({ answer, ...asked });
    if (!isTruncated) left -= bytes;
  };
  return {
    answers,
    add(
      { isFrame, isOfScript, method, body }: Wanted,
      answer: FetchResult & { redirects?: FetchResult[] },
    ): void {
      const { redirects = [] } = answer;
      if (isFrame === true && redirects.length > 0) return;
      for (const redirect of redirects) note(redirect);
      note(
        answer,
        isOfScript === true ? { method, ...(body === undefined ? {} : { sent: body }) } : undefined,
      );
    },
  };
}
