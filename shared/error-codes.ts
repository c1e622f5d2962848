/** One home of every code: the classes in errors.ts, the counts of a run and docs/errors.md use it. */

export interface ErrorEntry {
  /** What becomes of the request (or of the command). */
  consequence: 'retried' | 'failed' | 'skipped' | 'halts' | 'warns';
  happened: string;
  remedy: string;
}

const retried = (happened: string, remedy: string): ErrorEntry => ({
  consequence: 'retried',
  happened,
  remedy,
});
const failed = (happened: string, remedy: string): ErrorEntry => ({
  consequence: 'failed',
  happened,
  remedy,
});
const skipped = (happened: string, remedy: string): ErrorEntry => ({
  consequence: 'skipped',
  happened,
  remedy,
});
const halts = (happened: string, remedy: string): ErrorEntry => ({ consequence: 'halts', happened, remedy });
const warns = (happened: string, remedy: string): ErrorEntry => ({ consequence: 'warns', happened, remedy });

const wait = 'Nothing, if it passes; else check the site in a browser, or raise fetch.attempts.';

export const errorCatalogue = {
  // Fetching
  DNS_FAILED: retried('The host name could not be resolved.', 'Check the spelling of the host.'),
  CONNECT_FAILED: retried('The host refused or dropped the connection.', wait),
  CONNECT_TIMEOUT: retried('No connection within fetch.connectTimeoutMs.', wait),
  TLS_FAILED: failed(
    'The TLS handshake failed, or the certificate is not valid.',
    'The message of the page in failures.jsonl says what was refused. Name the authorities of a site that has its own, and the certificate that a site asks of its clients, in fetch.tls; else open the site in a browser and read its certificate.',
  ),
  HEADERS_TIMEOUT: retried('No answer within fetch.headersTimeoutMs.', wait),
  BODY_TIMEOUT: retried('The body stalled for longer than fetch.bodyTimeoutMs.', wait),
  TIMEOUT: retried('The whole fetch took longer than fetch.timeoutMs.', wait),
  CONNECTION_LOST: retried(
    'The connection ended before the whole answer had arrived: by its length, its last chunk, the end of its HTTP/2 stream or of its compression.',
    wait,
  ),
  BODY_TOO_LARGE: failed(
    'The body is larger than fetch.maxBodyBytes after decompression.',
    'Raise fetch.maxBodyBytes if the page is wanted.',
  ),
  FILE_TOO_LARGE: failed(
    'A file that a field names is larger than files.maxFileBytes, by its head or as it came.',
    'Raise files.maxFileBytes if the file is wanted.',
  ),
  FILE_TYPE: failed(
    'A file that a field names is, by its bytes, of none of files.types: often an error page in its place.',
    'Look at the address in a browser; add the type to files.types if it is wanted.',
  ),
  FILE_UNFINISHED: retried(
    'The connection ended, or fetch.timeoutMs was over, before a whole file had come. What came is kept: the rest is asked for in another turn, and no attempt is counted.',
    'Nothing; a larger fetch.timeoutMs needs fewer turns.',
  ),
  FILE_CHANGED: retried(
    'The rest of a file was asked for, and the server has another file there now, or sent another part of it.',
    'Nothing: it is fetched again from its start.',
  ),
  FILE_ABSENT: warns(
    'No request of the run came to a file that an item names: limits.maxFiles was reached, the run was cancelled, or it goes on.',
    'Raise limits.maxFiles, or resume the run.',
  ),
  BODY_CORRUPT: failed(
    'The body does not decompress as its headers say.',
    'Report it to the site; there is nothing to set.',
  ),
  RESPONSE_INVALID: failed(
    'The answer is not HTTP, or says two things of where it ends, or is not what was asked for, such as a part of the page; the message says which. What curl and browsers read all the same is read.',
    'Report it to the site; there is nothing to set.',
  ),
  HTTP_ERROR: failed(
    'The server answered with an error status, or with one that is no page (300 without a Location, 305); the code shown is HTTP_ and the status.',
    'Check the URL; 401 and 403 mean that the site does not want it read.',
  ),
  HTTP_BUSY: retried(
    'The server answered 408, 425, 429 or 5xx, or 202, which is not there yet; the code shown is HTTP_ and the status.',
    'Raise politeness.gapMs.',
  ),
  ADDRESS_HIDDEN: failed(
    'The address of the page holds a secret that cannot be read back: the key of sessions has changed since, or an earlier version of Spinneret stored the address without it. Nothing was sent.',
    'Keep SPINNERET_SESSION_KEY as it is while runs go on, and let runs end before you deploy a newer version. Then run the job again.',
  ),
  ADDRESS_REFUSED: failed(
    'The host resolves to a private, loopback, link-local or metadata address.',
    'Write network: allowPrivate into the job if that is meant.',
  ),
  RENDER_TIMEOUT: retried(
    'A page in the browser did not come to rest, or did not show what render.waitFor names, within render.timeoutMs of its own time; or its host had no turn for what it loads within ten minutes.',
    'Name in render.waitFor what shows that the page is ready, or raise render.timeoutMs.',
  ),
  BROWSER_LOST: retried(
    'The browser died, or could not read the page.',
    'Nothing, if it passes; else look whether the machine has memory left: a page takes some 100 MB.',
  ),
  BROWSER_MISSING: halts(
    'A job reads pages in a browser, and no Chromium or Chrome was found, or it does not start.',
    'Install one (Debian: apt install chromium; macOS and Windows: Google Chrome), or name its program in the settings: browser.path.',
  ),
  BROWSER_UNSAFE: halts(
    'Chromium would run without its sandbox, since root starts it.',
    'Run as another user; or, in a container that is a sandbox itself, write browser.sandbox: false into the settings.',
  ),
  RENDER_UNAVAILABLE: halts(
    'A run reads pages in a browser, and there is none where it runs: its stack has none any more.',
    'Set aws.browser: {} in config/settings.yaml, deploy (npx cdk deploy --all), and resume the run.',
  ),
  BROWSER_NOT_PACKED: halts(
    'The settings ask for functions with a browser, and the project has no Chromium that Lambda can run.',
    'Install it, for cdk deploy alone: npm install --save-dev @sparticuz/chromium@153.0.0. Or remove aws.browser.',
  ),
  RENDERED_PARTLY: warns(
    'A page was read in the browser although it did not get all that it asked for; the message says what.',
    'Look whether its items are whole; what robots.txt forbids is not fetched.',
  ),
  XHR_MISSING: failed(
    'The scripts of a page got nothing that render.match names, or an error; the message says what they asked for.',
    'Correct the patterns in render.match, or name in render.waitFor what shows that the page has its data.',
  ),
  URL_INVALID: failed(
    'The URL is not an absolute http or https URL.',
    'Correct the URL where it is written.',
  ),
  REQUEST_INVALID: failed(
    'The request cannot be sent: a header is not valid HTTP, or is one the client sets itself.',
    'Correct fetch.headers, or the headers of the source.',
  ),
  SIGNATURE_INCOMPLETE: failed(
    'The request was not sent, since it cannot be signed: it lacks a component that politeness.sign.components names, or the RFC allows no value of it.',
    'Take the component that the message names out of politeness.sign.components, or send that header with every request.',
  ),
  REDIRECT_INVALID: failed(
    'A redirect without a usable Location.',
    'Report it to the site; there is nothing to set.',
  ),
  REDIRECT_BODY: failed(
    'The site redirects a request with a body to another origin (307 or 308). A body is for the origin that the job names: nothing was sent there.',
    'If the service has moved, write its new address into url:.',
  ),
  TOO_MANY_REDIRECTS: failed(
    'More redirects in a row than fetch.maxRedirects, or pages that redirect or refresh to each other.',
    'Open the URL in a browser; the site may want a cookie.',
  ),
  ROBOTS_UNREACHABLE: retried(
    'robots.txt answered with 5xx, 429 or nothing that can be read, which RFC 9309 takes for: all disallowed. The message says what it was.',
    wait,
  ),
  CRAWL_DELAY_TOO_LONG: failed(
    'robots.txt asks for a longer gap than politeness.maxDelayMs.',
    'Raise politeness.maxDelayMs, and expect a very long run.',
  ),
  RETRY_AFTER_TOO_LONG: failed(
    'The host asked for a longer pause than politeness.maxDelayMs.',
    'Start another run later, or raise politeness.maxDelayMs.',
  ),

  BLOCKED: failed(
    'In place of the page came a bot check, a CAPTCHA or the notice of a firewall, with whatever status; nothing of it is stored. The listing of Google Maps also blocks an address with 429: then the run is paused, and what it has is kept.',
    'Leave the site for some hours, raise politeness.gapMs, ask its owner for access, or look for its API; of places, use source: google-places. Spinneret builds no way round a block.',
  ),
  HOST_DOWN: failed(
    'The host gave no answer any more: after six pauses, ten minutes in all, it still did not. Its further requests were not sent.',
    'Start another run, or redrive this one, when the host is back; an hour later it is asked again. fetch.breakAfter: 0 asks for each page all the same.',
  ),
  PROXY_FAILED: retried(
    'A proxy could not be connected to, or gave no answer that opens a way to the host. Nothing reached the host: the page goes on through another proxy and keeps its attempts.',
    'Look in the summary whether it is one proxy or all; try a proxy alone with spinneret try.',
  ),
  PROXY_REFUSED: retried(
    'A proxy does not lead to the host: it may not, cannot, or its way ends before anything was sent. Nothing reached the host: another proxy is asked, and where two do not lead there it is CONNECT_FAILED.',
    'Ask whoever runs the proxy whether the host and its port are allowed.',
  ),
  PROXY_LOST: retried(
    'An answer that came through a proxy did not come whole, or was no HTTP; other proxies get answers of the host. The request may have reached it, so an attempt is counted.',
    'Nothing, if it passes: a proxy that does so again and again is left alone.',
  ),
  PROXY_AUTH: halts(
    'The proxies do not take the user and the password that the job has for them. Those that do are used; where none does, the run is paused.',
    'Correct the variables that the job names, then resume the run.',
  ),
  PROXY_PRIVATE: halts(
    'A proxy is at a private or loopback address, which the job does not allow.',
    'If it is meant: proxies.network: allowPrivate; on AWS with aws.allowPrivate: true too.',
  ),
  PROXY_INVALID: halts(
    'A list of proxies has an entry that is none, or is empty; the message says where, and repeats nothing of it.',
    'Write each as http://, https:// or socks5://USER:PASSWORD@HOST:PORT, a line each.',
  ),
  PROXIES_DOWN: halts(
    'None of the proxies worked, through pauses of ten minutes in all. The run is paused, and its pages keep their attempts.',
    'Mend or replace the proxies, then resume the run; or set proxies.direct: fallback.',
  ),
  SOFT_ERROR: retried(
    'The page shows what retryIf of its label calls a failure, whatever its status.',
    'Nothing, if it passes; else look at the page with spinneret try.',
  ),

  // Extracting
  NO_CONTENT: failed(
    'The answer has nothing in it: 204, 205, a 304 that nobody asked for, an empty body, or one of white space.',
    'Open the URL in a browser; the site may want a cookie or a header (fetch.headers).',
  ),
  JS_SHELL: failed(
    'The page is a frame that scripts fill in a browser: it has no text of its own. Items of it that hold something are kept as incomplete.',
    'Read the pages of its label in a browser (render: auto; where one has: waitFor, for what comes late). Or look in the network panel of a browser for the API that the page asks, and scrape that with a rest source; or for JSON in a script of the page, and read it with path.',
  ),
  EXTRACT_FAILED: failed(
    'The page could not be read as what its label expects.',
    'Run spinneret try on the URL.',
  ),
  FILE_BROKEN: failed(
    'A file that is read as a page, such as an Excel workbook, is broken, cut or encrypted, or comes to more than is read of one, or takes longer than 30 s; the message says which. Nothing of it is kept. On AWS one that its function had no time left for is tried again.',
    'Open the file by hand. One that is too large may be there as CSV.',
  ),
  FILE_UNREAD: retried(
    'The function on AWS ended before a PDF or workbook could be read, since other files took all of its time.',
    'Nothing: the page is fetched again, and loses no attempt. Look for FILE_BROKEN of other pages.',
  ),
  NO_TEXT: failed(
    'A PDF that has no text: its pages were scanned, or are empty. Nothing of it is kept.',
    'Nothing here reads text from pictures; take the address of the file for another program.',
  ),
  LINES_BROKEN: failed(
    'Lines of a page of JSON Lines are not JSON. They were left out; the items of all other lines are kept.',
    'Look at the line that the message names: the file may have been cut, or be of another kind (as).',
  ),
  REGEX_TIMEOUT: failed(
    'A regular expression of the job that looks ahead or behind, or refers to a group, took longer than a second on a text of the page, or than a quarter of one on a URL; such a URL alone is refused, and its page is stored. All others take linear time.',
    'Run spinneret validate: it names expressions whose time explodes; write it without looking around, or without a repetition inside of a repetition.',
  ),
  ITEM_INCOMPLETE: failed(
    'An item of the page lacks a required field; it is kept apart, in incomplete.jsonl.',
    'failures.jsonl names the step that lost each field, and the value it met; spinneret try shows the page.',
  ),
  HANDLER_FAILED: failed(
    'The handler of the page label threw, ended its thread, used too much memory, or returned something else than it may.',
    'Run spinneret try on the URL; the message has the stack.',
  ),
  HANDLER_TIMEOUT: failed(
    'The handler of the page label took longer than 30 seconds: it was stopped, whether it computed or waited. On AWS one that its function had no time left for is tried again.',
    'Run spinneret try on the URL; look for a loop or a promise that does not end. Leave what takes long to a page of its own: return a link.',
  ),
  HANDLER_UNSTARTED: retried(
    'The function on AWS ended before the handler of the page label could begin, since those of other pages took all of its time.',
    'Nothing: the page is fetched again, and loses no attempt. Look for HANDLER_TIMEOUT of other pages.',
  ),
  SITEMAP_INVALID: failed(
    'The sitemap is neither a urlset, nor a sitemapindex, nor a text list; or it was cut, or is larger than the protocol allows. What was read of it is scraped.',
    'Open the sitemap in a browser; where it ends early, run the job again when it is whole.',
  ),
  REST_INVALID: failed(
    'The API answered with something other than the JSON the source describes, such as without the list of items, or says that there is more and does not say where: what comes after that page was perhaps not read.',
    'Run spinneret try on the URL and compare items: and page: with the keys that the message names. Of an error of the API, ask again later.',
  ),
  REST_CYCLE: failed(
    'The paging of an API came round to a page that it had given before, and ended there: there may be more that was not read.',
    'Compare page: with the documentation of the API: it may not know the parameter. A list of one page needs no page:.',
  ),
  REST_EMPTY: failed(
    'Several pages of an API in a row were empty, though each named a next one, or page.total or page.more tells of more: its paging ended there.',
    'Open the last of them. If there is more, ask for larger pages.',
  ),
  SOURCE_MISSING: failed(
    'The file of a urls source cannot be read, or has no such column.',
    'Check the path, which is relative to the job file, and the name of the column in the first row.',
  ),
  SOURCE_CHANGED: failed(
    'The file of a urls source changed while the run was reading it.',
    'Start a new run.',
  ),
  KEPT_UNREADABLE: failed(
    'The pages that a run has kept (keep: warc) are gone, are damaged, or were never kept.',
    'Run the job with keep: warc; pages that were deleted, as by forget, have to be fetched again.',
  ),
  BATCH_CRASHED: failed(
    'The process working on this request died, several times.',
    'Run spinneret try on the URL; look for a page that exhausts memory, or a handler with native code.',
  ),

  // Places
  GATED_STUB: halts(
    'The listing answers with a stub in place of places: it asks to sign in, sends next to nothing, or names none where it named some. The run is paused; what it has is kept.',
    'Look at the listing in a browser from this network; resume the run later, or use source: google-places.',
  ),
  CONSENT_NEEDED: halts(
    'The listing first asks for consent to cookies, as it does in the EU. The run is paused; what it has is kept. Spinneret fills in no form for you.',
    'Answer the question in a browser, and put the cookie that it sets (SOCS) into fetch.headers.cookie, as ${env:NAME}; then start another run. Or use source: google-places.',
  ),
  EMPTY_DOUBTFUL: retried(
    'The search of a cell came to no place, and so did its neighbourhood, so that nothing tells an empty cell from a listing that holds results back. The cell does not count as covered.',
    'Try the query (spinneret try QUERY); look at the area in a browser. If there is nothing, leave it out of the areas.',
  ),
  PAGE_REPEATED: warns(
    'A further page of a search named the places of earlier pages again, in place of others. The cell was split where it could be; else it counts as saturated, for others may be missing.',
    'A smaller minCellKm splits it further.',
  ),
  REVIEWS_CUT: failed(
    'The reviews of a place were not read to their end: a page of them was refused, or named earlier ones, each time that they were read anew, as where its token has grown too old; or the place has a rating, and no review is listed. Those that were read are kept; the message names the place.',
    'Run the job again, with reviews.onlyNew for what is missing alone; fewer places in one run, or a smaller politeness.gapMs, let the tokens wait less.',
  ),
  SHAPE_CHANGED: failed(
    'The answer of Google is not of the shape that this version reads, which is not the same as no places.',
    'If all answers are so, report it: Spinneret needs an update. The cells are in the coverage report.',
  ),
  EMPTY: skipped(
    'The search of a cell came to no place; of the listing, its neighbourhood shows that it answers.',
    'Nothing.',
  ),
  PLACES_DENIED: halts(
    'The Places API refuses the key. The run is paused; what it has is kept.',
    'Do what the message says in the Google Cloud console, then resume the run.',
  ),
  PLACES_INVALID: halts(
    'The Places API says that the request is not valid. The run is paused; what it has is kept.',
    'Read the message: a language, region or type of the job may be unknown to Google; cancel the run and start another.',
  ),
  PLACES_QUOTA: halts(
    'The quota of the Places API for the day is used up. The run is paused; what it has is kept.',
    'Resume the run after midnight, Pacific time, or raise the quota in the Google Cloud console.',
  ),
  GRID_TOO_LARGE: halts(
    'The areas come to more first cells than a run can begin with.',
    'Raise maxCellKm: cells that are full are split by themselves. Or make a job of each part.',
  ),
  PLACE_UNRESOLVED: failed(
    'An entry of links or linkFile names no place that the source can ask for.',
    'The message says why, with the line and your id. A CID needs source: google-maps; of a short link that leads nowhere, take the address that your browser shows.',
  ),
  PLACE_GONE: failed(
    'Google knows no place of that id any more.',
    'Search for the place anew: its id has changed.',
  ),
  PLACE_FILTERED: skipped('The place is not as filter wants it.', 'Nothing; or another filter.'),
  PLACE_KNOWN: skipped(
    'An earlier run of the job has given the place (onlyNew).',
    'Nothing; or onlyNew: false.',
  ),

  // Skipping
  ROBOTS_DISALLOWED: skipped(
    'robots.txt forbids the URL.',
    'Nothing; or politeness.robots: ignore, if the site is yours. Of the listing of Google Maps, robots of the places source: read docs/places.md before.',
  ),
  CONTENT_SIGNAL: skipped(
    'The robots.txt of the host refuses its pages for a use that the job names in politeness.use (Content-Signal).',
    'Nothing; or ask the owner of the site.',
  ),
  NOINDEX: skipped(
    'The page asks not to be kept, by <meta name=robots> or the header X-Robots-Tag. Its links are followed, unless it has nofollow too.',
    'Nothing; or politeness.robotsMeta: ignore, if the site is yours or allows it.',
  ),
  ITEM_MISFIT: warns(
    'An item of the page is not as the schema of its label has it; it is kept apart, in misfits.jsonl, with path and reason.',
    'See with spinneret try what the page has; then change the field, or the schema.',
  ),
  OTHER_KIND: skipped(
    'The page is of a kind that its label does not look for: a file that a page links to, such as CSV, JSON or a picture, where the label has selectors. It gives no item.',
    'Nothing; or give such files a label of their own, by match: and as:, with fields by path.',
  ),
  DUPLICATE_ITEM: warns(
    'Items are the same as others of the run, by the key of their label, or reviews that were read anew: one of each is kept, the others are counted.',
    'Nothing; if one address has several spellings, name them in urls, so that its page is not read twice.',
  ),
  RULED_OUT: skipped(
    'The page, or its only item, is none of its label by unless or only: a login wall, say, or a page that says with status 200 that there is none. The message names the condition, and the summary counts by reason. Links of the page are not followed, but where a field of the item decided.',
    'Nothing; or see with spinneret try what the page has, and change the condition.',
  ),
  REDIRECTED: skipped('The URL redirects; its target is a request of its own.', 'Nothing.'),
  REDIRECT_OUT_OF_SCOPE: skipped(
    'The URL redirects to one outside the scope of the job.',
    'Widen scope.hosts if the target is wanted.',
  ),
  CANONICAL_ELSEWHERE: skipped(
    'The page names another URL as canonical, which is a request of its own.',
    'Nothing; or urls.canonical: ignore.',
  ),
  NOT_MODIFIED: skipped(
    'The page was answered 304 (Not Modified), and is one of the sample that a job with recrawl asks for once more, to see whether that is true.',
    'Nothing; recrawl.verify says how large the sample is.',
  ),
  TRAP: skipped(
    'Pages of the same shape of address (dates, ever deeper paths, parameters in ever new combinations) had led on to one another 20 times without an item and without a link to anything else: this one was not fetched. Pages of a list may do so 40 times.',
    'Nothing; or, if such pages are wanted, scope.traps: follow.',
  ),
  REST_REPEATED: skipped(
    'The API gave the items of an earlier page again, as some do past their last page: they are left out, and its paging ended.',
    'Nothing; or compare page: with the documentation of the API.',
  ),
  VALUE_MISSING: skipped(
    'An item has no value for a place in the requests of a source with each: no request was made of it.',
    'Nothing, if such items need no request; else compare the field of the item with its page.',
  ),
  VALUE_UNFIT: skipped(
    'A value of an item cannot stand in its place in a request: a line break in a header, “..” as a segment of a path, a list outside of JSON, or a text that would be read as a secret. No request was made of it.',
    'Put the value into the query or into json, which take any text; or let the field take the part that is meant (match: or replace:).',
  ),
  REST_ENDED: skipped(
    'The API has no page there: after pages with items it answered 404, 416 or 204, or without a list where it says itself that nothing is left; or, to a request made of an item, an object without keys. Its paging ended there.',
    'Nothing; or, if items are missing, open the URL.',
  ),
  LIMIT_PAGES: skipped(
    'limits.maxPages was reached before this sitemap or part of a URL file was read, or while this page waited behind better ones.',
    'Raise limits.maxPages.',
  ),
  LIMIT_ITEMS: skipped('limits.maxItems was reached.', 'Raise limits.maxItems.'),
  LIMIT_BYTES: skipped('limits.maxBytes was reached.', 'Raise limits.maxBytes.'),
  LIMIT_BUDGET: skipped(
    'Too little is left of limits.budgetUsd to pay for it, by the run’s own measured use of AWS and by the prices of the Places API; no request is made that it would not cover.',
    'Raise limits.budgetUsd; `spinneret estimate` gives a price before the run.',
  ),
  LIMIT_RETENTION: skipped(
    'The run is nearly as old as what is known of its URLs may be (nine tenths of aws.keepDays).',
    'Raise aws.keepDays and deploy before the next run; or make the job smaller.',
  ),
  LIMIT_DURATION: skipped('limits.maxDurationMs was reached.', 'Raise limits.maxDurationMs.'),

  // Commands
  JOB_INVALID: halts('The job file has errors; each is listed with its place.', 'Correct the lines named.'),
  JOB_UNREADABLE: halts('The job file is missing, too large or not text.', 'Check the path.'),
  SETTINGS_INVALID: halts(
    'The settings file has errors; each is listed with its place.',
    'Correct the lines named.',
  ),
  ENV_MISSING: halts('The job uses an environment variable that is not set.', 'Set it and run again.'),
  HANDLER_INVALID: halts(
    'A handler file is missing or exports no function or class.',
    'Export a default function or class.',
  ),
  RUN_UNKNOWN: halts('There is no run of that name in the store.', 'List the runs with spinneret status.'),
  RUN_ENDED: halts('The run has ended, so it cannot be paused, resumed or cancelled.', 'Start a new run.'),
  RUN_STOPPED: halts(
    'The run was paused or cancelled from elsewhere, or paused itself, before it came to its end.',
    'Look at it with spinneret status; a run that is paused goes on with resume.',
  ),
  FORGET_INCOMPLETE: halts(
    'Something of a run that is being forgotten could not be deleted, or is written again all the time.',
    'Call the same command again: it goes on where it stood. Where S3 refused, the message says why: a right that your role lacks, or a lock on the object.',
  ),
  EXPORT_LOST: halts(
    'A file of a run could not be made on AWS, in five attempts: each failed, or ended its function. The run was finished without it, and its manifest and mail name it.',
    'The log group FinishLog… says why; `npx spinneret export RUN --aws --format FORMAT` makes the file on your machine.',
  ),
  SORT_NO_ROOM: halts(
    'There is no room for the records to be sorted: of the disk for temporary files, or because there are too many. They were exported in no order.',
    'Here: point TMPDIR to a disk with room for as much as the items are as JSON. On AWS: sort the items with Athena, or with `export --aws --sort` on a machine that has the room.',
  ),
  STORE_BUSY: halts(
    'Another process kept the store locked for two minutes, where a transaction takes milliseconds. Nothing was lost, and nothing half written.',
    'Look at the process that the message names: wait until it is done, as `forget --vacuum` is in the end, or end it if it is stopped or hangs. Then call the same command again; a run goes on with resume.',
  ),
  STORE_FAILED: halts(
    'The store cannot be opened, read or written.',
    'Check that the folder is writable and the disk not full; `npx spinneret doctor` says whether the file is damaged.',
  ),
  ORDER_UNSUPPORTED: halts(
    'The job names priorities or an order of its pages, and the store of the program that runs it keeps none.',
    'Use the store of this machine or of a stack, which do, or leave out priority and crawl.order.',
  ),
  STORE_OUTDATED: halts(
    'The store was written by another version of Spinneret.',
    'Move the file away, or use the version that wrote it.',
  ),
  LOCK_INVALID: halts(
    'A lock was asked for without a name, with a number of permits that is none, or for too short a lease.',
    'Correct the call; the message names what was expected.',
  ),
  LOCK_TIMEOUT: retried(
    'A lock was not free within the time its caller would wait.',
    'Wait longer, or look at what the process that the message names is doing.',
  ),
  LOCK_LOST: retried(
    'A lock ended while it was held: its process stood still, or the store was out of reach, for longer than the lease.',
    'Do the work again under a new lock, carry the fence in what you write, or take a longer lease.',
  ),
  FAULT_LASTS: halts(
    'A batch met a fault of network or AWS eight times in a row, over half an hour.',
    'Mend what the message names, then resume the run.',
  ),
  NO_PROGRESS: halts(
    'A batch, or a chain of batches each leading to the next, went round hundreds of times and nothing came of it: no request ended, none was added. The run was paused, for each round costs.',
    'Look at the logs of the workers for the batch: most often no fetch fits into the time that a function has. Mend that, then resume the run, which counts anew; or cancel it.',
  ),
  RUN_EXPIRED: halts(
    'Batches of the run were lost, and what is known of it is deleted (aws.keepDays): it cannot come to its end any more.',
    'Export what there is, and start a new run.',
  ),
  FORMAT_NEWER: halts(
    'What a newer version of Spinneret wrote met only older workers for hours: its deployment was taken back, or is not complete.',
    'Deploy the newer version again (npx cdk deploy --all), then resume the run; or cancel it.',
  ),
  AWS_CREDENTIALS: halts(
    'AWS knows no valid credentials for this command.',
    'Sign in (aws sso login, aws configure), or name a profile with --profile.',
  ),
  AWS_REGION: halts('No AWS region is set.', 'Say --region eu-central-1, or set AWS_REGION.'),
  AWS_DENIED: halts(
    'The credentials may not do this.',
    'Ask for the permission that the message names, or use another --profile.',
  ),
  AWS_UNREACHABLE: halts('AWS could not be reached.', 'Check the network and the region.'),
  AWS_FAILED: halts(
    'AWS refused a call for a reason of its own.',
    'Read the message; try again if it is passing.',
  ),
  AWS_QUOTA: warns(
    'The account lets fewer functions run at once than aws.maxConcurrency, and aws.browser.maxConcurrency, ask for: deliveries will be throttled.',
    'Set them to what the message says, and deploy; or ask AWS for a quota.',
  ),
  TELEMETRY_FAILED: warns(
    'The receiver of aws.telemetry did not take metrics, or not all of them; the log line says why. CloudWatch has them.',
    'Check aws.telemetry.otlpEndpoint, the secret with its headers, and the way out of the functions’ network.',
  ),
  SIGNING_KEY_INVALID: halts(
    'The key of politeness.sign cannot sign: it is no private key, or none for the algorithm, or one that anybody has.',
    'Make one with spinneret keys, and set the variable that politeness.sign.key names to what the file holds.',
  ),
  CERT_UNREADABLE: halts(
    'A file of fetch.tls cannot be read, or holds no certificate or key in PEM; or the passphrase of its key is missing or another one.',
    'Compare the passphrase, or the path, which is relative to the job file. Other formats become PEM by openssl x509, pkey or pkcs12 -nodes.',
  ),
  CERT_EXPIRED: halts('The client certificate of fetch.tls has expired: nothing was sent.', 'Get a new one.'),
  CERT_NOT_YET_VALID: halts(
    'The client certificate of fetch.tls is not valid yet: nothing was sent.',
    'Compare the clock of this machine with the date in the message.',
  ),
  CERT_KEY_MISMATCH: halts(
    'The private key of fetch.tls is not that of its certificate: nothing was sent.',
    'Name the key with which the certificate was made; if cert holds a chain, the client’s own certificate comes first.',
  ),
  SESSION_KEY_INVALID: halts(
    'The key that sessions are sealed with cannot be used.',
    'Set SPINNERET_SESSION_KEY to 32 random bytes as Base64 (openssl rand -base64 32), or mend what the message names. On AWS: docs/operations.md, "A login fails".',
  ),
  SEAL_INVALID: halts(
    'A file with secrets in the bucket was not sealed for this run, or was changed since.',
    'Start the run by spinneret enqueue, which seals such files and brings them.',
  ),
  ACCOUNTS_INVALID: halts(
    'The accounts of a pool of sessions cannot be read from their variable, or one lacks a value.',
    'Let the variable hold a JSON list of objects, such as [{"user":"ann","password":"…"}], with every name that ${account:NAME} uses.',
  ),
  COOKIES_INVALID: halts(
    'The file of cookies that a session begins with cannot be read.',
    'Export it again as a cookies.txt, or as a storageState of Playwright.',
  ),
  LOGIN_INVALID: halts(
    'A login cannot be done as the job describes it: its page lacks the form or the field, or its answer the token.',
    'Run spinneret try --login, which shows each step, and change the step that the message names.',
  ),
  LOGIN_ELSEWHERE: halts(
    'A login would have sent its secrets to an origin that the job does not spell out; nothing was sent.',
    'If the site is meant to lead there, add the host to hosts of the session; where a 307 or 308 leads there, write its address into the step of the login.',
  ),
  LOGIN_REFUSED: halts(
    'The site did not take the login, or two attempts of the run came to no end. It is not tried again, so that the account is not locked.',
    'Check user and password by hand; then start another run, or resume this one for one more attempt.',
  ),
  LOGIN_NEEDED: halts(
    'A session that a person opens (login.via: person) is not open, or has ended.',
    'Log in by spinneret login FILE; then go on with the run by spinneret resume.',
  ),
  LOGIN_NO_DISPLAY: halts(
    'spinneret login has no display for its window.',
    'Run it on a machine with a desktop, over ssh -X, or in a virtual display that you can see (xvfb-run with VNC); or export the cookies of a browser elsewhere and name the file as cookies of the session.',
  ),
  LOGIN_LIMIT: halts(
    'The session ended more often than login.maxLogins lets the run log in.',
    'Look why the session ends; raise maxLogins if that is how the site works.',
  ),
  SESSION_ENDED: retried(
    'A page showed that the session had ended. The session is opened again, and the page fetched again: twice at most where it was the first page of a new login, ten times where the login had shown other pages before, and always where the end was known already.',
    'If pages go on failing, check endedBy: it may hold for a page that the account may see.',
  ),
  SESSION_INSECURE: failed(
    'A request over plain http would have carried a password, a key or a token of its session; nothing was sent.',
    'Write the address with https; or leave http out of the job: scope.include, https://…',
  ),
  SESSION_OVER: halts(
    'The session has ended, or its password, token or key was refused three times before anything was answered; and the job does not say how to log in.',
    'Check its password, token or key by hand (basic, bearer, apiKey), import fresh cookies, or give it a login; then resume the run, or start another.',
  ),
  STACK_MISSING: halts(
    'The stack is not deployed in this account and region.',
    'Deploy it: npx cdk deploy; or say --region or --profile of where it is.',
  ),
  STACK_OUTDATED: halts(
    'The deployed stack is of another version than this command. Reading and stopping work across one version.',
    'Deploy again: npx cdk deploy --all; or use the command that was deployed.',
  ),
  JOB_UNFIT: halts('The job cannot run on AWS as it is.', 'Change what the message names.'),
  SAMPLE_FAILED: halts(
    'No page could be fetched for the sample, so there is nothing to estimate from.',
    'Run spinneret try on a URL of the job; if the site is slow, raise --max-seconds.',
  ),
  USAGE: halts('The command was called with arguments it does not take.', 'Read the help of the command.'),
  WORKER_LOST: halts(
    'Worker processes keep dying as soon as they start.',
    'Read the last lines they printed.',
  ),
  TASK_INVALID: halts(
    'A task for the process pool is no function that its module exports.',
    'Export the function by its own name from a module that does nothing else, and give its URL.',
  ),
  TASK_FAILED: failed(
    'A function called by the process pool threw, or its input or result cannot be cloned.',
    'Read the cause: it has the stack of the process; the error names the input.',
  ),
  TASK_CRASHED: failed(
    'The process died each time the function was called on this input.',
    'Call the function on the input in this process; look for what exhausts memory or exits.',
  ),
  POOL_CLOSED: halts(
    'The process pool was closed while it was in use, or used afterwards.',
    'Await the results before the pool is closed (`return await` where `await using` binds it).',
  ),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCatalogue;
