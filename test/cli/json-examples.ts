import type { JsonExamples } from '../../docs/json-page.ts';
import { makeCity } from '../../testing/demo-maps/city.ts';
import { writeDemoJob } from '../../testing/demo-maps/demo-job.ts';
import { startMaps } from '../../testing/demo-maps/server.ts';
import { type Answer, type CliFolder, openCliFolder, parseLines } from './call-cli.ts';
import { holdRun } from './held-run.ts';
import { serveSmallSite } from './small-site.ts';

type Line = Record<string, unknown>;

/** What the commands print with `--json`, with what differs from call to call replaced. */
export async function collectExamples(): Promise<JsonExamples> {
  await using site = await serveSmallSite(3);
  using folder = openCliFolder({ GOOGLE_PLACES_KEY: 'demo-key' });
  folder.write('books.yaml', jobOf(site.origin));
  const settle = settler(folder, site.origin);
  const results: Record<string, object> = {};
  const call = async (shown: string, args = shown.split(' ')): Promise<Line[]> => {
    const answer = await folder.call(...args, '--json');
    const lines = settle(parseLines(answer.stdout)) as Line[];
    const last = lines.findLast(({ type }) => type === undefined || type === 'estimate');
    if (last !== undefined) results[shown] = last;
    return lines;
  };

  await call('validate books.yaml missing.yaml');
  const page = ['try', `${site.origin}/p/1`, '--file', 'books.yaml'];
  await call('try http://127.0.0.1:8080/p/1 --file books.yaml', page);
  await folder.call(...page, '--save');
  await call('test books.yaml');
  await call('types books.yaml');
  await call('init new.yaml');
  await call('keys signing.pem');
  await call('estimate books.yaml');
  const ran = await call('run books.yaml');
  await call('status');
  const [first] = (ran.at(-1)?.['runs'] ?? []) as { run: string }[];
  // `first` has the settled name: the beginning of the real one does.
  const name = first?.run.split('-')[0] ?? '';
  await call('diff books-1 books-2', ['diff', name, name]);
  await call('export --last --output books.jsonl');
  await call('export --last --what files --output files');
  await call('doctor books.yaml');
  results['doctor books.yaml'] = ofAnyMachine(results['doctor books.yaml'] ?? {});
  await call('forget --last');
  await coverOf(folder, call);
  const failed = settle(parseLines((await folder.call('status', 'books-2027', '--json')).stderr)[0] ?? {});
  const held = await heldLines();
  const last = (wanted: string) => ran.findLast(({ type }) => type === wanted) ?? {};
  return {
    error: failed as object,
    results: { ...results, ...held.results },
    lines: {
      note: ran.find(({ type }) => type === 'note') ?? {},
      ...{ started: last('started'), progress: last('progress'), result: last('result') },
      resumed: held.resumed,
    },
  };
}

function jobOf(origin: string): string {
  return `name: books
sources: [{ crawl: { start: '${origin}/' } }]
pages:
  home: { match: /, follow: [a] }
  product:
    match: /p/*
    fields: { title: h1, price: { select: .price, type: number, required: true } }
  gone: { match: [/gone, /private] }
politeness: { gapMs: 0 }
network: allowPrivate
`;
}

/** Three of the checks, and the counts of a machine that lacks nothing. */
function ofAnyMachine(report: object): object {
  const { checks } = report as { checks: { id: string }[] };
  const shown = checks.filter(({ id }) => ['settings', 'jobs', 'network'].includes(id));
  return { ...report, ok: 12, look: 0, wrong: 0, unchecked: 1, checks: shown };
}

async function coverOf(
  folder: CliFolder,
  call: (shown: string, args?: string[]) => Promise<Line[]>,
): Promise<void> {
  const maps = await startMaps({ city: makeCity({ count: 40, seed: 3 }) });
  folder.write(
    'places.yaml',
    writeDemoJob({ url: maps.url, source: 'google-places' }).replace(', emails, socials', ''),
  );
  await call('area "Harrow Bay"', ['area', 'Harrow Bay', '--endpoint', maps.url]);
  await folder.call('run', 'places.yaml');
  await call('coverage --last');
  await maps.close();
}

