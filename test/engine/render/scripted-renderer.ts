import type { RenderedPage, Renderer, ResourceRequest, ScriptAnswer } from '../../../shared/browser/types.ts';
import type { SiteAnswer } from '../site.ts';

/** What a page does in the browser, in place of its scripts. */
export interface PageScript {
  /** Asked for one after the other; addresses relative to the page. Their bodies are what the page shows then. */
  asks?: (Partial<ResourceRequest> & { url: string })[];
  movesTo?: string;
  /** Links that it takes away again. */
  removed?: number;
}

const opening = '<script type="text/x-page">';

/** A page that the scripted renderer reads. */
export function scripted(script: PageScript, html = ''): SiteAnswer {
  return { body: `<!doctype html><title>app</title>${html}${opening}${JSON.stringify(script)}</script>` };
}

/**
 * A renderer that does what pages made by `scripted` name, in their order: what a browser is asked by the engine, and gives it, without the
 * seconds that one takes.
 */
export function scriptedRenderer(seen: string[] = []): Renderer {
  return {
    async render({ answer, rule, visitor, cookies, maxBytes, ...page }) {
      if (!page.mayStart()) return 'unstarted';
      const { mustEnd, maxCaptureBytes } = page;
      const text = Buffer.from(answer.body).toString();
      const [before = '', rest = '{}'] = text.split(opening);
      const { asks = [], movesTo, removed } = JSON.parse(rest.split('</script>')[0] ?? '{}') as PageScript;
      seen.push(JSON.stringify({ url: answer.url, visitor, cookies, maxBytes, mustEnd: mustEnd?.() }));
      const missing: RenderedPage['missing'] = removed === undefined ? {} : { removed };
      const answers: ScriptAnswer[] = [];
      const shown: string[] = [];
      const { origin } = new URL(answer.url);
      for (const ask of asks) {
        const url = new URL(ask.url, answer.url).href;
        const wanted = { method: 'GET', headers: {}, askedBy: [origin], isStatic: false, ...ask, url };
        const got = await page.fetchResource(wanted);
        if ('refused' in got) {
          missing[got.refused] = (missing[got.refused] ?? 0) + 1;
          continue;
        }
        shown.push(`<p>${got.status} ${Buffer.from(got.body).toString()}</p>`);
        if (!wanted.isOfScript) continue;
        answers.push({
          ...{ method: wanted.method, url, status: got.status },
          ...{ contentType: got.headers['content-type'] ?? '', bytes: got.body.byteLength },
          ...(wanted.body === undefined ? {} : { sent: wanted.body }),
          ...(page.keepsAnswer?.(url) ? { kept: got } : {}),
        });
      }
      return {
        html: Buffer.from(`${before}${shown.join('')}`),
        ...(movesTo === undefined ? {} : { movedTo: new URL(movesTo, answer.url).href }),
        ...(rule.capture && maxCaptureBytes
          ? { capture: Buffer.from(`${rule.capture} of ${text.length}`) }
          : {}),
        missing,
        answers,
      };
    },
    walk: () => Promise.reject(new Error('no login is scripted')),
    close: async () => undefined,
  };
}
