import type { Counts, Item, PageFact } from '../../shared/model.ts';
import type { Finding } from './checks.ts';
import type { Evidence, RunEvidence } from './evidence.ts';

/** Invariants 2 and 6: each page of the site has the end and the items that the site is made for. */
export function checkEnds({ runs }: Evidence): Finding[] {
  return [
    gather('2 each URL is admitted once and ends once', runs, oneEndEach),
    gather('2 the counts are those of the facts', runs, countsAddUp),
    gather('2 every page ends as the site says', runs, endsAsTheSiteSays),
    gather('6 the items are those of the site', runs, itemsAsTheSiteSays),
  ];
}

type Check = (run: RunEvidence) => Omit<Finding, 'invariant'>;

function gather(invariant: string, runs: RunEvidence[], check: Check): Finding {
  const parts = runs.map((run) => ({ id: run.id, ...check(run) }));
  return {
    invariant,
    checked: parts.reduce((sum, { checked }) => sum + checked, 0),
    violations: parts.flatMap(({ id, violations }) => violations.map((text) => `${id}: ${text}`)),
  };
}

function endsOf({ outcomes }: RunEvidence): PageFact[] {
  const facts = outcomes.flatMap(({ pages }) => pages);
  return facts
    .filter(({ end, kind }) => end !== 'retry' && (kind === 'page' || kind === 'rest'))
    .map((fact) => ({ ...fact, url: pageOf(fact.url) }));
}

/** Links to one page are written with and without a tracking parameter; which of them is asked depends on which comes first. */
function pageOf(url: string): string {
  return url.replace(/\?utm_.*$/, '');
}

function nameOf({ end, code }: PageFact): string {
  return code === undefined ? end : `${end} ${code}`;
}

function oneEndEach(run: RunEvidence): Omit<Finding, 'invariant'> {
  const ends = endsOf(run);
  const seen = new Map<string, PageFact[]>();
  for (const fact of ends) seen.set(fact.url, [...(seen.get(fact.url) ?? []), fact]);
  const violations = [...seen]
    .filter(([, facts]) => facts.length !== 1)
    .map(([url, facts]) => `${url} ended ${facts.length} times: ${facts.map(nameOf).join(', ')}`);
  const admitted = run.counts['admitted'] ?? 0;
  if (admitted !== ends.length) violations.push(`${admitted} pages admitted, ${ends.length} ended`);
  return { checked: seen.size, violations };
}

function countsAddUp(run: RunEvidence): Omit<Finding, 'invariant'> {
  const { outcomes, counts } = run;
  const facts = outcomes.flatMap(({ pages }) => pages);
  const items = outcomes.flatMap((outcome) => outcome.items);
  const recounted: Counts = { open: 0 };
  const add = (name: string, value = 1) => {
    recounted[name] = (recounted[name] ?? 0) + value;
  };
  for (const fact of endsOf(run)) {
    add('admitted');
    add(fact.end);
    if (fact.code !== undefined) add(`${fact.end}:${fact.code}`);
  }
  for (const { bytes = 0, end } of facts) {
    add('bytes', bytes);
    if (end === 'retry') add('retries');
  }
  for (const { missing } of items) add(missing === undefined ? 'items' : 'incomplete');
  const claimed = Object.keys(counts).filter((name) => /^(stored|failed|skipped|cancelled)/.test(name));
  const names = [...new Set([...Object.keys(recounted), ...claimed])];
  const violations = names
    .filter((name) => (counts[name] ?? 0) !== (recounted[name] ?? 0))
    .map((name) => `${name} is ${counts[name] ?? 0}, the facts say ${recounted[name] ?? 0}`);
  return { checked: names.length, violations };
}

function endsAsTheSiteSays(run: RunEvidence): Omit<Finding, 'invariant'> {
  const { ends, pairs } = run.truth;
  const actual = new Map(endsOf(run).map((fact) => [fact.url, nameOf(fact)]));
  const violations = Object.entries(ends).flatMap(([url, allowed]) => {
    const end = actual.get(url) ?? 'not at all';
    return allowed.includes(end) ? [] : [`${url} ended ${end}, not ${allowed.join(' or ')}`];
  });
  for (const url of actual.keys()) {
    if (ends[url] === undefined) violations.push(`${url} is not a page of the run`);
  }
  for (const pair of pairs) {
    const stored = pair.filter((url) => actual.get(url) === 'stored');
    if (stored.length !== 1) violations.push(`of the pair ${pair.join(' ')} ${stored.length} are stored`);
  }
  return { checked: Object.keys(ends).length, violations };
}

function itemsAsTheSiteSays(run: RunEvidence): Omit<Finding, 'invariant'> {
  const stored = endsOf(run).filter(({ end }) => end === 'stored');
  const expected = stored.map(({ url }) => `${url} ${run.truth.tokens[url]}`);
  const actual = run.outcomes.flatMap(({ items }) => items).map(lineOf);
  const surplus = without(actual, expected).map((line) => `surplus item ${line}`);
  const lost = without(expected, actual).map((line) => `no item ${line}`);
  return { checked: expected.length, violations: [...surplus, ...lost] };
}

function lineOf({ url, fields }: Item): string {
  return `${pageOf(url)} ${fields['token']}`;
}

/** As multisets. */
function without(list: string[], others: string[]): string[] {
  const rest = [...others];
  return list.filter((line) => {
    const at = rest.indexOf(line);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}
