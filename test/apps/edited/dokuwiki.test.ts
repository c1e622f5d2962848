import { accountOf } from '../account-app.ts';
import { type Account, type App, truthOf } from '../start-app.ts';
import { type Edits, testEdits } from './test-edits.ts';
import { logIn, openVisitor, type Visitor } from './visitor.ts';

testEdits('dokuwiki', { job: wikiJob, edit });

/** For five days after an edit a page asks not to be indexed (`indexdelay`). */
function wikiJob({ origin }: App): string {
  return `name: dokuwiki
network: allowPrivate
sources: [{ crawl: { start: "${origin}/start" } }]
recrawl: true
pages:
  page:
    match: "/**"
    unless: { select: "#dw__login" }
    retryIf: { select: ".page:not(:has(*))" }
    follow: [a.wikilink1]
    fields:
      title: { from: ["css:.page h1", { select: .docInfo bdi, regex: "(.*)[.]txt" }], required: true }
      built: { label: Built, type: integer }
      crew: { label: Crew, type: integer }
scope: { exclude: ["**do=*", "**rev=*", "/lib/**", "/feed.php**", "/_*/**"] }
politeness: { gapMs: 2, slowDown: false, robots: ignore, robotsMeta: ignore }
`;
}

/** A page without a text is deleted: those that link to it say so by another class. */
async function edit(app: App): Promise<Edits> {
  const member = accountOf(truthOf<{ accounts: Account[] }>('dokuwiki').accounts, 'member');
  const visitor = openVisitor(app);
  const fields = { u: member.user, p: member.password };
  await logIn(visitor, '/start?do=login', { select: '#dw__login', fields }, member, 'do=logout');
  const aurora = await textOf(visitor, '/ships/aurora');
  await save(visitor, '/ships/aurora', aurora.replace('^ Built | 1801 |', '^ Built | 1799 |'));
  const knots = await textOf(visitor, '/guide/knots');
  await save(visitor, '/guide/knots', `${knots}\nThen learn the sheet bend.\n`);
  await save(visitor, '/ships/zephyr', '====== Sloop Zephyr ======\n\n^ Built | 1900 |\n^ Crew | 3 |\n');
  const ships = await textOf(visitor, '/ships/start');
  await save(visitor, '/ships/start', `${ships}\n  * [[ships:zephyr|Zephyr]]\n`);
  await save(visitor, '/ships/gannet', '');
  return {
    new: ['/ships/zephyr'],
    changed: { '/ships/aurora': { built: { from: 1801, to: 1799 } } },
    gone: { '/ships/gannet': 'notLinked' },
  };
}

async function textOf(visitor: Visitor, path: string): Promise<string> {
  return (await visitor.open(`/_export/raw${path}`)).text;
}

async function save(visitor: Visitor, path: string, wikitext: string): Promise<void> {
  const form = { select: '#dw__editform', fields: { wikitext }, submit: 'do[save]' };
  await visitor.submit(`${path}?do=edit`, form);
}
