import { table } from './schema-tables.ts';

/** The prose of docs/jobs.md. Tables and the complete example come from the schemas and a checked file. */

export const introduction = `A job is one YAML document that says what to scrape. A file may hold several jobs, separated by lines of
\`---\`; each needs a \`name\` of its own. \`spinneret validate FILE\` names every mistake with its line and
column (for programs [as JSON](json.md)).

Only \`name\`, \`sources\` and \`pages\` are required:

\`\`\`yaml
name: headlines
sources:
  - crawl: { start: https://news.example.com/ }
pages:
  default:
    follow: [article a]
    fields:
      title: h1
\`\`\`

For completion and checking in editors with the YAML language server, begin the file with the path of the
schema, relative to the file:

\`\`\`yaml
# yaml-language-server: $schema=../docs/job.schema.json
\`\`\`

(\`docs/settings.schema.json\` for \`config/settings.yaml\`.)

## YAML

- YAML 1.2: \`yes\`, \`no\`, \`on\`, \`off\` and dates are text; write \`true\` and \`false\`.
- Put a value in quotes when it begins with \`*\`, \`&\`, \`!\`, \`@\`, \`%\`, \`>\`, \`|\`, \`[\`, \`{\` or \`#\`, or has \`: \`
  or \` #\` in it; within \`[ … ]\` and \`{ … }\` also when it has a comma, \`[\`, \`]\`, \`{\` or \`}\`, as in \`{ path: 'images[0]' }\`. Single quotes keep backslashes as they are, which suits regular expressions.
- Anchors (\`&name\`), aliases (\`*name\`) and merges (\`<<: *name\`) work within one document. At most 100
  aliases, which repeat at most 10,000 values; at most 50 levels; no tags such as \`!!binary\`.
- A file is UTF-8 and at most 1 MiB. Long URL lists belong in a file of their own (\`urls: file\`).
- Keys ending in \`Ms\` are whole milliseconds, keys ending in \`Bytes\` whole bytes.`;

/** Pattern, a URL it matches, and one it does not. A test holds them to it. */
export const patternExamples: [pattern: string, matches: string, differs: string][] = [
  ['/book/*', 'https://a.example/book/17?ref=x', 'https://a.example/book/17/reviews'],
  ['/book/**', 'https://a.example/book/17/reviews', 'https://a.example/books'],
  ['/list?page=*', 'https://a.example/list?page=2', 'https://a.example/list'],
  ['**.pdf', 'https://a.example/files/list.pdf?v=2', 'https://a.example/files/list.pdf.html'],
  ['https://*.example.com/**', 'https://shop.example.com/x', 'https://example.com/x'],
  ['regex:/book/\\d+$', 'https://a.example/book/17', 'https://a.example/book/new'],
];

const comparisons = [
  ['pattern', 'is compared with'],
  ['begins with `/`', 'the path, such as `/book/17`'],
  ['begins with `http://`, `https://` or `*`', 'the whole URL, without its query'],
  ['either, with a `?` in it', 'the same with the query; the `?` stands for itself'],
  [
    'begins with `regex:`',
    'the rest is a regular expression (JavaScript, flag u), searched for in the whole URL',
  ],
];

const asCode = (cells: string[]) => cells.map((cell) => `\`${cell}\``);

export const patterns = `## URL patterns

\`match\`, \`include\` and \`exclude\` take one pattern or a list, of which one has to match.

${table(comparisons).join('\n')}

\`*\` is any run of characters but \`/\`; \`**\` is any run. The pattern has to cover all of what it is compared
with. A trailing \`/**\` also matches without the slash: \`/docs/**\` takes \`/docs\` and everything below it.
So a pattern for the end of a URL begins with two stars: \`**.pdf\`.

${table([['pattern', 'matches', 'does not match'], ...patternExamples.map(asCode)]).join('\n')}

The label of a page is, in this order: the one its link rule or source names; the first page in the file
whose \`match\` matches; \`default\`, if there is such a page without a \`match\` of its own; the only page, if it has no
\`match\`. URLs that get no label are not fetched. Patterns see a URL as it was written, or with its parameters in order.

Globs and regular expressions take linear time, whatever the URL: what would explode in JavaScript runs in another engine,
or is refused ([how](decisions/regexes.md)).`;

export const traps = `## Traps

Sites that never end are left by default: other orders and filters of a list (the list itself is read), forms with the page to return to, repeated segments,
dates years ahead; and ever deeper paths, endless parameters and endless lists, once 20 pages of one shape of address (40 of a list) have led on to
one another without an item and without a link to anything else (\`TRAP\`); of calendars what lies behind 24 empty months in a row, whatever the order in which they are read. The summary counts each kind, and \`spinneret try\` names what it would leave of a page:

\`\`\`yaml
name: shop
sources:
  - crawl: { start: https://shop.example.com/ }
pages:
  product: { match: '/product/*', fields: { name: h1 } }
  default: { follow: [a, 'a[href*="min_price="]'] } # a filter that the job names is followed, the others are not
scope: { traps: cut } # the default; follow: all are followed
limits:
  maxPages: 50000
  maxPagesPerHost: 5000 # exact, as maxPages is, over all processes
\`\`\`

Ids of sessions in addresses (\`PHPSESSID\`, \`;jsessionid=\` …) tell no pages apart: \`urls.sessionIds\`. [How](decisions/traps.md).`;

