import type { Outcome, PageRecord } from '../../shared/model.ts';
import type { Site, SiteRequest } from './site.ts';
import { outcomesOf, type World } from './world.ts';

/**
 * All that a run has left and all that sites were asked, a line for each thing, sorted, with names in place of ports,
 * digests and times: a run that is repeated comes to the same text, and whatever is another thing shows. `more`: lines of the test's own.
 */
export async function wholeOf(
  world: World,
  run: string,
  sites: Record<string, Site>,
  more: string[] = [],
): Promise<string> {
  const outcomes = await outcomesOf(world, run);
  const counts = Object.entries(await world.ledger.readCounts(run));
  const lines = [
    ...outcomes.flatMap(linesOf),
    ...counts.filter(([name]) => name !== 'open').map(([name, count]) => `count ${name} ${count}`),
    ...Object.entries(sites).flatMap(([name, { log }]) => log.map((request) => askedLine(name, request))),
  ].map((line) => named(line, sites));
  // A digest is another one for each port, so that lines do not come in its order.
  const sorted = [...new Set(lines.map(kindOf))].flatMap((kind) =>
    lines.filter((line) => kindOf(line) === kind).toSorted(byAllButDigests),
  );
  return numbered(`${[...sorted, ...more.map((line) => named(line, sites))].join('\n')}\n`);
}

function linesOf({ pages, items, links, retries, known, missing = [], ...batch }: Outcome): string[] {
  const { halt, sessions = [], kept } = batch;
  // What was not begun in time goes on unchanged, and how much that is depends on the machine.
  const begun = new Set(pages.filter(({ end }) => end === 'retry').map(({ url }) => url));
  return [
    ...pages.map((fact) => `page ${text(fact)}`),
    ...items.map((item) => `item ${text(item)}`),
    ...links.map((link) => `link ${text(link)}`),
    ...retries.filter(({ url }) => begun.has(url)).map((request) => `again ${text(request)}`),
    ...(known?.pages ?? []).map((record) => `knows ${text(shown(record))}`),
    ...missing.map((page) => `lacks ${text(page)}`),
    ...sessions.map((change) => `session ${text(change)}`),
    ...(halt === undefined ? [] : [`halt ${text(halt)}`]),
    ...(kept === undefined ? [] : [`kept ${text(kept)}`]),
  ];
}

/** What was extracted shows in items and links, where it is used again. */
function shown(record: PageRecord): object {
  return record.extraction === undefined ? record : { ...record, extraction: 'kept' };
}

/** Without what no run has in common with another: how long it took, and digests of items with their addresses in lists of an API. */
function text(value: object): string {
  return JSON.stringify(value, (name, one) => (/^(ms|seen|marks)$/.test(name) ? undefined : one));
}

const digest = /"(?=[^"]*[a-z])(?=[^"]*[A-Z\d])[\w-]{22}"/g;

function byAllButDigests(one: string, other: string): number {
  const [a, b] = [one, other].map((line) => `${urlIn(line)} ${line.replaceAll(digest, '')}`) as [
    string,
    string,
  ];
  return a < b ? -1 : a > b ? 1 : 0;
}

function urlIn(line: string): string {
  return /"url":"[^"]*"/.exec(line)?.[0] ?? '';
}

function kindOf(line: string): string {
  return line.split(' ', 1)[0] ?? '';
}

/** Headers that say nothing of the request: of each client, and of its connection. */
const usual = /^(host|connection|accept|accept-encoding|accept-language|content-length|user-agent|te)$/;

function askedLine(site: string, { method, path, headers, body }: SiteRequest): string {
  const own = Object.entries(headers).filter(([name]) => !usual.test(name));
  return `${site} ${method} ${path} ${JSON.stringify(Object.fromEntries(own))} ${body}`.trimEnd();
}

function named(line: string, sites: Record<string, Site>): string {
  let all = line;
  for (const [name, { origin }] of Object.entries(sites)) all = all.replaceAll(new URL(origin).host, name);
  return all
    .replaceAll(/"(sealed|sealedAddress)":"[^"]*"/g, '"$1":"SEALED"')
    .replaceAll(/\b20\d\d-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/\b\d{13}(\.\d+)?\b/g, 'TIME');
}

function numbered(lines: string): string {
  const numbers = new Map<string, number>();
  return lines.replaceAll(digest, (found) => {
    if (!numbers.has(found)) numbers.set(found, numbers.size + 1);
    return `"#${numbers.get(found)}"`;
  });
}