/** Of runs that are under way: each is held by its site. */
async function heldLines(): Promise<{ resumed: object; results: Record<string, object> }> {
  const results: Record<string, object> = {};
  const last = (folder: CliFolder, site: string, { stdout }: Answer) =>
    (settler(folder, site)(parseLines(stdout)) as Line[]).at(-1) ?? {};
  await using paused = await holdRun();
  const { folder, site } = paused;
  results['pause --last'] = last(folder, site.origin, await folder.call('pause', '--last', '--json'));
  site.release();
  await paused.call.done;
  const again = await folder.call('resume', '--last', '--json');
  const lines = settler(folder, site.origin)(parseLines(again.stdout)) as Line[];

  await using ended = await holdRun();
  ended.call.child.kill('SIGINT');
  await ended.call.said('stopping:');
  ended.site.release();
  await ended.call.done;
  const cancelled = await ended.folder.call('cancel', '--last', '--json');
  results['cancel --last'] = { ...last(ended.folder, ended.site.origin, cancelled), ...asFarAs };
  return { resumed: lines.find(({ type }) => type === 'resumed') ?? {}, results };
}

/** A run that is stopped has come as far as it has. */
const asFarAs = {
  pages: { admitted: 62, stored: 3, failed: 0, skipped: 0, cancelled: 59 },
  refused: [{ reason: 'robots', count: 1, meaning: 'forbidden by robots.txt' }],
  items: 2,
  bytes: 1_526,
};

/** Values that differ from machine to machine and call to call, by their keys: shown as they were once. */
const settled: Record<string, unknown> = {
  startedAt: 1_795_947_300_000,
  durationMs: 1_226,
  pagesPerSecond: 4.08,
  fetchedAt: '2026-11-29T10:15:00.600Z',
  freedBytes: 4_096,
  fileBytes: 86_016,
  per1000PagesUsd: 0.033,
  ms: 52,
  processes: 1,
  deferrals: 0,
  batches: 2,
  usage: {
    ...{ writeUnits: 58, readUnits: 163, sqsRequests: 14, s3Puts: 6, s3Gets: 4, s3Bytes: 998 },
    ...{ lambdaMbMs: 4_110_412, lambdaRequests: 5, logBytes: 12_500, kmsRequests: 0 },
  },
  cost: {
    totalUsd: 0.000156,
    byService: { dynamodb: 0.000057, sqs: 0.000007, s3: 0.000032, lambda: 0.000055, logs: 0.000006, kms: 0 },
  },
  fetchMs: 54.2,
  outcomeBytesPerPage: 175.2,
  itemBytesPerPage: 24.4,
  requestBytes: 128.3,
  x: 'uURUFLTw4Sjqr8tHGkWw3V7Q2F3TrGAXE7BspOTgblY',
  kid: 'AsPGskL7rQf5qqWaHHHMRjHsasLZDf6o6ohEWPKeYGc',
};

function settler(folder: CliFolder, origin: string): (value: unknown) => unknown {
  const { host } = new URL(origin);
  const text = (value: string) =>
    value
      .replaceAll(folder.path, '/home/me/shop')
      .replaceAll(host, '127.0.0.1:8080')
      .replaceAll(/\b(\w+)-\d{8}-\d{6}-[a-z0-9]{4}\b/g, '$1-20261129-101500-x7k2');
  const settle = (value: unknown, key = ''): unknown => {
    if (key in settled) return likeness(value, settled[key]);
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map((entry) => settle(entry));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([name, entry]) => [name, settle(entry, name)]);
    // Failures have how long each took.
    const ofFile = 'what' in value && value.what === 'failures' ? { bytes: 271 } : {};
    return { ...Object.fromEntries(entries), ...ofFile };
  };
  return settle;
}

/** What was settled, as long as it has the shape of what was printed. */
function likeness(value: unknown, of: unknown): unknown {
  const shapeOf = (one: unknown): unknown =>
    typeof one === 'object' && one !== null
      ? Object.fromEntries(Object.entries(one).map(([key, entry]) => [key, shapeOf(entry)]))
      : typeof one;
  return JSON.stringify(shapeOf(value)) === JSON.stringify(shapeOf(of)) ? of : value;
}
