import type { FetchResult } from '../../fetch/types.ts';

/** Something that a page in a browser has loaded. */
export interface LoadedAnswer {
  answer: FetchResult;
  /** It would be too much to hold until the page is kept, so that its body is let go. */
  isTruncated?: true;
}

/** Of the bodies of what one page loads, which a process holds until it knows whether the page is kept. */
const maxLoadedBytes = 32e6;

/**
 * Notes what a page loads, in the order in which it comes. Where a frame is led on, nothing of that is noted: that is how pages sign
 * their users on elsewhere, by addresses that open something.
 */
export function noteLoaded(maxBytes = maxLoadedBytes) {
  const answers: LoadedAnswer[] = [];
  let left = maxBytes;
  const note = (answer: FetchResult): void => {
    const bytes = answer.body.byteLength;
    const isTruncated = bytes > left;
    if (isTruncated) answers.push({ answer: { ...answer, body: new Uint8Array() }, isTruncated });
    else answers.push({ answer });
    if (!isTruncated) left -= bytes;
  };
  return {
    answers,
    add({ isFrame }: { isFrame?: true }, answer: FetchResult & { redirects?: FetchResult[] }): void {
      const { redirects = [] } = answer;
      if (isFrame === true && redirects.length > 0) return;
      for (const redirect of redirects) note(redirect);
      note(answer);
    },
  };
}