export const ordering = `## The best pages first

\`\`\`yaml
name: shop
sources:
  - crawl: { start: https://shop.example.com/, order: breadth } # the default; best: what was found first
pages:
  product: { match: '/product/*', priority: 10, fields: { name: h1 } }
  list:
    match: '/list/*'
    priority: 5
    follow:
      - { select: a.bestseller, priority: { attr: data-rank } } # the number that each link bears, instead of 10
      - { select: a.next, priority: 1 } # instead of 5
      - a
  default: { follow: [a] } # priority 0
limits: { maxPages: 500 }
\`\`\`

Of the pages of a host that are known, those with the highest priority are fetched first; of those, with \`order: breadth\`, the ones nearest to the start, then those that were found
first. The number of the link rule counts, else that of the label, else 0; negative ones come last. A link that is met again, with another number, changes nothing: the first that led to a URL
decides. What a page redirects to, or names as its canonical address, has the priority of the page.

- **\`limits.maxPages\` is taken when a page is about to be fetched**, not when it is found. What is left in the end, the worst, is counted as skipped (\`LIMIT_PAGES\`), not as refused. All that is found waits in the
  store until then: some 300 bytes a page. \`maxPagesPerHost\` and \`maxFiles\` are taken when a page is found, as without priorities.
- **Exact within a host**: no page is taken while a better one of its host is known. What is known grows, so nothing can be said of what was found later. What a worker has under way is taken together: as many pages
  as fit five seconds at the host's gap (\`batchSize\` of [the settings](#settings) at most, and exactly that where there is no gap: there, lower it to keep closer to the order).
- **Over hosts** each goes at its own pace, and none waits for a better page of another. But a page gets no place of \`maxPages\` while as many better ones wait on any host as places are left (compared once 10,000 are
  left at most), so that the places go to the best that are known, whichever host is due first.
- **Start pages and lists** need a higher priority than what they lead to, where it must be sure that they are read: a place goes to a product that is known rather than to a list that is worth less.
- \`spinneret try\` says the priority of each link, \`spinneret status\` how many pages wait. \`spinneret estimate\` takes its sample as if there were no priorities: the best pages are not like the others.
- **On AWS** the order within a host is the same, and \`maxPages\` as exact; hosts are not compared, so that the last places go to the best of the host that is due first. It costs some 0.6 write units a page found
  (\`estimate\` counts them). \`status\` does not say how many wait.
- Not with \`politeness.paceBy: domain\` or \`address\`. Without \`priority\` and \`order\` a job pays nothing for it. [How](decisions/order-of-pages.md).`;

export const recrawling = `## Coming again

\`\`\`yaml
name: shop
sources:
  - crawl: { start: https://shop.example.com/ }
pages:
  product: { match: '/product/*', key: sku, fields: { sku: .sku, name: h1, price: { select: .price, type: number } } }
  default: { follow: [a] }
recrawl: true # or { verify: 0.05, budget: 5000 }
output: { only: [new, changed] } # without it, all items, each with its mark
\`\`\`

Each run knows the pages of the runs of the job before it. It asks a server to send a page only if it has changed (\`ETag\`, \`Last-Modified\`); one that has not is
followed and exported as in its last fetch, whether that run is still there or not. All runs have all items; each has a mark:

| \`_change\` | of an item | of a page (\`export --what pages\`: \`change\`) |
| --- | --- | --- |
| \`new\` | the job did not know it: with a \`key\`, on any page; else on this one | the job did not know it, or it was gone |
| \`changed\` | a field differs: \`_changes: { price: { from: 9, to: 8 } }\` | an item of it is new, changed or gone on this page; of a page without items, its text or links |
| \`unchanged\` | no field differs | none of that, though its body may be another one (\`hasOtherBody\`: a token, a date in the footer) |
| \`gone\` | in \`gone.jsonl\`, as it was last | \`_reason\`: \`HTTP_404\`, \`HTTP_410\`, \`notLinked\`, \`REDIRECTED\` (moved for good: 301, 308); of items, \`notOnPage\` |
| \`notSeen\` | there, too | the run cannot tell; \`_reason\` is the code of what kept it from the page |

- An item is the same as before by the \`key\` of its label, on whatever page it is: one that moves to the next page of a list has not changed. Without a key it is known by its page: there an equal item is the same, the only
  one of a page is, and in a list one that has half of its values in common; one that moves is \`gone\` there and \`new\` here. So give lists a key.
- An item with a key is \`gone\` only if the run read, or used again, every page and has it on none; \`_reason\` is what became of the page that had it last. A run that cannot tell calls it \`notSeen\`.
- \`notLinked\` is said only by a run that read, or used again, every page: where one failed, a limit left something out or the run was cancelled, it is \`notSeen\`.
- Asked for whole are pages whose label has other rules than before (\`extract\` takes [kept pages](#keeping-the-pages) by them without a request), a \`handler\` or \`render\`; those in another session or with another header that \`Vary\` names; APIs, sitemaps and forms; items of
  these are compared all the same. Items of searches for places are not.
- Of the answers "not modified" a share (\`verify\`, one in fifty) is checked. A host for which one is not true is named, and asked for whole pages until the run ends.
- With \`budget: 5000\` a run asks for about so many of the pages that the job knows, one whose changes are worth it before one that never changes or always does
  ([how](decisions/pages-by-their-rate-of-change.md)); each comes in its turn, and pages without validators are spared, too. The others are followed and exported as in their last fetch,
  \`unchanged\` and counted as \`notDue\`. Asked for besides: new pages, the start pages of a crawl, and what is asked for whole (above). The first run, and the first one with a budget, ask for all.
- \`spinneret diff RUN\` shows what has changed since the run before, and \`diff RUN RUN\` compares any two, also of jobs without \`recrawl\`: as text, \`--json\` or \`--csv\`. On AWS the mail of a run that has
  ended (\`aws.news\`) and the \`output.webhook\` of its job have the numbers of what is new, changed and gone, and that command.
- Pages of more than 380 KB of items and links are not compared (\`changes.tooLarge\`). [How](decisions/recrawl.md).`;

