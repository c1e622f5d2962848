import { accountOf } from './account-app.ts';
import { type Account, type App, truthOf } from './start-app.ts';
import { testAccounts } from './test-accounts.ts';
import type { Package } from './truths.ts';

interface Truth {
  accounts: Account[];
  packages: Package[];
}

testAccounts('verdaccio', () => {
  const { accounts, packages } = truthOf<Truth>('verdaccio');
  return {
    accounts: { owner: accountOf(accounts, 'owner'), reader: accountOf(accounts, 'reader') },
    job: packagesJob,
    wanted: (account) =>
      packages
        .filter(({ readers }) => readers.includes(account))
        .flatMap(({ name, latest, description, keywords, partNumber }) => [
          { name, latest, description, keywords },
          { id: name, latest, partNumber },
        ]),
    slowGapMs: 200,
    // A list is shorter, and 200, to a token that has ended.
    ending: { options: { SESSION_SECONDS: '4' } },
  };
});

/** An API with a token: a list in pages, whose total is that of each answer, and a request for each package. */
function packagesJob({ origin, host }: App, account: string, gapMs: number): string {
  const name = account.toUpperCase();
  return `name: ${account}
network: allowPrivate
sources:
  - rest:
      url: "${origin}/-/v1/search?text="
      items: objects
      page: { by: offset, param: from, size: 10, sizeParam: size, total: total }
      label: listed
  - rest: { url: "${origin}/{name}", each: { from: listed }, label: one }
sessions:
  ${account}:
    hosts: ["${host}"]
    login:
      steps:
        - request:
            url: "${origin}/-/verdaccio/sec/login"
            json: { username: "\${env:${name}_USER}", password: "\${env:${name}_PASS}" }
            token: { path: token }
    endedBy: { status: 401 }
pages:
  listed:
    fields:
      name: { path: package.name, required: true }
      latest: { path: 'package["dist-tags"].latest' }
      description: { path: package.description }
      keywords: { path: package.keywords }
  one:
    fields:
      id: { path: name, required: true }
      latest: { path: '["dist-tags"].latest' }
      partNumber: { path: readme, regex: 'P-\\d+' }
politeness: { gapMs: ${gapMs}, slowDown: false, robots: ignore }
`;
}
