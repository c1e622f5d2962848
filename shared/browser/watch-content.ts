import type { CDPSession } from 'playwright-core';
import { contentWatcher } from './content-watcher.ts';
import { enterOwnWorld } from './own-world.ts';

/** What of a page's content changes, in the page itself and in the frames that are in its process. */
export interface ContentWatch {
  /** Whether the page and its frames have loaded. */
  isLoaded(): Promise<boolean>;
  /** For how long nothing of it has changed: milliseconds since it was first asked for, or since the last change. */
  unchangedMs(): Promise<number>;
  /** From now on links and rows that are taken away are noted. */
  noteRemoved(): Promise<void>;
  /** How many of these are not there any more. */
  removed(): Promise<number>;
  /** Scrolls all that can be scrolled to its end, by steps; whether the end was further away than this time. */
  scrollOn(): Promise<void>;
  /** Whether anything can be scrolled further. */
  hasMore(): Promise<boolean>;
}

type Watcher = { [Name in keyof ContentWatch]: Awaited<ReturnType<ContentWatch[Name]>> };

/** A page of more frames shows advertisements. */
const maxFrames = 50;

/** Watches the page that the tab of this session shows, whichever it is. */
export function watchContent(session: CDPSession): ContentWatch {
  /** By frame; one that has gone to another document has another. */
  const contexts = new Map<string, Promise<number>>();
  const evaluateIn = async (frameId: string, expression: string, attempts = 2) => {
    const context = contexts.get(frameId) ?? enterOwnWorld(session, frameId);
    contexts.set(frameId, context);
    try {
      const wanted = { contextId: await context, expression, awaitPromise: true, returnByValue: true };
      return await session.send('Runtime.evaluate', wanted);
    } catch (error) {
      contexts.delete(frameId);
      if (attempts === 1) throw error;
      return evaluateIn(frameId, expression, attempts - 1);
    }
  };
  /** `undefined`: the frame, or what it showed, is gone. */
  const inFrame = async <Name extends keyof Watcher>(
    frameId: string,
    name: Name,
  ): Promise<{ value: Watcher[Name] } | undefined> => {
    const evaluated = await evaluateIn(frameId, `${contentWatcher}.${name}()`).catch(() => undefined);
    if (evaluated === undefined) return undefined;
    if (evaluated.exceptionDetails === undefined) return { value: evaluated.result.value };
    throw new Error(evaluated.exceptionDetails.exception?.description ?? evaluated.exceptionDetails.text);
  };
  const inFrames = async <Name extends keyof Watcher>(name: Name): Promise<Watcher[Name][]> => {
    const { frameTree } = await session.send('Page.getFrameTree');
    const frames = framesOf(frameTree).slice(0, maxFrames);
    const answers = await Promise.all(frames.map((frameId) => inFrame(frameId, name)));
    return answers.flatMap((answer) => (answer === undefined ? [] : [answer.value]));
  };
  return {
    async isLoaded() {
      const answers = await inFrames('isLoaded');
      return answers.length > 0 && !answers.includes(false);
    },
    unchangedMs: async () => leastOf(await inFrames('unchangedMs')),
    async noteRemoved() {
      await inFrames('noteRemoved');
    },
    removed: async () => (await inFrames('removed')).reduce((sum, count) => sum + count, 0),
    async scrollOn() {
      await inFrames('scrollOn');
    },
    hasMore: async () => (await inFrames('hasMore')).includes(true),
  };
}

/** A page that is just going on to another one has changed. */
function leastOf(times: number[]): number {
  return times.length === 0 ? 0 : Math.min(...times);
}

interface FrameTree {
  frame: { id: string };
  childFrames?: FrameTree[];
}

/** The page itself first. */
function framesOf({ frame, childFrames = [] }: FrameTree): string[] {
  return [frame.id, ...childFrames.flatMap(framesOf)];
}
