import { compileJsonPath } from '../../extract/json/json-path.ts';
import { compilePageSign, holdsText, isSomething } from '../../extract/page-sign.ts';
import { compileQuery } from '../../extract/tree/query.ts';
import type { FetchResult } from '../../fetch/types.ts';
import { compilePatterns } from '../../patterns/url-patterns.ts';
import type { Jar } from '../jar.ts';
import type { Condition, EndedBy, LoginCheck } from '../login-schema.ts';
import { contentOf, orNothing, pageOfAnswer } from './page-of-answer.ts';

/** What of a check does not hold for the answer to which a login came; `undefined` where all of it does. */
export function whyNotChecked(
  check: LoginCheck,
  answer: FetchResult,
  jar: Jar,
  now: number,
): string | undefined {
  const { not, ...wanted } = check;
  const unmet = partsOf(wanted, answer, jar, now).find(({ holds }) => !holds);
  if (unmet !== undefined) return `not so: ${unmet.what}`;
  const met = not === undefined ? undefined : partsOf(not, answer, jar, now).find(({ holds }) => holds);
  return met === undefined ? undefined : `should not be so: ${met.what}`;
}

function partsOf(
  { select, text, cookie, status, path, url }: Condition,
  answer: FetchResult,
  jar: Jar,
  now: number,
): { what: string; holds: boolean }[] {
  const parts: { what: string; holds: boolean }[] = [];
  if (status !== undefined) parts.push({ what: `status ${status}`, holds: answer.status === status });
  if (url !== undefined) {
    parts.push({ what: `url ${url.join(', ')}`, holds: compilePatterns(url)(answer.url) });
  }
  if (cookie !== undefined) {
    const isLive = [...jar.values()].some(
      ({ name, expiresAt }) => name === cookie && (expiresAt === undefined || expiresAt > now),
    );
    parts.push({ what: `cookie ${cookie}`, holds: isLive });
  }
  if (select !== undefined) parts.push({ what: `select ${select}`, holds: hasElement(answer, select) });
  if (text !== undefined) parts.push({ what: `text ${text}`, holds: hasText(answer, text) });
  if (path !== undefined) {
    const found = orNothing(() => compileJsonPath(path)(contentOf(answer).json()));
    parts.push({ what: `path ${path}`, holds: found !== undefined && isSomething(found) });
  }
  return parts;
}

function hasElement(answer: FetchResult, select: string): boolean {
  return orNothing(() => compileQuery(select).first(contentOf(answer).document())) !== undefined;
}

function hasText(answer: FetchResult, text: string): boolean {
  return orNothing(() => holdsText(contentOf(answer).text(), text)) === true;
}

/** Compiles what shows that a session has ended: the part that an answer shows, if any. */
export function makeEndedTest(endedBy: EndedBy | undefined): (answer: FetchResult) => string | undefined {
  if (endedBy === undefined) return () => undefined;
  const { select, text, status, redirectTo } = endedBy;
  const isLoginPage = redirectTo === undefined ? undefined : compilePatterns(redirectTo);
  // Each page of a session is asked, in one pass without a tree.
  const shows = select === undefined ? undefined : compilePageSign({ select }, 'endedBy.select');
  return (answer) => {
    if (status?.includes(answer.status)) return `status ${answer.status}`;
    if (answer.redirect !== undefined) {
      return isLoginPage?.(answer.redirect) ? `a redirect to the page for logging in` : undefined;
    }
    if (shows !== undefined && orNothing(() => shows(pageOfAnswer(answer), contentOf(answer))) === true) {
      return `an element ${select}`;
    }
    return text !== undefined && hasText(answer, text) ? `the text ${JSON.stringify(text)}` : undefined;
  };
}