export const keeping = `## Keeping the pages

\`\`\`yaml
name: books
keep: warc
sources: [{ crawl: { start: https://books.example.com/ } }]
pages:
  book: { match: /b/*, fields: { title: h1 } }
\`\`\`

Each page that the run stores is kept, too: in \`output/RUN/pages-00001.warc.gz\` and so on, 1 GB each, once the run is over. WARC 1.1 (ISO 28500) is what archives of the
web are made of: \`warcio check\`, pywb and Browsertrix's ReplayWeb.page read it.

| | |
| --- | --- |
| what | of each stored page, and of each that \`unless\` or \`only\` left out, the answer and the request, with digests, each compressed by itself; of a page that is read in a browser also what it became (\`conversion\`) and all that it loaded, scripts' answers too; of one answered 304 (\`recrawl\`) that it has not changed (\`revisit\`) |
| loaded | what a browser's page loads is kept once in a run: the same bytes again are a \`revisit\`. Bodies beyond 32 MB of a page are left out (\`WARC-Truncated: length\`) and counted. Pictures and fonts are there if the label loads them: \`render: { block: [] }\` |
| form | that of HTTP/1.1, HTTP/2 too; bodies decoded, what they were sent in as \`x-orig-content-encoding\` |
| not | redirects, errors, robots.txt, sitemaps, pages that ask not to be kept (\`noindex\`), files (\`download\`), searches for places |
| nothing secret | logins are not kept. Values of cookies, \`authorization\` and headers of that kind (tokens, keys), secrets of the job, and what opens its sessions and proxies are \`[secret]\`, in addresses, headers and bodies; a value of a cookie of 16 characters and more, where the page shows it, too; also as addresses, JSON, HTML, hexadecimal digits and Base64 have them, and in packed bodies. \`Spinneret-Redacted\` in the record says where |
| readable by | their owner alone (0600) |
| exact | a page is in the files once, however often the run is killed, and no record is torn |
| on AWS | an object for each batch in the bucket, private and encrypted, for \`aws.keepDays\`; \`spinneret export RUN --aws --what archive --output pages\` brings them here, put together as above |

\`spinneret extract RUN --job books.yaml\` takes items by other selectors from these pages, on all cores and without one request:

\`\`\`sh
npx spinneret extract books-2026 --job books.yaml   # a run of its own: output/books-…/items.jsonl, with _fetchedAt in each item
npx spinneret extract books-2026 --aws --job books.yaml   # of a run on AWS: its pages are brought to output/books-2026 first, once
\`\`\`

- Each page has the label that it had, if the job has it, else the one of its address; pages without one are counted. Conditions, schemas, keys, handlers and formats are the job's, and so are
  \`limits.maxItems\`, misfits, summary and exit codes; \`resume\` goes on with it.
- Its sources, sessions, proxies and secrets do not matter and need not be there. Nothing is followed or downloaded; \`limits.maxPages\` is not asked. Items of labels with
  \`render: { from: xhr }\` are taken from the scripts' answers that were kept; those that no script asked for then are not there.
- A page that was answered 304, or not due, is taken from the run of the job that fetched it last before (so after a change of selectors \`extract --last\` gives all items anew, and nobody's site is asked). Where
  that run, or its files, are gone, it is counted, and no older one is taken in its place. Of a run on AWS each run's own files are read, and such pages are counted.
- A file that is cut off or damaged is found out by its checksums: the run fails ([KEPT_UNREADABLE](errors.md#KEPT_UNREADABLE)) with what could be read.

\`spinneret export RUN --what archive\` writes them in other forms, here and with \`--aws\`:

| | |
| --- | --- |
| \`--output pages\` | the files of WARC |
| \`--format html --output pages\` | each page as a file (\`pages/HOST/NAME-HASH.html\`, safe on every file system), and \`pages/pages.jsonl\`, which has address, file, time, status, type and label of each |
| \`--output pages.wacz\` | one file with the index, for ReplayWeb.page |
| \`--output index.cdxj\` | the index, for pywb: sorted by SURT and time |

A PDF, XLSX or ZIP file that shows a secret in what it packs is kept without its body (\`WARC-Truncated\`); one that is encrypted, damaged or packed in another way cannot be searched (\`Spinneret-Not-Searched\`). \`estimate\` says how many bytes it will be, the summary how many it is; \`forget\` deletes the pages with their run. [How it works](decisions/kept-pages.md).`;

export const seeds = `## Where a run begins

| what there is | source |
| --- | --- |
| a page from which links lead to the others | \`crawl: { start: https://shop.example.com/ }\` |
| a sitemap, or an index of them | \`sitemap: { urls: https://shop.example.com/sitemap.xml }\`, or \`site:\` whose robots.txt names them |
| a feed (RSS 0.9x, 1.0, 2.0, Atom), whose entries name pages | \`sitemap: { urls: https://news.example.com/feed.xml }\`; \`modifiedSince\` leaves out old ones. Where values of the entries are wanted too: \`urls\`, and a label that [reads the feed](#other-kinds-of-page) and follows \`link\` |
| a few addresses | \`urls: { list: [https://shop.example.com/lamp] }\` |
| a file with an address a line | \`urls: { file: pages.txt }\` |
| an object of S3, of lines or of CSV | \`urls: { file: 's3://bucket/lists/pages.txt' }\`: here with the default credentials of AWS, in the cloud where \`aws.seeds\` of the settings names its beginning |
| a table, one of whose columns holds addresses | \`urls: { file: shops.csv, column: website }\` |
| an API | \`rest\`, \`send\` |

Files are streamed: millions of lines are fine, here and on AWS, where \`enqueue\` brings the file along. A table may be of any usual dialect (commas, semicolons, tabs or
bars; quoted cells with line breaks; UTF-8). Blank cells are passed over; a row whose cell is no address, or with another number of cells than the first one, is reported and
counted ([URL_INVALID](errors.md#URL_INVALID)), since its address may be cut at a comma. \`spinneret validate\` reads the beginning of such files.

\`\`\`yaml
name: shops-and-news
sources:
  - urls: { file: shops.csv, column: website, label: shop }
  - sitemap: { urls: [https://news.example.com/rss.xml, https://blog.example.com/atom.xml], modifiedSince: 2026-01-01, label: article }
pages:
  article: { fields: { title: h1 } }
  shop: { fields: { name: h1 } }
\`\`\``;

export const places = `What a source of kind \`places\` can take of each place, and what it costs: under google-places, the tier by which Google
bills a request that asks for it; under google-maps, whether a search's answer has it. Read [places.md](places.md) first.`;

export const secrets = `## Secrets

\`\${env:NAME}\` in any value that is text is replaced by the environment variable NAME, in the process that
fetches, and nowhere else: the run keeps the job with its placeholders, and logs show neither. A variable
that is not set stops the run with [ENV_MISSING](errors.md#ENV_MISSING).

- \`$\${env:NAME}\` stands for the text \`\${env:NAME}\`; in a row of dollars before \`{env:\`, two make one.
- Put secrets in \`headers\` or \`body\`. URLs are stored with the pages fetched, so a secret in a URL is too.
- In \`[ … ]\` and \`{ … }\`, put the value in quotes.
- A URL may begin with a placeholder: \`start: \${env:SHOP}/catalogue\`.`;

