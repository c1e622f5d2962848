import type { ScriptAnswer } from '../../browser/types.ts';
import { DropError } from '../../errors.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type { PageRequest } from '../../model.ts';
import { sumOf } from '../counts.ts';
import { digestOfBytes } from '../ids.ts';
import type { Visit } from '../make-visit.ts';

/** How many of the addresses that scripts asked for are named where none is as the job has it. */
const maxNamed = 5;

/**
 * The visit of a page whose label reads what its scripts got (`from: xhr`): each answer is read like a page, and all of them
 * together are the page. They are read in the order of what asked for them, since answers come in any order. Throws `DropError`
 * XHR_MISSING where there is none.
 */
export async function readScriptAnswers(
  request: PageRequest,
  asked: ScriptAnswer[],
  read: (answer: FetchResult) => Visit | Promise<Visit>,
): Promise<Visit> {
  const kept = asked.filter((answer) => answer.kept !== undefined).sort(byQuestion);
  const answers = onlyOnce(kept).flatMap(({ kept, status }) =>
    kept !== undefined && status < 300 && kept.body.byteLength > 0 ? [withoutGuard(kept)] : [],
  );
  if (answers.length === 0) throw new DropError('XHR_MISSING', missingText(request, asked, kept));
  const visits: Visit[] = [];
  for (const answer of answers) visits.push(await read(answer));
  return visits.reduce(together);
}

/** What some put before JSON, so that it is no script of another site: `)]}'`, `while(1);`, `for(;;);`. */
const guards = /^\s*(?:\)\]\}'?,?|while\s*\(1\);|for\s*\(;;\);)\s*(?=[[{])/;

function withoutGuard(answer: FetchResult): FetchResult {
  const [guard] = guards.exec(Buffer.from(answer.body.subarray(0, 64)).toString('latin1')) ?? [];
  return guard === undefined ? answer : { ...answer, body: answer.body.subarray(guard.length) };
}

function byQuestion(one: ScriptAnswer, other: ScriptAnswer): number {
  const [a, b] = [questionOf(one), questionOf(other)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function questionOf({ method, url, sent = '' }: ScriptAnswer): string {
  return `${method} ${url} ${sent}`;
}

/** Without those that scripts got before, for the same question: some poll, or ask once for each part of the page. */
function onlyOnce(answers: ScriptAnswer[]): ScriptAnswer[] {
  const known = new Set<string>();
  return answers.filter((answer) => {
    const digest = answer.kept === undefined ? '' : digestOfBytes(answer.kept.body);
    return known.size < known.add(`${questionOf(answer)} ${digest}`).size;
  });
}

function missingText({ url }: PageRequest, asked: ScriptAnswer[], kept: ScriptAnswer[]): string {
  const [first] = kept;
  if (first !== undefined) return `${url}: its scripts got ${first.status} from ${first.url}`;
  if (asked.length === 0) return `${url}: its scripts asked for nothing`;
  const names = asked.slice(0, maxNamed).map((answer) => `${answer.method} ${answer.url}`);
  const more = asked.length > maxNamed ? ` and ${asked.length - maxNamed} more` : '';
  return `${url}: its scripts asked for nothing that render.match names, but for ${names.join(', ')}${more}`;
}

/** A failure of one is that of the page. */
function together(one: Visit, other: Visit): Visit {
  const [first, second] = one.fact.end === 'stored' ? [other, one] : [one, other];
  const { fact } = first;
  return {
    ...second,
    ...first,
    fact: {
      ...fact,
      bytes: (one.fact.bytes ?? 0) + (other.fact.bytes ?? 0),
      items: (one.fact.items ?? 0) + (other.fact.items ?? 0),
      links: (one.fact.links ?? 0) + (other.fact.links ?? 0),
    },
    otherFacts: [...one.otherFacts, ...other.otherFacts],
    items: [...one.items, ...other.items],
    links: [...one.links, ...other.links],
    known: [...one.known, ...other.known],
    linkCounts: sumOf(one.linkCounts, other.linkCounts),
  };
}
