import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileJsonPath } from '../../../shared/extract/json/json-path.ts';
import { openContent } from '../../../shared/extract/page-content.ts';
import { parseDocument } from '../../../shared/extract/tree/document.ts';
import { textOf } from '../../../shared/extract/values/text.ts';
import type { Json } from '../../../shared/model.ts';
import { makePage } from '../../extract/compile-job.ts';
import type { CorpusResult } from '../corpus-result.ts';
import { countNotes } from './count-notes.ts';
import { pythonString } from './python-calls.ts';

/** Kinds of feedparser's well-formed feeds that are about what an entry says. `sanitize` is about what it removes. */
const folders = [
  'atom',
  'atom10',
  'base',
  'feedburner',
  'itunes',
  'lang',
  'media-rss',
  'namespace',
  'node_precedence',
  'rdf',
  'rss',
  'xml',
];

/** What feedparser expects of its well-formed feeds (`tests/wellformed`), where there is a key for it here. */
export function checkFeeds(folder: string): CorpusResult {
  const misses: string[] = [];
  const notAsked: string[] = [];
  let cases = 0;
  for (const kind of folders) {
    const tests = join(folder, 'tests', 'wellformed', kind);
    for (const name of readdirSync(tests)
      .filter((file) => file.endsWith('.xml'))
      .sort()) {
      const body = readFileSync(join(tests, name));
      const source = body.toString('utf8');
      const question = questionOf(/Expect:\s*(.*)/.exec(source)?.[1] ?? '');
      if (question === undefined) {
        notAsked.push(`no key for what ${kind} asks`);
        continue;
      }
      const base = /Content-Location:\s*(\S+)/i.exec(source)?.[1];
      const url = new URL(base ?? '', 'http://127.0.0.1:8097/tests/').href;
      cases += 1;
      const found = answerOf(body, url, question);
      if (found !== question.expected)
        misses.push(
          `${kind}/${name}: ${question.path} is ${JSON.stringify(found)}, not ${JSON.stringify(question.expected)}`,
        );
    }
  }
  return { cases, misses, notes: countNotes(notAsked) };
}

interface Question {
  path: string;
  form: 'text' | 'html' | 'date' | 'plain';
  expected: string;
}

/** Keys of feedparser, with ours and how the two are compared. */
const keys: [pattern: RegExp, path: string, form: Question['form']][] = [
  [/^title$/, 'title', 'text'],
  [/^title_detail\.value$/, 'title', 'text'],
  [/^link$/, 'link', 'plain'],
  [/^links\[0\]\.href$/, 'link', 'plain'],
  [/^(?:id|guid)$/, 'id', 'plain'],
  [/^(?:description|summary|summary_detail\.value)$/, 'summary', 'html'],
  [/^content\[0\]\.value$/, 'content', 'html'],
  [/^(?:subtitle|tagline|subtitle_detail\.value|tagline_detail\.value)$/, 'description', 'html'],
  [/^(?:published|published_parsed)$/, 'published', 'date'],
  [/^(?:updated|updated_parsed)$/, 'updated', 'date'],
  [/^author_detail\.(name|email)$/, 'authors[0].$1', 'plain'],
  [/^author_detail\.url$/, 'authors[0].url', 'plain'],
  [/^tags\[(\d)\]\.term$/, 'categories[$1]', 'plain'],
  [/^category$/, 'categories[0]', 'plain'],
  [/^enclosures\[(\d)\]\.(url|type|length)$/, 'enclosures[$1].$2', 'plain'],
  [/^comments$/, 'comments', 'plain'],
  [/^language$/, 'language', 'plain'],
  [/^image\.href$/, 'image', 'plain'],
];

function questionOf(expectation: string): Question | undefined {
  const [, where = '', rest = '', value = ''] =
    /^(?:not bozo and )?(feed|entries\[0\])((?:\[[^\]]+\]|\.\w+)+) == (.*)$/.exec(expectation.trim()) ?? [];
  const written = rest.replace(/\['(\w+)'\]/g, '.$1').replace(/^\./, '');
  const key = keys.find(([pattern]) => pattern.test(written));
  const expected = /^\(/.test(value) ? timeOf(value) : (pythonString(value) ?? undefined);
  if (where === '' || key === undefined || expected === undefined) return undefined;
  const [pattern, path, form] = key;
  const ofFeed = path === 'summary' ? 'description' : path;
  const own = written.replace(pattern, where === 'feed' ? ofFeed : `entries[0].${path}`);
  return { path: own, form, expected: comparable(expected, form) };
}

/** `(2004, 1, 1, 19, 48, 21, 3, 1, 0)` */
function timeOf(tuple: string): string {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] =
    tuple.match(/\d+/g)?.map(Number) ?? [];
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second)).toISOString();
}

function answerOf(body: Uint8Array, url: string, { path, form }: Question): string {
  const page = { ...makePage(''), url, body, contentType: 'application/xml' };
  try {
    const value: Json | undefined = compileJsonPath(path)(openContent(page, { as: 'feed' }).json());
    if (value === undefined || value === null) return '';
    return form === 'text' ? String(value) : comparable(String(value), form);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Without what is a matter of taste: how HTML is written, and whether a moment has milliseconds. */
function comparable(text: string, form: Question['form']): string {
  if (form === 'plain') return text;
  if (form === 'date') {
    const time = Date.parse(/\dT[\d:.]+$/.test(text) ? `${text}Z` : text);
    return Number.isNaN(time) ? text : new Date(time).toISOString();
  }
  return textOf(parseDocument(text, false));
}
