import { accountOf } from '../account-app.ts';
import { type Account, type App, truthOf } from '../start-app.ts';
import { type Edits, testEdits } from './test-edits.ts';
import { logIn, openVisitor, type Visitor } from './visitor.ts';

testEdits('mediawiki', { job: wikiJob, edit });

function wikiJob({ origin }: App): string {
  return `name: mediawiki
network: allowPrivate
sources: [{ crawl: { start: "${origin}/index.php?title=Special:AllPages&hideredirects=1", label: list } }]
recrawl: true
pages:
  list: { follow: [{ select: ".mw-allpages-chunk a", label: page }, { select: ".mw-allpages-nav a", label: list }] }
  page:
    fields:
      title: { select: "#firstHeading", required: true }
      range: { label: Range }
      elevation: { label: Elevation, type: number }
politeness: { gapMs: 2, slowDown: false, robots: ignore, robotsMeta: ignore }
`;
}

/** By its API. A page that is moved leaves a redirect behind, which the list leaves out. */
async function edit(app: App): Promise<Edits> {
  const admin = accountOf(truthOf<{ accounts: Account[] }>('mediawiki').accounts, 'Admin');
  const visitor = openVisitor(app);
  const form = {
    select: 'form[name=userlogin]',
    fields: { wpName: admin.user, wpPassword: admin.password },
  };
  await logIn(visitor, '/index.php?title=Special:UserLogin', form, admin, 'pt-logout');
  const act = await openApi(visitor);
  const alderberg = await textOf(visitor, 'Alderberg');
  await act('edit', { title: 'Alderberg', text: alderberg.replace('elevation=900', 'elevation=901') });
  await act('edit', { title: 'Coldfell', appendtext: '\n== Weather ==\nBad.\n' });
  await act('edit', {
    title: 'Zenith',
    text: '{{Infobox mountain|elevation=5000|range=Eldmark|lat=1|lon=2}}',
  });
  await act('delete', { title: 'Birkencrag', reason: 'eroded' });
  await act('move', { from: 'Eaglekogel', to: 'Golden Eaglekogel', reason: 'named anew' });
  return {
    new: ['/wiki/Zenith', '/wiki/Golden_Eaglekogel'],
    changed: { '/wiki/Alderberg': { elevation: { from: 900, to: 901 } } },
    gone: { '/wiki/Birkencrag': 'notLinked', '/wiki/Eaglekogel': 'notLinked' },
  };
}

async function textOf(visitor: Visitor, title: string): Promise<string> {
  return (await visitor.open(`/index.php?title=${title}&action=raw`)).text;
}

async function openApi(visitor: Visitor) {
  const { text } = await visitor.open('/api.php?action=query&meta=tokens&format=json');
  const { query } = JSON.parse(text) as { query: { tokens: { csrftoken: string } } };
  return async (action: string, fields: Record<string, string>) => {
    const sent = { ...fields, action, format: 'json', token: query.tokens.csrftoken };
    const answer = await visitor.post('/api.php', sent);
    if (answer.text.includes('"error"')) throw new Error(`${action}: ${answer.text.slice(0, 500)}`);
  };
}
