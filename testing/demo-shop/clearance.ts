import type { Answer } from './answer.ts';

/** Bodies above this are larger than config/quickstart.yaml allows. */
const hugeBodyBytes = 1_100_000;

/** A page of the clearance section that fails, redirects or is no page. */
export interface Trouble {
  path: string;
  name: string;
  /** Whether the clearance listing links to it; else only a redirect leads there. */
  isListed: boolean;
  answer: Answer;
  /** How a run of config/quickstart.yaml ends it. */
  end: 'failed' | 'skipped';
  code: string;
}

/** A page for each failure that the demo shows. `soldPath`: the path of a product to which two of them redirect. */
export function makeTroubles(soldPath: string): Trouble[] {
  const failing: [string, string, string, Answer][] = [
    ['/p/discontinued-radio', 'Discontinued radio', 'HTTP_404', { status: 404, body: 'Gone for good.' }],
    ['/p/cursed-teapot', 'Cursed teapot', 'HTTP_500', { status: 500, body: 'Internal error.' }],
    [
      '/p/unplugged-lamp',
      'Unplugged lamp',
      'CONNECTION_LOST',
      { status: 200, body: 'x'.repeat(2_000), cutAfter: 500 },
    ],
    ['/p/endless-scroll', 'Endless scroll', 'BODY_TOO_LARGE', { status: 200, body: hugeBody() }],
  ];
  const moved: [string, string, boolean, number, string][] = [
    ['/p/renamed-kettle', 'Renamed kettle', true, 301, soldPath],
    ['/p/twice-moved-desk', 'Twice moved desk', true, 302, '/p/once-moved-desk'],
    ['/p/once-moved-desk', 'Once moved desk', false, 307, soldPath],
    ['/p/moebius-scarf', 'Möbius scarf', true, 302, '/p/moebius-scarf-back'],
    ['/p/partner-offer', 'Partner offer', true, 302, 'https://example.com/offer'],
  ];
  return [
    ...failing.map(
      ([path, name, code, answer]): Trouble => ({ path, name, isListed: true, answer, end: 'failed', code }),
    ),
    ...moved.map(([path, name, isListed, status, location]): Trouble => {
      const code = location.startsWith('/') ? 'REDIRECTED' : 'REDIRECT_OUT_OF_SCOPE';
      return { path, name, isListed, answer: { status, headers: { location } }, end: 'skipped', code };
    }),
    {
      path: '/p/moebius-scarf-back',
      name: 'Möbius scarf, back',
      isListed: false,
      answer: { status: 302, headers: { location: '/p/moebius-scarf' } },
      end: 'failed',
      code: 'TOO_MANY_REDIRECTS',
    },
  ];
}

function hugeBody(): string {
  const row = '<p>And one more thing that nobody asked for.</p>\n';
  return `<!doctype html><title>Endless</title>${row.repeat(Math.ceil(hugeBodyBytes / row.length))}`;
}
