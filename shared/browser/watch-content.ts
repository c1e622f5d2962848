import { contentWatcher } from './content-watcher.ts';
import { enterOwnWorld, thrownBy } from './own-world.ts';
import { type Tab, within } from './tab.ts';

/** What of a page's content changes, in the page itself and in the frames that are in its process. */
export interface ContentWatch {
  /** Whether the page and its frames have loaded. */
  isLoaded(): Promise<boolean>;
  /** For how long nothing of it has changed: milliseconds since it was first asked for, or since the last change. */
  unchanged(): Promise<Unchanged>;
  /** Whether its scripts, or its workers, compute, so that they let no other in for a while. */
  isBusy(): Promise<boolean>;
  /** How many elements there are. */
  size(): Promise<number>;
  /** From now on links and rows that are taken away are noted. */
  noteRemoved(): Promise<void>;
  /** How many of these are not there any more. */
  removed(): Promise<number>;
  /** Scrolls all that can be scrolled to its end, by steps; whether the end was further away than this time. */
  scrollOn(): Promise<void>;
  /** Where the pointer is over what its scripts may scroll, in CSS pixels of the window. */
  wheelPoints(): Promise<[x: number, y: number][]>;
  /** Whether anything can be scrolled further. */
  hasMore(): Promise<boolean>;
}

export interface Unchanged {
  /** What it says: texts, elements, attributes. */
  contentMs: number;
  /** And how it looks: styles, classes. */
  looksMs: number;
  /** Whether an animation runs that ends soon. */
  isMoving: boolean;
}

type Watcher = { [Name in Exclude<keyof ContentWatch, 'isBusy'>]: Awaited<ReturnType<ContentWatch[Name]>> };

/** Scripts that took longer than this to let another in were computing. */
const busyMs = 250;
/** A page of more frames shows advertisements. */
const maxFrames = 50;

/** Watches the page that the tab of this session shows, whichever it is. */
export function watchContent({ page, session }: Pick<Tab, 'page' | 'session'>): ContentWatch {
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
    throw thrownBy(evaluated.exceptionDetails);
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
    async unchanged() {
      const all = await inFrames('unchanged');
      return {
        contentMs: leastOf(all.map(({ contentMs }) => contentMs)),
        looksMs: leastOf(all.map(({ looksMs }) => looksMs)),
        isMoving: all.some(({ isMoving }) => isMoving),
      };
    },
    async isBusy() {
      const asked = [page.evaluate('true'), ...page.workers().map((worker) => worker.evaluate('true'))];
      // One that has ended computes nothing.
      const answers = asked.map((answer) =>
        within(
          answer.catch(() => true),
          busyMs,
        ),
      );
      return (await Promise.all(answers)).includes(undefined);
    },
    size: async () => sumOf(await inFrames('size')),
    async noteRemoved() {
      await inFrames('noteRemoved');
    },
    removed: async () => sumOf(await inFrames('removed')),
    async scrollOn() {
      await inFrames('scrollOn');
    },
    // Those of frames are relative to their frames.
    wheelPoints: async () => (await inFrames('wheelPoints'))[0] ?? [],
    hasMore: async () => (await inFrames('hasMore')).includes(true),
  };
}

function sumOf(counts: number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
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