export const sessions = `A session is for pages that need a login, or cookies and headers of their own:

\`\`\`yaml
sessions:
  member:
    hosts: [wiki.example.com] # where its cookies and secrets may go
    login:
      steps:
        - open: https://wiki.example.com/login
        - form: { select: '#login', fields: { user: '\${env:WIKI_USER}', pass: '\${env:WIKI_PASS}' } }
      check: { select: .user }
    endedBy: { select: 'a.login' } # the page is fetched again after another login
\`\`\`

In \`endedBy\` name what every page shows to a visitor who is not logged in, such as the link to log in: the form itself is on pages that need a
login alone, and others would be stored as a visitor sees them. \`spinneret try URL --login\` says whether it would notice, on that page.
Where scripts make the form, or its login is a request of theirs, the steps are done in a browser: \`via: browser\`. There a step may also fill in controls by their
selectors, click, and wait; the cookies then serve requests without a browser, too. Once something was typed, hosts that the session does not name get nothing more.
(What scripts keep elsewhere than in cookies, as in \`localStorage\`, is not kept.)

\`\`\`yaml
sessions:
  member:
    hosts: [app.example.com]
    login:
      via: browser
      steps:
        - open: https://app.example.com/
        - fill: { 'input[type=email]': '\${env:USER}', 'input[type=password]': '\${env:PASS}' }
        - click: button[type=submit]
        - waitFor: .account
      check: { select: .account }
\`\`\`

Where a person is needed (a second factor by telephone, a single sign-on, a CAPTCHA): \`via: person\` with the page to open. \`spinneret login JOB [SESSION]\` opens a
window there, and keeps the session when the check holds; a run that finds no session pauses and says so. The command opens sessions of all other logins, too.

All processes share it, and it outlives the run. A label names another one, or none: \`session: none\`. A URL is one page of a run, whatever the
session: two accounts that see different pages are two jobs. Accounts that see the same are a pool, as are several visitors without an account:

\`\`\`yaml
sessions:
  visitor: { hosts: [shop.example.com], count: 4, retireAfter: 1 } # four cookie jars; one that is refused is made anew
  member:
    hosts: [api.example.com]
    accounts: [{ key: '\${env:KEY_A}' }, { key: '\${env:KEY_B}' }]
    bearer: '\${account:key}'
\`\`\`

An account may also bring its proxy: \`accounts: [{ key: '\${env:KEY_A}', proxy: 'http://ann:\${env:PASS_A}@proxy.example.com:8080' }, …]\` with
\`proxy: '\${account:proxy}'\`.

[How it works](decisions/sessions.md); [from Scrapy](from-scrapy-sessions.md); [from Crawlee](from-crawlee-sessions.md).`;

export const proxies = `Requests, robots.txt and logins go through proxies, if the job names some:

\`\`\`yaml
proxies:
  list:
    - http://ann:\${env:PROXY_PASS}@proxy.example.com:8080 # or https://, socks5://
    - \${env:MORE_PROXIES} # a variable may hold a whole list
  rotate: host # or request, session
  pricePerGb: 4.5 # US dollars
\`\`\`

A site sees other addresses, and no other pace: the gap of a host holds over all proxies. A proxy that fails is left alone for a while, and the page goes on through
another and keeps its attempts; where none works, the run waits, and is paused after ten minutes. The host is looked up and checked here, and the proxy is asked for that
address. [How it works](decisions/proxies.md); [from Scrapy](from-scrapy-downloads.md).`;

export const files = `A field of type \`url\` with \`download: true\` names files: images, PDFs, archives, whatever it is.

\`\`\`yaml
name: shop
sources:
  - sitemap: { site: https://shop.example.com/ }
files: { types: [image/*, application/pdf], maxFileBytes: 20000000 }
limits: { maxFiles: 50000 }
pages:
  product:
    match: /p/*
    fields:
      title: h1
      photos: { select: .gallery img, attr: src, type: url, list: true, download: true }
      manual: { select: a.manual, attr: href, type: url, download: true }
\`\`\`

The fields stay addresses. What became of the files is in \`_files\` of the item, in the shape of its fields:

\`\`\`json
{ "title": "Lamp", "photos": ["https://cdn.example.com/1.jpg", "https://cdn.example.com/2.jpg"], "manual": "https://shop.example.com/m/7",
  "_files": { "photos": [{ "path": "files/1-6b7fa434f92a8b80.jpg", "sha256": "6b7f…", "bytes": 70211, "type": "image/jpeg" }, { "code": "HTTP_404" }],
              "manual": { "path": "files/lamp-manual-0ca5de9cc3f9d08b.pdf", "sha256": "0ca5…", "bytes": 50015, "type": "application/pdf" } } }
\`\`\`

| | |
| --- | --- |
| once per run | each address, whatever the number of items that name it; equal bytes are kept once, over all runs of the job |
| as pages | gap, robots.txt, retries, proxies, sessions and headers of the label (these to their own hosts alone), redirects, private addresses; the host may be any, since the field says where files are |
| not as pages | no count of \`limits.maxPages\`, no depth, no scope; \`limits.maxFiles\` bounds their number, \`files.maxFileBytes\` each, \`limits.maxBytes\` all together with the pages |
| \`path\` | relative to the folder of the run's output: a name that every file system takes, ending by the type of the bytes; on AWS the key in the bucket |
| \`type\` | by the bytes; of text, which has no signature, as the server says |
| \`code\` | in place of a file that was not kept: FILE_TYPE, FILE_TOO_LARGE, HTTP_404, ROBOTS_DISALLOWED …; FILE_ABSENT: no request came to it (maxFiles) |
| null | what is no address of http or https, such as \`data:\` |

Only complete items that the run keeps (\`limits.maxItems\`, \`key\`) have files. A file is whole or not there; one that was cut off, as by a kill, goes on where it was, if its server says that it is still the same.
\`run --cached\` asks for no file again that is still there. On AWS they lie in the bucket (\`files/JOB/HASH\`); \`spinneret export RUN --aws --what files --output photos\` brings them here under their names, and those that are there already no second time.
\`spinneret try\` lists what would be downloaded, \`estimate\` counts it; neither asks for any. \`forget\` deletes those that no other run of the job names.
[How it works](decisions/files.md).`;

