import { afterAll, describe, onTestFinished } from 'vitest';
import { findChromium } from '../../shared/browser/find-chromium.ts';
import { makeRenderer } from '../../shared/browser/renderer.ts';
import type { FetchResource, PageToRender, RenderedPage, Renderer } from '../../shared/browser/types.ts';
import type { RenderRule } from '../../shared/job/render-schema.ts';

/** Root, as in a container of CI, can't start the sandbox. */
export const sandbox = process.getuid?.() !== 0;

/** Tests that need the Chromium of this machine; where there is none, they are skipped, and say so. */
export function describeBrowser(name: string, tests: () => void): void {
  const missing = whyMissing();
  if (missing === undefined) describe(name, tests);
  else describe.skip(`${name} (skipped: ${missing})`, tests);
}

function whyMissing(): string | undefined {
  try {
    findChromium(undefined);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** A browser that closes with the test. */
export function openRenderer(): Renderer {
  const renderer = makeRenderer({ sandbox });
  onTestFinished(() => renderer.close());
  return renderer;
}

/**
 * One browser for all pages of a file that leave it as it was: to start one takes longer than to read them. It starts with the first, since
 * tests that are skipped have none.
 */
export function shareRenderer(): Renderer {
  let opened: Renderer | undefined;
  const open = () => {
    opened ??= makeRenderer({ sandbox });
    return opened;
  };
  const close = async () => opened?.close();
  afterAll(close);
  return { render: (page) => open().render(page), walk: (walk) => open().walk(walk), close };
}

export const rule: RenderRule = { use: 'browser', from: 'document', scroll: 0, block: [], timeoutMs: 30_000 };

export const origin = 'https://app.example';

/** Answers by path; anything else fails. */
export function answering(bodies: Record<string, string>): FetchResource {
  return async ({ url }) => {
    const body = bodies[new URL(url).pathname];
    return body === undefined ? { refused: 'failed' } : answerOf(url, body);
  };
}

export function answerOf(url: string, body: string, headers: Record<string, string> = {}) {
  const contentType = url.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8';
  return {
    url,
    status: 200,
    headers: { 'content-type': contentType, ...headers },
    body: Buffer.from(body),
    ms: 1,
    startedAt: 0,
  };
}

/** What has become of a page with this markup. */
export async function render(
  renderer: Renderer,
  html: string,
  { url = `${origin}/page`, ...more }: Partial<PageToRender> & { url?: string } = {},
): Promise<RenderedPage & { text: string }> {
  const page = await renderer.render({
    answer: answerOf(url, html),
    rule,
    visitor: { userAgent: 'Spinneret/test' },
    cookies: [],
    fetchResource: async () => ({ refused: 'failed' }),
    maxBytes: 10e6,
    mayStart: () => true,
    ...more,
  });
  if (page === 'unstarted') throw new Error('it may start');
  return { ...page, text: Buffer.from(page.html).toString() };
}
