import { isHtml } from './answer-text.ts';

/** The answer to a URL of `search-request.ts`. */
export interface ListingAnswer {
  status: number;
  /** As in the header, if there was one. */
  contentType?: string | undefined;
  url: string;
  /** Where a redirect leads, absolute. It is never followed. */
  redirect?: string | undefined;
  body: Uint8Array;
}

/** The site refuses the requests. Retrying or disguising them would circumvent that, so the run is paused. */
export interface ListingRefusal {
  /** `consent`: it first asks for consent. `stub`: the right form, and nearly nothing in it. `gated`: otherwise not open. */
  state: 'blocked' | 'consent' | 'gated' | 'stub';
  message: string;
}

/** Recognises a refusal by status and address only. */
export function readRefusal({ status, url, redirect }: ListingAnswer): ListingRefusal | undefined {
  const target = URL.parse(redirect ?? url);
  if (target && /^\/sorry(\/|$)/.test(target.pathname)) {
    return blocked('the site sends to its page against robots (/sorry/)');
  }
  if (status === 429) return blocked('the site answers 429: too many requests');
  if (status === 403) return blocked('the site answers 403: it refuses the request');
  if (target && /^consent\./.test(target.hostname))
    return consent('the site first asks for consent to cookies');
  if (target && /^accounts\./.test(target.hostname))
    return { state: 'gated', message: 'the site first asks to sign in' };
  return undefined;
}

/** Recognises a refusal by the words of a page that was sent instead of data. */
export function readRefusalPage(text: string): ListingRefusal | undefined {
  if (!isHtml(text)) return undefined;
  if (/\/sorry\/|g-recaptcha|id="captcha|unusual traffic from your computer/i.test(text)) {
    return blocked('the site sends a page with a captcha');
  }
  if (/https?:\/\/consent\.[a-z]+\.|action="[^"]{0,200}\/save["?]/i.test(text)) {
    return consent('the site sends a page that asks for consent to cookies');
  }
  return undefined;
}

/** The refusal for an answer of the right form that is nearly empty. */
export function stub(bytes: number): ListingRefusal {
  const message = `the site sends ${bytes} bytes with nothing in them, as it does where it holds results back`;
  return { state: 'stub', message };
}

function blocked(message: string): ListingRefusal {
  return { state: 'blocked', message };
}

function consent(message: string): ListingRefusal {
  return { state: 'consent', message };
}