export const browser = `## Pages that scripts fill in

A page that is a shell for scripts is read in a browser where its label says so:

\`\`\`yaml
name: app
sources:
  - crawl: { start: https://app.example.com/list }
pages:
  list: { match: '**/list', render: browser, follow: [a.item] }
  item:
    match: '**/items/*'
    render: { use: auto, waitFor: h1 } # a browser only where the page as it is sent lacks what the label reads
    fields: { name: { select: h1, required: true }, price: { select: .price, type: number } }
\`\`\`

- It needs Chromium or Chrome on the machine (\`spinneret doctor\` looks for it), and its sandbox, so not root; settings: \`browser\`. On AWS
  there is none yet.
- The browser connects to nothing: what a page asks for is fetched as pages are, each request in a turn of its host, in the session of the
  page, through its proxy, and not where robots.txt forbids it. So a page of twenty scripts takes twenty turns, once per process.
- A page that did not get all that it asked for is kept, and counted ([RENDERED_PARTLY](errors.md#RENDERED_PARTLY)). Images, fonts and media are
  not fetched (\`block\`); requests that change something are never sent.
- Selectors reach into open shadow roots, and into frames of the same origin: what a frame shows stands in it (\`iframe spinneret-frame h1\`). In HTML (\`keep\`,
  \`take: html\`, handlers in files) \`spinneret-frame\` stands behind the frame, since a parser reads what stands in an \`iframe\` as text. Elements that no slot of a shadow root
  shows are at the end of its host.
- Controls of forms are as scripts have left them (\`select: input, attr: value\`, \`option:checked\`), passwords and files apart.
- A list that removes what is scrolled out of sight shows its last part alone: the links that were there are counted as missing, and the page
  is RENDERED_PARTLY. Take its data from what its scripts ask for.
- Pages behind \`#/\` and \`#!\` are pages of their own where their label has \`render\`: start at \`https://app.example.com/#/list\`, and match them
  as \`'/#/items/*'\` (what stands before the \`#\` is for the path, what stands behind it for the route).
- \`spinneret try URL\` lists what the scripts of the page asked for, first what holds the values of its items, with their paths: where that is JSON, a \`rest\`
  source takes it without a browser, for a hundredth of the time. Where only the page knows how to ask,
  \`render: { from: xhr, match: '**/api/items*' }\` reads those answers in place of the page, with fields by \`path\`, as of a JSON page. [How it works](decisions/pages-in-a-browser.md)
- \`render: { capture: screenshot }\` keeps what each page looks like when it is read, after scrolling and clicks: a PNG of the whole page (16,384 pixels of its height at
  most), or with \`capture: pdf\` a PDF on sheets of A4. It lies among the [files](#files) of the run, and each item of the page names it as \`_capture\`, with path, sha256, bytes and type.
  Pictures and fonts are fetched for it, each in its turn. \`try\` takes none, and neither does \`extract\`, which has no browser; what an account sees is on its captures, too.`;

export const requests = `## Requests made of items

An index gives ids, and a request for each id gives the details: \`each\` of a \`rest\` source (JSON) or a \`send\` source (any page)
names the label of the index, and fields of its items stand as \`{field}\`, or \`{field.path}\`, in \`url\`, \`headers\`, \`json\`, \`form\`,
\`multipart\` and \`graphql.variables\`:

\`\`\`yaml
name: details
sources:
  - rest: { url: https://api.example.com/ids, items: ids, label: index }
  - rest:
      url: https://api.example.com/items/{id}
      each: { from: index, with: [id] } # the items of detail have an id, too
      label: detail
pages:
  index: { item: ref, fields: { id: { path: id } } }
  detail: { fields: { price: { path: price } } }
\`\`\`

- A value is encoded for its place: a segment of a path, a parameter, a string of JSON, a field of a form. A text of JSON that is a place
  and nothing else takes the value with its type. The host is written out: no value chooses it.
- Without a value (null, missing, \`""\`) no request is made ([VALUE_MISSING](errors.md#VALUE_MISSING)); nor with one that cannot stand in its place, such as a
  line break in a header or \`..\` as a segment ([VALUE_UNFIT](errors.md#VALUE_UNFIT)). Both are counted.
- Each request is made once per run, however many items lead to it, and counts among \`limits.maxPages\`; its depth is one more than the index's. A list of each
  item is paged like any other.
- The items of the index are stored as well; name them with \`item:\` to tell them apart. [Why so](decisions/requests-of-items.md); [from Scrapy](from-scrapy-requests.md)`;

