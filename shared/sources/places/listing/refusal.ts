import { isHtml } from './answer-text.ts';

/** What came for a URL of `search-request.ts`. */
export interface ListingAnswer {
  status: number;
  /** As in the header, if there was one. */
  contentType?: string | undefined;
  url: string;
  /** Where a redirect leads, absolute. It is never followed. */
  redirect?: string | undefined;
  body: Uint8Array;
}

/** The site does not want to be asked, or not like this. Asking again, or otherwise, is not the way on. */
export interface ListingRefusal {
  state: 'blocked' | 'gated';
  message: string;
}

/** By status and address alone. */
export function readRefusal({ status, url, redirect }: ListingAnswer): ListingRefusal | undefined {
  const target = URL.parse(redirect ?? url);
  if (target && /^\/sorry(\/|$)/.test(target.pathname)) {
    return blocked('the site sends to its page against robots (/sorry/)');
  }
  if (status === 429) return blocked('the site answers 429: too many requests');
  if (status === 403) return blocked('the site answers 403: it refuses the request');
  if (target && /^consent\./.test(target.hostname))
    return gated('the site first asks for consent to cookies');
  if (target && /^accounts\./.test(target.hostname)) return gated('the site first asks to sign in');
  return undefined;
}

/** By the words of a page that came instead of data. */
export function readRefusalPage(text: string): ListingRefusal | undefined {
  if (!isHtml(text)) return undefined;
  if (/\/sorry\/|g-recaptcha|id="captcha|unusual traffic from your computer/i.test(text)) {
    return blocked('the site sends a page with a captcha');
  }
  if (/https?:\/\/consent\.[a-z]+\.|action="[^"]{0,200}\/save["?]/i.test(text)) {
    return gated('the site sends a page that asks for consent to cookies');
  }
  return undefined;
}

/** Of an answer in the right wrapping that has next to nothing in it. */
export function stub(bytes: number): ListingRefusal {
  return gated(`the site sends ${bytes} bytes with nothing in them, as it does where it holds results back`);
}

function blocked(message: string): ListingRefusal {
  return { state: 'blocked', message };
}

function gated(message: string): ListingRefusal {
  return { state: 'gated', message };
}
