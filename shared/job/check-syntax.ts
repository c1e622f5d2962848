import { parse } from 'css-what';
import type { z } from 'zod';

type Context = z.core.$RefinementCtx;

/** zod refinements for the small languages inside a job: selectors, URL patterns, regular expressions. */

export function checkSelector(selector: string, context: Context): void {
  try {
    parse(selector);
  } catch (error) {
    report(context, `a CSS selector (${messageOf(error)})`);
  }
}

export function checkRegex(source: string, context: Context): void {
  try {
    new RegExp(source, 'u');
  } catch (error) {
    report(context, `a regular expression (${messageOf(error)})`);
  }
}

export function checkPattern(pattern: string, context: Context): void {
  if (pattern.startsWith('regex:')) {
    checkRegex(pattern.slice('regex:'.length), context);
    return;
  }
  if (!/^(\/|\*|https?:\/\/)/i.test(pattern)) {
    report(context, 'a URL pattern that begins with /, *, http:// or https://, or with regex:');
  }
}

function report(context: Context, message: string): void {
  context.addIssue({ code: 'custom', message });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