export const fields = `A field is a CSS selector, or a mapping of the keys below.

\`\`\`yaml
fields:
  title: h1 # text of the first match
  link: { select: a.more, attr: href, type: url } # an attribute, as an absolute URL
  price: { select: .price, type: number } # "1,299.00 €" becomes 1299
  body: { select: article, take: html } # inner markup
  page: { select: main, take: markdown } # as Markdown, links absolute
  main: { article: markdown } # the main text, wherever it stands
  about: { article: [title, byline, date, language] } # an object
  tags: { select: .tag, list: true } # every match
  isbn: { select: .meta, regex: 'ISBN (\\d+)' } # first group of what is found
  specs: { select: table.specs, table: pairs } # { Weight: 300 g, Pages: "412" }
  sizes: { select: table.sizes, table: rows } # one object per row
  colours: { select: .colours, transform: [{ split: ',' }, lower, unique] } # steps, see below
  offers: # a list of objects
    select: .offer
    list: true
    fields: { shop: .name, amount: { select: .amount, type: number } }
  url: { page: url } # a fact about the page
  kind: { constant: book }
  amount: { path: price.amount } # in JSON pages
  rating: { jsonld: Product.aggregateRating.ratingValue, type: number } # in the page's JSON-LD, of any product
  maker: { microdata: Product.brand } # itemprop; a type first, as in JSON-LD
  author: { rdfa: Article.author.name } # property
  image: { og: image, type: url } # Open Graph; og: image.width is that of the same image
  description: { meta: description } # a meta element
  cart: { script: window.__STATE__, path: cart.id } # data in a script, which is not run
  said: { structured: [jsonld, opengraph] } # all of it, as one object
  weight: { label: Weight } # the value beside this heading: a cell, a dd, what follows a colon
  stock: { xpath: "//td[.='Stock']/following-sibling::td[1]" } # XPath 1.0
  topic: { select: h1, within: page } # the page's, on each item of \`each\`
  posted: { select: time, type: date, timeZone: Europe/Athens } # a time without a zone: "2025-03-04 09:30" becomes 2025-03-04T07:30:00Z
  height: { label: Elevation, type: number } # "1,351.5 m" becomes 1351.5
  heightUnit: { label: Elevation, transform: [unit] } # m
  mass: { label: Mass, type: quantity } # "90 t (180,000 lb)" becomes { value: 90, unit: t }
  cost: { from: [jsonld.offers.price, 'meta.product:price:amount', css:.price], type: number } # the first with a value
\`\`\`

A page is read as the HTML Standard says and browsers do, without running its scripts: \`html\`, \`head\`, \`body\`, and
\`tbody\` in every table, are there whether the page writes them or not, so that a selector copied from a browser finds
what it found there, and \`table > tr\` finds nothing. What is in \`noscript\` are elements.

Nothing is laid out. What the page hides until a click, shows to screen readers alone, or has for browsers without a feature is part of it like all else:

| what is in | text of an element, \`htmlToText\` | XPath (\`string()\`) | Markdown | main text |
| --- | --- | --- | --- | --- |
| \`hidden\`, \`style="display: none"\` | yes | yes | no | no |
| \`aria-hidden\`, \`style="visibility: hidden"\` | yes | yes | yes | no |
| a class of a style sheet, such as \`sr-only\`; a closed \`details\` or \`dialog\` | yes | yes | yes | yes |
| \`noscript\`, \`svg\`, \`canvas\`, \`object\`, \`iframe\`, \`textarea\`, \`option\` | yes | yes | no | no |
| \`video\`, \`audio\` | yes | yes | no | in \`text\` |
| \`script\`, \`style\` | no | yes | no | no |
| \`template\`, comments | no | no | no | no |

A selector leaves out what is not wanted (\`.price > :not([hidden])\`). Digits that \`hidden\` or \`display: none\` hides, and those of \`noscript\`, \`canvas\` and other fallbacks, \`s\` and \`del\`, are never
part of a number beside them, whatever mark or white space stands between: \`<i hidden>5</i>19\` is null and counted, shown as \`⁵19\`, and so is \`19<span hidden>.5</span>\`.

A field has one place: \`select\`, \`xpath\`, \`label\`, \`column\`, \`meta\`, \`jsonld\`, \`microdata\`, \`rdfa\`, \`og\`, \`script\`, \`article\`, several in \`from\`, or
\`structured\`, \`constant\` or \`page\`. \`attr\`, \`table\` and \`fields\` exclude each other; \`path\` excludes \`attr\`; \`take: html\` and \`take: markdown\` exclude all three. Where a selector stands elsewhere (\`each\`,
\`follow\`, \`retryIf\`), XPath is written behind \`xpath:\`. How often a value came from another source than its first, and from data
that was broken or partly code and was mended, is in the summary; so is how often a text holds bytes that are no characters of its page's
encoding, each of which is U+FFFD (\`damaged\` in the marks of the item). Where the page has several values at a field's place that differ (two
products in its JSON-LD, two cells beside the label; one beside and one below, where a table of plain cells does not say which it means), the first that can be read is taken and counted as \`ambiguous\`; so is a price to which the page's language gives three decimals
(\`€ 1.299\` on a page in English: \`locale: de\` says which it is), a starting price (\`ab 49,90 €\`, \`from $49\`), and a number, or a yes or no, of which a later source of
\`from\` has another one. An index (\`image[0]\`), a type (\`Product.name\`), a group (\`Climbing / Height\`) or \`list: true\` says which is meant. A selector means the first
element that it matches, and is not counted. Where a number or a date is read from an element, digits that the
page sets higher, lower or smaller beside others (\`sup\`, \`sub\`, \`small\`), strikes or hides are none of the same number: two behind the whole part of a price are its cents (\`$19<sup>99</sup>\` is
19.99), and any other such value is null and counted, shown as \`10⁶\`, \`$49¹\` or \`1,58⁹ €\`; so is what a regex or a step leaves of it without them. In a text they stay digits (\`$1999\`). Numbers of
two blocks, cells or lines are no thousands of one (\`4 | 500\`), nor are those of two elements with white space between them (\`<b>4</b> <b>500</b>\`, shown as \`4 ¦ 500\`), but in languages that
group thousands by spaces (the field's \`locale\`, or the page's \`lang\`). All of this holds for texts that functions of XPath make (\`string(//p)\`), for microdata and RDFa, too; what a path selects
of an element (\`//p/text()\`, \`.price > b\`) is what the job asks for. \`99 ¢\` is 0.99. \`spinneret try URL\` shows what a page has of structured data, and of
which types. [How each is read](decisions/where-a-value-is.md); [from extruct](from-extruct.md); [from Scrapy's ItemLoader](from-scrapy-itemloader.md).

### Tables

With \`rows\` each row of the tables that it matches is an item: without fields all its cells by their headings, with fields those that \`column\` asks for, typed, and
whatever else is in the row. Within an item \`table: rows\` makes an object of each row of a \`table\`, \`table: pairs\` one object of headings and what stands beside
them, also of a \`dl\`; a single pair is found by \`label\`, of several groups by
that of its group: the heading over the whole table above it, the caption of the table, or the heading of the page before it (\`Climbing / First ascent\`).

\`\`\`yaml
pages:
  standings: # an item per row: { _table: 1, _caption: Home, _heading: Group A, Team: X, "Goals / for": "3" }
    rows: 'table:has(th)'
  scorers: # the same, typed
    rows: table.scorers
    fields:
      player: { column: Player, required: true }
      goals: { column: Goals / for, type: integer }
      profile: { column: Player, fields: { url: { select: a, attr: href, type: url } } } # in the cell
      season: { column: _caption }
      league: { select: h1, within: page }
  results: # an item per table
    each: 'table:has(th)'
    fields:
      caption: ':scope > caption'
      rows: { table: rows } # [{ Team: X, "Goals / for": "3", "Goals / against": "1" }]
      goals: { table: rows, fields: { team: { column: Team }, for: { column: Goals / for, type: integer } } }
  mountain:
    fields:
      facts: { select: table.infobox, table: pairs } # { Elevation: "1,351.5 m" }
      peak: # of the same infobox, by name and typed
        select: table.infobox
        fields: { height: { label: Elevation, type: number }, unit: { label: Elevation, transform: [unit] } }
      ascent: { label: Climbing / First ascent, type: integer } # of several, the one below the heading Climbing
\`\`\`

- A table is formed as the HTML Standard says: a cell over several rows or columns counts in each, \`rowspan=0\` down to the end of its \`thead\`, \`tbody\` or
  \`tfoot\`, and none beyond it; where two overlap, the first is kept. Tables in cells have no part in rows and columns of the outer one: their text is the cell's.
- Headers are the rows of \`thead\`, and rows of column headers alone (\`th\` without \`td\` and \`scope=row\`; an empty corner does not count). Several levels are joined:
  \`Goals / for\`. A header that comes again further down is no row; another one there names the columns of the rows below it. A row header (\`th scope=row\`) is a cell
  of its column like any other.
- A column without a header is \`column2\` by its position, a second one of the same name \`Goals 2\`; no two have the same name. Both are counted in the summary, once for
  a table, as \`column: Goals\` is for each value where several columns have that name, of which it takes the first: the page may mean another one.
- \`_table\` is the number of the table among those of the page, \`_caption\` its caption, \`_heading\` the last heading (\`h1\` to \`h6\`) before it.
- A heading (\`th\`, also with \`scope=rowgroup\`) over the whole width, or alone in a row between rows of data, is \`_group\` of the rows below it.
- The rows of \`tfoot\`, such as sums, come last, as rows; hidden rows are kept; rows without text are left out. All values are text, null where a cell is empty.
- In pairs, several values of a heading that spans rows are joined by \`, \`; a second heading of the same text is \`Total 2\`, and counted. Cells with text that are in no pair, such as a third
  one of a row, are lost at the step \`cell\`, and counted. Of \`label\` it is the second entry with \`list: true\`.
- Tables laid out by \`div role=table\` are none: name their rows with \`select\`, \`list\` and \`fields\`.

### Main text and Markdown

\`article\` is the main text of the page as the reader view of Firefox finds it, and what the page says of it: one part
(\`article: markdown\`), several as an object (\`article: [title, text]\`), or all (\`article: true\`); a page without one has no value, and a required
field of it makes an incomplete item. Where a page states no language, \`language\` is by the text, and counted in the summary.

\`take: markdown\` is the Markdown of an element, or of the page: headings, lists, tables, code with its language, footnotes, links and pictures with absolute
addresses. [What it leaves out, and how it is held to the page](decisions/main-text-and-markdown.md);
[from Crawl4AI and Firecrawl](from-crawl4ai.md).

### HTML in data

An API or a feed has HTML in its values. It goes through the steps \`htmlToText\` and \`markdown\`, or has fields of its own with \`as: html\`:

\`\`\`yaml
fields: # of an API of WordPress
  url: { path: link, type: url }
  text: { path: content.rendered, base: link, transform: [markdown] }
  body:
    path: content.rendered
    as: html
    base: link # links in it are relative to the post, not to the API
    fields:
      headings: { select: h2, list: true }
      images: { select: img, attr: src, type: url, list: true }
      main: { article: text }
\`\`\`

- It is a page of its own: selectors, \`within: page\`, \`jsonld\`, \`article\` and the like see it alone. Of a list (\`comments[*].html\`, \`list: true\`) each value is one.
- \`base\` stands for the address by which links in the value are resolved, and is found where the field is: a path, among elements a selector. Without it, or where it
  finds none, that is \`xml:base\` in feeds and XML, else the page.
- In elements it is text (\`select: 'content\\:encoded'\`, a script), an attribute (\`attr: srcdoc\`), or what stands in the element.

### Dates and time zones

A date becomes ISO 8601: a time with a zone is in UTC, one without stays as the page says it (\`2025-03-04T09:30:00\`), unless \`timeZone\` of the field or the job says
whose clock it is. What a page itself declares comes first:

- No standard lets a page declare the zone of all its dates: that of its server, its language or its author is a guess, and none is made. It declares the zone of one
  moment, by its offset: in \`<time datetime>\`, which \`type: date\` takes before the text of the element, in JSON-LD, \`article:published_time\` and the like, and always in
  RSS and Atom. An offset wins over \`timeZone\`.
- A page that names no day gives none: \`March 2024\` and \`03/2024\` are \`2024-03\`, \`2024\` is \`2024\`, and so it is with the step \`date\` and a format such as \`MM.yyyy\`. A
  \`<time datetime>\` without a day does not stand before its text. \`2010/11\` and \`2010–12\`, which may be ranges of years, are null.
- Years are those of the Gregorian calendar: 2568 in Thai is 2025, and years of the Hijri calendars in Arabic or Persian (1446, 1403) are not read.
- An API may give a moment twice, as WordPress does: \`date\` by the site's clock, \`date_gmt\` in UTC, both without an offset. Take the latter, and say so:

\`\`\`yaml
timeZone: Europe/Athens # of \`date\`, where that is all there is
pages:
  post:
    fields:
      published: { from: [{ path: date_gmt, timeZone: UTC }, 'path:date'], type: date }
      main: { article: [title, date] } # its date too
\`\`\`

- A time that the clocks of the zone have twice in a night, or never, is null, and counted.

### Near duplicates

\`simhash\` (a part of the article, and a step) is a hash of 64 bits as 16 hexadecimal digits, in which texts that are alike differ in few
bits. The distance of two is the number of bits in which they differ: \`bin(int(a, 16) ^ int(b, 16)).count("1")\` in Python. Of 144 articles
of 300 words and more (scrapinghub/article-extraction-benchmark), one with another date and other numbers differs in 2 bits at the median and 6 at most, one without
a paragraph in 4 and 16, one with every twentieth word changed in 10 and 17; no two of 10,296 pairs of different articles differ in fewer than 16, at the median in 32.
Up to 6 is a safe sign; of short texts less can be said. It is made of each three words in a row, normalised (NFKC), in lower case, joined by a space; each is hashed by
MurmurHash3 (x86, 32 bits, seeds 0 and 1, as \`mmh3\` has it), and a bit is 1 where more of these have it than have not.`;

