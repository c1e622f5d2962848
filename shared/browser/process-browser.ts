import type { BrowserOptions } from './renderer.ts';
import type { Renderer } from './types.ts';

export interface ProcessBrowser extends AsyncDisposable {
  /** One renderer for all runs of the process. Rejects with `HaltError` BROWSER_MISSING and BROWSER_UNSAFE. */
  makeRenderer(): Promise<Renderer>;
}

/** The browser of this process, whose code is loaded by the first job that reads pages in one. */
export function browserOf(options: BrowserOptions): ProcessBrowser {
  let renderer: Promise<Renderer> | undefined;
  return {
    makeRenderer() {
      renderer ??= import('./renderer.ts').then(({ makeRenderer }) => makeRenderer(options));
      return renderer;
    },
    async [Symbol.asyncDispose]() {
      const opened = await renderer?.catch(() => undefined);
      await opened?.close();
    },
  };
}
