import type { z } from 'zod';
import { judgeRegex } from '../patterns/compile-regex.ts';
import { parseJsonPath } from './json-path-syntax.ts';
import { withStandIns } from './secrets.ts';
import { findSelectorMistake } from './selector-mistakes.ts';
import { parseXPath } from './xpath/parse-xpath.ts';

type Context = z.core.$RefinementCtx;

// zod refinements for the small languages inside a job. Their messages say what was expected, and `params` may
// have a `suggestion` (YAML to write instead) or a `hint` (a clause of advice).

/** CSS selectors, as `parseSelector` reads them. */
export function checkSelector(selector: string, context: Context): void {
  const mistake = findSelectorMistake(selector);
  if (mistake === undefined) return;
  const { reason, hint } = mistake;
  report(context, `a CSS selector (${reason})`, hint === undefined ? {} : { hint });
}

/** XPath 1.0, as `parseXPath` reads it. */
export function checkXPath(expression: string, context: Context): void {
  try {
    parseXPath(expression);
  } catch (error) {
    report(
      context,
      `an XPath 1.0 expression (${messageOf(error).replace(/^.* is no XPath 1\.0 expression: /s, '')})`,
    );
  }
}

/** A path into JSON, as `parseJsonPath` reads it. */
export function checkJsonPath(path: string, context: Context): void {
  try {
    parseJsonPath(path);
  } catch (error) {
    const hint =
      'keys joined by dots, [0] for an entry, [*] for all of them, ["any key"] for keys with marks in them';
    report(context, `a path such as price.amount or images[0] (${messageOf(error).replace(/^".*" /s, '')})`, {
      hint,
    });
  }
}

/** A variable, what it is in before it, or the id of a script. */
export function checkScriptName(name: string, context: Context): void {
  if (/^[\p{ID_Start}$_][\p{ID_Continue}$-]*(?:\.[\p{ID_Start}$_][\p{ID_Continue}$]*)*$/u.test(name)) return;
  const isPath = /[[\]]/.test(name);
  const hint = isPath ? 'what is below the variable is named by path' : '';
  report(context, 'a variable such as window.__STATE__, or the id of a script', hint === '' ? {} : { hint });
}

/**
 * Of an expression whose search may take exponential time, also that the engine in which it then runs can run it
 * (docs/decisions/regexes.md).
 */
export function checkRegex(source: string, context: Context): void {
  try {
    new RegExp(source, 'u');
  } catch (error) {
    const reason = messageOf(error).replace(/^Invalid regular expression: .*: /s, '');
    report(context, `a regular expression (${reason})`);
    return;
  }
  const { refusal } = judgeRegex(source);
  if (refusal === undefined) return;
  const { reason, instead } = refusal;
  const expected = `a regular expression that cannot explode, or that RE2 can run in linear time; this one ${reason}`;
  report(context, expected, { hint: instead });
}

export function checkPattern(pattern: string, context: Context): void {
  const beginning = pattern.split('/')[0] ?? '';
  if (pattern.startsWith('regex:')) {
    checkRegex(pattern.slice('regex:'.length), context);
  } else if (!/^(\/|\*|https?:\/\/)/i.test(pattern)) {
    const expected = 'a URL pattern that begins with /, *, http:// or https://, or with regex:';
    report(context, expected, { suggestion: `"**${pattern}"` });
  } else if (pattern.startsWith('*') && !beginning.includes('**') && !beginning.endsWith(':')) {
    // A single `*` ends at the first slash of https://, so `*.pdf` would never match anything.
    const expected = 'a URL pattern; a single * does not reach past the "/" of https://';
    report(context, expected, { suggestion: `"*${pattern}"` });
  } else {
    const [sign] = regexSigns.exec(pattern) ?? [];
    if (sign === undefined) return;
    const expected = `a URL pattern, in which only * and ** stand for other characters: ${sign} would be taken as it is written`;
    report(context, expected, { suggestion: `"regex:${pattern.replaceAll('\\', '\\\\')}"` });
  }
}