export const kinds = `What a page is follows from its type; where that says nothing (\`text/plain\`, \`application/octet-stream\`), from its first bytes and the
ending of its name. So most jobs need no option for pages other than HTML: the fields of their label are found by \`path\`.

\`\`\`yaml
name: news-and-prices
sources:
  - urls:
      list: [https://news.example.com/feed.xml, https://shop.example.com/prices.csv]
pages:
  feed: # RSS or Atom
    match: '**.xml'
    follow: [{ path: link, label: article }]
    fields:
      title: { path: title }
      published: { path: published, type: date }
      text: { path: content, transform: [htmlToText] }
      seconds: { path: 'elements.itunes:duration[0].text' }
      feed: { path: title, within: page } # of the feed itself
  prices: # each row an item
    match: '**.csv'
    fields:
      name: { path: Article }
      price: { path: Price, type: number, locale: de }
  article:
    fields: { title: h1 }
\`\`\`

| kind | items | paths |
| --- | --- | --- |
| JSON | the whole, or each entry of a list; \`items\` names another list | as in it |
| JSON Lines | a line each; lines that are no JSON are left out and counted ([LINES_BROKEN](errors.md#LINES_BROKEN)) | as in it |
| CSV, TSV | a row each | names of columns; \`column2\` of one without a name, \`price_2\` of a second one called \`price\`; an empty cell is null |
| Excel (XLSX) | a row each of the first sheet that is shown; \`table: { sheet: Prices }\` or \`items: sheets[*].rows\` for others | as CSV; numbers, yes or no, and dates as ISO 8601 without a zone |
| PDF | the document; \`items: pages\` for one a page | \`title\`, \`author\`, \`created\`, \`modified\`, \`text\`, \`pages\` (\`number\`, \`text\`) |
| feeds | an entry each | \`id\`, \`title\`, \`link\`, \`published\`, \`updated\`, \`author\`, \`authors\` (\`name\`, \`email\`, \`url\`), \`categories\`, \`summary\`, \`content\`, \`comments\`, \`image\`, \`enclosures\` (\`url\`, \`type\`, \`length\`), \`elements\` |
| other XML | as HTML: by \`each\` | none: selectors and XPath; an element with a prefix by it, as the page writes it (\`xpath: .//dc:creator\`), or by its namespace (see below) |

- **Feeds** (RSS 0.9x, 1.0, 2.0, Atom) have the same paths whichever they are. Titles are text, \`summary\` and \`content\` HTML, links absolute by
  \`xml:base\`, dates ISO 8601 where they can be read for certain and as they stand elsewhere. What has no path of its own is in \`elements\`, by its name
  with the usual prefix (\`itunes:\`, \`media:\`, \`dc:\` …): a list of objects with attributes, \`text\` and \`elements\`. A label with selectors reads a feed as XML.
- **Tables**: delimiter, quotes and header are found out from the first rows; \`table\` states them where that goes wrong. Rows with too few or too
  many cells are kept, marked and counted. A quote that does not end costs its own row. Last columns that are empty in all
  rows are none, rows without text are left out, and HTML, XML or JSON in place of CSV fails. Of a workbook formulas are the values that it has of them (one that no program has
  computed is lost at the step \`formula\`, and counted), and errors their text (\`#N/A\`); one that is broken, encrypted or comes to more than 64 MiB or 500,000 cells fails ([FILE_BROKEN](errors.md#FILE_BROKEN)).
- A **PDF** or workbook is read in a thread of its own, which is ended after 30 s or at 512 MB, on AWS at two fifths of the function's memory
  ([FILE_BROKEN](errors.md#FILE_BROKEN)). A PDF without text, such as a scan, is [NO_TEXT](errors.md#NO_TEXT).
- Without \`fields\` items are taken unchanged. \`as\` reads a page as a kind whatever its type says.
- A **file that the label does not look for**, such as a picture or CSV where it has selectors, gives no item and is no failure: it is skipped as
  [OTHER_KIND](errors.md#OTHER_KIND). Links to files by their name are not followed at all, unless \`as\` or a pattern wants them (\`scope.ignoreExtensions\`).
- No DTD is read and no entity of a page's own expanded: XML that uses one fails. HTML's names of characters (\`&nbsp;\`), which feeds have and XML does not
  define, are these characters, other names stand as they are written; the items of such a page are marked and counted (\`mended\`).
- Where JSON has a key twice in one object, the last value counts, as in most programs; a field that is read through such a key is counted as \`ambiguous\`.
- **Namespaces** of XML are found by their URI, whichever prefix a page gives them, where the job says what its own prefixes stand for. Then every prefix in its XPath and
  its selectors has to be one of these; names without a prefix go on to match elements without one, of any namespace:

\`\`\`yaml
name: records
namespaces: { oai: http://www.openarchives.org/OAI/2.0/, dc: http://purl.org/dc/elements/1.1/ }
sources: [{ crawl: { start: 'https://library.example.com/oai?verb=ListRecords&metadataPrefix=oai_dc' } }]
pages:
  records:
    each: oai|record # CSS
    fields:
      id: { xpath: 'oai:header/oai:identifier', required: true }
      creators: { xpath: './/dc:creator', list: true }
\`\`\`

\`spinneret try URL\` shows what a page was taken for, and its paths. [Why so](decisions/kinds-of-pages.md).`;

