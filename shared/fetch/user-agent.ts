import type { Job } from '../job/schema.ts';

/**
 * The User-Agent header: product, then how to contact its operator, such as `AcmeBot/1.0
 * (+https://acme.example/bot)`. Groups of robots.txt are matched by its first token.
 */
export function userAgentOf(politeness: Pick<Job['politeness'], 'userAgent' | 'contact'>): string {
  // Parentheses would end the comment early, and a header may hold visible ASCII only (RFC 9110 section 5.5).
  const contact = (politeness.contact ?? '')
    .replace(/[^\x21-\x7e]+/g, ' ')
    .replace(/[()\\]/g, '')
    .trim();
  return contact === '' ? politeness.userAgent : `${politeness.userAgent} (+${contact})`;
}