/**
 * What regular expressions have and addresses of pages hardly ever: escapes, classes, choices, `/.*` and `.+`, numbers of times, an end.
 * Brackets alone say nothing: `/wiki/Mercury_(film)*` is an address.
 */
const regexSigns =
  /\\.|\[\^?\w-\w[^\]]*\][*+?]?|\][*+]|\([^()]*\|[^()]*\)|\/\.[*+](?=$|\/)|\.\+|\{\d+,?\d*\}|\$$/u;

/** A URL may hold `${env:…}`: at its beginning for scheme and host, elsewhere for any part. */
export function checkHttpUrl(text: string, context: Context): void {
  const candidates = [withStandIns(text, 'x', 'x'), withStandIns(text, 'https://x', 'x')].filter(isHttpUrl);
  if (candidates.some((url) => !hasCredentials(url))) return;
  if (candidates.length > 0) {
    const hint =
      'send them in a header: Authorization: "Basic $' + '{env:NAME}", NAME holding name:password in Base64';
    report(context, 'a URL without user name and password, which would be kept and exported', { hint });
    return;
  }
  const looksLikeHost = /^[\w-]+(\.[\w-]+)+([:/?].*)?$/.test(text);
  report(context, 'an absolute http or https URL', looksLikeHost ? { suggestion: `https://${text}` } : {});
}

export function checkHeaderName(name: string, context: Context): void {
  if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) {
    report(context, 'a header name');
  } else if (/^(connection|content-length|expect|host|keep-alive|transfer-encoding|upgrade)$/i.test(name)) {
    report(context, 'a header name other than those that the HTTP client sets itself');
  }
}

export function checkHeaderValue(value: string, context: Context): void {
  if (/^[\t\x20-\x7e\u0080-\u00ff]*$/.test(value)) return;
  const hint = /[\r\n]/.test(value) ? 'a text block ends with a line break: write the value on one line' : '';
  report(context, 'a header value of Latin-1 characters on one line', { hint });
}

export function checkHost(host: string, context: Context): void {
  if (/^(\*\.)?[^/\s*@?#]+$/.test(host) && URL.canParse(`http://${host.replace(/^\*\./, '')}`)) return;
  const url = URL.canParse(host) ? new URL(host).host : '';
  report(context, 'a host name such as example.com or *.example.com', url ? { suggestion: url } : {});
}

export function checkDate(text: string, context: Context): void {
  const isDate = /^\d{4}-\d\d-\d\d(T.+)?$/.test(text) && !Number.isNaN(Date.parse(text));
  if (!isDate) report(context, 'a date such as 2026-01-31');
}

/** The expressions of EventBridge Scheduler: six fields for cron (minute … year), or a rate. */
export function checkSchedule(text: string, context: Context): void {
  const isCron = /^cron\(\s*(\S+\s+){5}\S+\s*\)$/.test(text);
  const isRate = /^rate\([1-9]\d* (minutes?|hours?|days?)\)$/.test(text);
  if (isCron || isRate) return;
  const isUnix = /^(\S+ ){4}\S+$/.test(text.trim());
  const hint = isUnix ? 'AWS counts six fields: minute hour day-of-month month day-of-week year' : '';
  report(context, 'cron(0 6 * * ? *) with six fields, or rate(1 day)', { hint });
}

export function checkTimeZone(name: string, context: Context): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    report(context, 'a time zone such as Europe/Berlin');
  }
}

export function checkLanguageTag(tag: string, context: Context): void {
  try {
    if (Intl.getCanonicalLocales(tag).length === 1) return;
  } catch {
    // Reported below.
  }
  report(context, 'a language tag such as en-US or de-DE');
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

/** Also those of `${env:NAME}:${env:PASSWORD}@host`, after its placeholders were replaced by stand-ins. */
function hasCredentials(text: string): boolean {
  const { username, password } = new URL(text);
  return username !== '' || password !== '';
}

function report(context: Context, message: string, params: Record<string, string> = {}): void {
  context.addIssue({ code: 'custom', message, params });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