export const steps = `A text of the page goes through \`regex\`, then through these steps in their order, then becomes of its \`type\`. A step is its
name, or its name with settings. Of a list each entry goes through a step by itself, except for \`unique\`, \`sort\`, \`first\`, \`last\`
and \`join\`, which take the list as a whole, without entries that have no value. A value of which a step can make nothing is null,
and counted as lost, with the step's name. Steps see the value, the page's address, language and time of fetching, and nothing else: a
page that is read twice gives the same twice. Dates in these examples are counted from 2025-03-04T12:00:00Z.`;

export const handlers = `## Handlers

\`handler\` names a TypeScript or JavaScript file, relative to the job file, for what fields cannot express. Its
default export gets the page: see [handlers.md](handlers.md). Try it on one URL with \`spinneret try\`. A handler that throws fails its page
([HANDLER_FAILED](errors.md#HANDLER_FAILED)), one that does not end too ([HANDLER_TIMEOUT](errors.md#HANDLER_TIMEOUT)); one that cannot be loaded stops the run
([HANDLER_INVALID](errors.md#HANDLER_INVALID)).`;

/** Of docs/not-done.md: what no key asks for. */
export const notDone = `Besides:

- Redirects, errors and files are not in what \`keep\` keeps; of a page in a browser it is what the browser loaded, on this machine, the only place where pages are read in one.
- Only HTML, XML, feeds, JSON, JSON Lines, CSV, XLSX and PDF are read as pages; other spreadsheets and images are not. A page is held in memory as a whole:
  one beyond \`fetch.maxBodyBytes\` fails as \`BODY_TOO_LARGE\`, one of more than 1,000,000 items as \`EXTRACT_FAILED\` ([why, and what it would take](decisions/large-bodies.md)).
- A handler that is passed to the library as a function runs in the program's own thread: one that never gives it back
  (an endless loop) cannot be stopped. One in a file can.
- \`output.webhook\` is called on AWS; on this machine nothing is called.
- Live Google was never reached by the tests of the places source: docs/places.md says what they rest upon.`;
