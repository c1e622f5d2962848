import { z } from 'zod';
import { patterns, selector } from '../schema/leaf-schema.ts';
import type { Via } from '../sessions/login-steps-schema.ts';

/** Kinds of what pages load that no value is read from. */
const blockable = ['image', 'font', 'media', 'stylesheet'] as const;

export type Blockable = (typeof blockable)[number];

/** How a page is read in a browser; `auto`: only where the page as the server sends it lacks what its label expects. */
export interface RenderRule {
  use: 'browser' | 'auto';
  from: 'document' | 'xhr';
  /** Of `from: xhr`: URLs of the answers. */
  match?: string[] | undefined;
  waitFor?: string | undefined;
  click?: { select: string; max: number } | undefined;
  scroll: number;
  block: Blockable[];
  /** Of the page as it is when it is read. */
  capture?: Capture | undefined;
  timeoutMs: number;
}

const captures = ['screenshot', 'pdf'] as const;

export type Capture = (typeof captures)[number];

const defaults = {
  from: 'document' as const,
  scroll: 0,
  block: ['image', 'font', 'media'] satisfies Blockable[],
  timeoutMs: 30_000,
};

/** A capture shows what a person sees. */
const blockedOfCaptures: Blockable[] = ['media'];

const use = z.enum(['browser', 'auto']);

/** What scripts ask for, and what a page looks like, is known in a browser alone: no page can do without one. */
function checkRule(
  { use, from, match, capture, scroll }: Omit<RenderRule, 'block'>,
  context: z.core.$RefinementCtx,
): void {
  if (from === 'xhr' && match === undefined) {
    context.addIssue({
      code: 'custom',
      path: ['match'],
      message: 'URL patterns of the answers that from: xhr reads',
      input: match,
    });
  }
  if (from === 'xhr' && use === 'auto') {
    context.addIssue({ code: 'custom', path: ['use'], message: 'use: browser, for from: xhr', input: use });
  }
  if (capture !== undefined && use === 'auto') {
    context.addIssue({
      code: 'custom',
      path: ['use'],
      message: 'use: browser, for a capture of each page',
      input: use,
    });
  }
  if (scroll > 0 && use === 'auto') {
    context.addIssue({
      code: 'custom',
      path: ['use'],
      message: 'use: browser, to scroll each page',
      input: use,
    });
  }
  if (from === 'document' && match !== undefined) {
    context.addIssue({
      code: 'custom',
      path: ['match'],
      message: 'no match beside from: document; that of the label is beside render',
      input: match,
    });
  }
}

/** For the pages of one label. */
export const renderRule = z
  .union([
    use.transform((name): RenderRule => ({ use: name, ...defaults, block: [...defaults.block] })),
    z
      .strictObject({
        use: use
          .default('browser')
          .describe(
            'browser: each page is read in a browser. auto: only one that has no text of its own but scripts, lacks a required field or what waitFor names, holds what is to be clicked, or has a placeholder ({{ … }}, Loading …) for a value, or one that its field cannot take.',
          ),
        from: z
          .enum(['document', 'xhr'])
          .default(defaults.from)
          .describe(
            'document: the page is what its scripts have made of it. xhr: it is the JSON that its scripts asked for (fetch, XMLHttpRequest), of URLs as in match, each answer read by paths like a page; spinneret try shows which holds the data.',
          ),
        match: patterns.optional().describe('Of from: xhr: URL patterns of the answers to read.'),
        waitFor: selector
          .optional()
          .describe(
            'The page is read when an element of it, or of a frame of its own origin, matches. Without it: when it has loaded, asks for nothing and changes nothing for half a second, and its scripts and workers do not compute (one that changes texts, elements or attributes for 5 s, or asks for two thirds of its time, is read and marked RENDERED_PARTLY; styles and classes are waited for 2 s, animations that end 5 s); what changes once a second, such as a countdown, has to be named here; of `from: xhr` also when an answer is there to be read.',
          ),
        click: z
          .strictObject({
            select: selector.describe('The element to click, such as a button that shows more.'),
            max: z.int().min(1).max(1_000).default(50).describe('How often, at most.'),
          })
          .optional()
          .describe(
            'The first that is shown is clicked until none is, or it is disabled, for 1.5 s, or until a click does nothing. A page that it leads away from stays where it is, and is marked RENDERED_PARTLY: links are for follow and next.',
          ),
        scroll: z
          .int()
          .min(0)
          .max(1_000)
          .default(defaults.scroll)
          .describe(
            'How often to scroll to the end, at most, by steps of a window: the page, and what scrolls within it, down and to the side (what begins at its end: up), and by the wheel where that makes it grow, until it grows no more. With click, again after the clicks. One that does still is marked RENDERED_PARTLY.',
          ),
        block: z
          .array(z.enum(blockable))
          .optional()
          .describe(
            'Kinds of what pages load that are not fetched. Without it: image, font and media; of pages with a capture media alone.',
          ),
        capture: z
          .enum(captures)
          .optional()
          .describe(
            'Keep what the page looks like when it is read, as a file that _capture of its items names: screenshot, a PNG of the whole page, 16,384 pixels of its height at most; or pdf, on sheets of A4. One beyond files.maxFileBytes is left out, which marks the page RENDERED_PARTLY.',
          ),
        timeoutMs: z
          .int()
          .min(1_000)
          .max(600_000)
          .default(defaults.timeoutMs)
          .describe(
            'Milliseconds for one page. Time in which it waits for what it asked for does not count; answers may take ten times as long, all of a page together, and it gets no further ones then.',
          ),
      })
      .superRefine(checkRule)
      .transform(
        ({ block, ...rule }): RenderRule => ({
          ...rule,
          block: block ?? [...(rule.capture === undefined ? defaults.block : blockedOfCaptures)],
        }),
      ),
  ])
  .describe(
    'Read such pages in a browser, for those that scripts fill in: browser, auto, or settings. Needs Chromium or Chrome on this machine, and on AWS a stack with aws.browser.',
  );

/** Labels whose pages are read in a browser: to them `#/…` and `#!…` are pages of their own. */
export function labelsWithRoutes(
  pages: Record<string, { render?: RenderRule | undefined }>,
): ReadonlySet<string> {
  return new Set(Object.keys(pages).filter((label) => pages[label]?.render !== undefined));
}

/** What of a job needs a browser, as keys. */
export function browserKeysOf({
  pages,
  sessions = {},
}: {
  pages: Record<string, { render?: RenderRule | undefined }>;
  sessions?: Record<string, { login?: { via: Via } | undefined }> | undefined;
}): string[] {
  return [
    ...Object.entries(pages).flatMap(([label, { render }]) =>
      render === undefined ? [] : [`pages.${label}.render`],
    ),
    ...Object.entries(sessions).flatMap(([name, { login }]) =>
      login?.via === 'browser' ? [`sessions.${name}.login.via`] : [],
    ),
  ];
}
