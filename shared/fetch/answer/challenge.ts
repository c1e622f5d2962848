// Answers that stand in place of a page until a visitor has proved to be a person or a browser: bot checks, CAPTCHAs and
// the notices of firewalls. Many have status 200, and would be stored as pages. Nothing here answers one.

/** Headers by which a service says itself that the answer is a challenge, by lower-case name. */
const challengeHeaders: Record<string, { value: RegExp; service: string }> = {
  // developers.cloudflare.com, "Detect a Challenge Page response".
  'cf-mitigated': { value: /^challenge$/i, service: 'Cloudflare' },
  // AWS WAF developer guide, "CAPTCHA and Challenge actions".
  'x-amzn-waf-action': { value: /^(challenge|captcha)$/i, service: 'AWS WAF' },
  'x-vercel-mitigated': { value: /^(challenge|deny)$/i, service: 'Vercel' },
  // Of what it blocks; `x-datadome` stands at pages, too.
  'x-dd-b': { value: /./, service: 'DataDome' },
  'x-sucuri-block': { value: /./, service: 'Sucuri' },
};

/**
 * What the markup of such pages holds, and that of a page with a form to be solved, or a script of the same service in
 * its background, does not. All marks of a row must be there.
 */
const challengeMarks: { marks: string[]; service: string }[] = [
  { marks: ['window._cf_chl_opt', '<title>Just a moment'], service: 'Cloudflare' },
  { marks: ['<title>Attention Required! | Cloudflare'], service: 'Cloudflare' },
  { marks: ['Incapsula incident ID', '_Incapsula_Resource'], service: 'Imperva' },
  { marks: ['captcha-delivery.com', 'var dd='], service: 'DataDome' },
  { marks: ['px-captcha', '_pxAppId'], service: 'HUMAN' },
  { marks: ['window.gokuProps', 'awswaf.com'], service: 'AWS WAF' },
  { marks: ['sucuri_cloudproxy_js', '<script'], service: 'Sucuri' },
  { marks: ['/.well-known/ddos-guard/js-challenge'], service: 'DDoS-Guard' },
  { marks: ['id="anubis_challenge"'], service: 'Anubis' },
  { marks: ['<title>Vercel Security Checkpoint'], service: 'Vercel' },
  { marks: ['action="/errors/validateCaptcha"'], service: 'Amazon' },
  { marks: ['<title>Request Rejected', 'support ID is'], service: 'F5' },
  { marks: ['window["bobcmn"]'], service: 'F5' },
  { marks: ['id="sec-if-cpt-container"'], service: 'Akamai' },
  { marks: ['window.KPSDK', '/ips.js?'], service: 'Kasada' },
];

/** The service whose headers say that the answer is a challenge; `undefined` for all others. */
export function challengeByHeaders(
  headers: Record<string, string | string[] | undefined>,
): string | undefined {
  for (const name in challengeHeaders) {
    const value = headers[name];
    const rule = challengeHeaders[name];
    if (value !== undefined && rule?.value.test(String(value).trim())) return rule.service;
  }
  return undefined;
}

/** Challenges are small, and lead hardly anywhere: other pages are recognised by that, since their marks are not looked for. */
const maxChallengeBytes = 65_536;
const maxChallengeLinks = 8;

/** The service whose challenge this body is; `undefined` for pages. */
export function challengeByBody(body: Uint8Array): string | undefined {
  if (body.length > maxChallengeBytes) return undefined;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  if (hasManyLinks(bytes)) return undefined;
  // Many short searches: in a string each of them costs a tenth of what it costs in a buffer.
  const text = bytes.toString('latin1');
  return challengeMarks.find(({ marks }) => marks.every((mark) => text.includes(mark)))?.service;
}

/** Looked for in the bytes: nearly every page would else be copied to a string, which is most of what it leaves to be collected. */
function hasManyLinks(body: Buffer): boolean {
  let at = -1;
  for (let count = 0; count <= maxChallengeLinks; count += 1) {
    at = body.indexOf('<a ', at + 1, 'latin1');
    if (at === -1) return false;
  }
  return true;
}
