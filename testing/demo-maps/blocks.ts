import type { Answer } from './answer.ts';

/**
 * Ways in which the listing turns a visitor away: a redirect to /sorry/, a plain 429, the page that asks for
 * consent, a short answer of the right form without rows (`gated`), a long one with the header alone (`stub`), or rows
 * of another shape (`changed`).
 */
export type Block = 'sorry' | 'tooMany' | 'consent' | 'gated' | 'stub' | 'changed';

export function renderBlock(block: Exclude<Block, 'changed' | 'stub'>, href: string): Answer {
  const { origin } = new URL(href);
  const here = encodeURIComponent(href);
  switch (block) {
    case 'sorry':
      return {
        status: 302,
        headers: { location: `${origin}/sorry/index?continue=${here}&q=EgR` },
        body: 'Moved',
      };
    case 'tooMany':
      return { status: 429, headers: { 'retry-after': '3600' }, body: unusualTraffic };
    case 'consent':
      return {
        status: 200,
        body: `<!doctype html><title>Before you continue to Google Maps</title><form action="${origin}/consent/save" method="POST"><input type="hidden" name="continue" value="${here}"><button>Accept all</button></form>`,
      };
    case 'gated':
      return {
        status: 200,
        headers: { 'content-type': 'text/javascript; charset=UTF-8' },
        body: `)]}'\n[null,null,null,null,null,null,null,"demoEventId"]`,
      };
    default:
      return block satisfies never;
  }
}

/** What the redirect leads to. */
export function answerSorry(): Answer {
  return { status: 429, body: unusualTraffic };
}

const unusualTraffic =
  '<!doctype html><title>Sorry...</title><p>Our systems have detected unusual traffic from your computer network.</p><form id="captcha-form"></form>';
