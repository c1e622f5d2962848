import type { Job } from '../job/schema.ts';

/**
 * The User-Agent header: product, then how to reach whoever runs it, such as
 * `AcmeBot/1.0 (+https://acme.example/bot)`. Its first token is the one robots.txt groups are matched by.
 */
export function userAgentOf(politeness: Pick<Job['politeness'], 'userAgent' | 'contact'>): string {
  // Parentheses would end the comment early, and a header holds visible ASCII only (RFC 9110 section 5.5).
  const contact = (politeness.contact ?? '')
    .replace(/[^\x21-\x7e]+/g, ' ')
    .replace(/[()\\]/g, '')
    .trim();
  return contact === '' ? politeness.userAgent : `${politeness.userAgent} (+${contact})`;
}
