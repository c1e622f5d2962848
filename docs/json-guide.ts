/** What docs/json.md says beside the examples, which the commands themselves print (`test/cli/json-output.test.ts`). */

export const introduction = `Every command takes \`--json\`. This page says what it then prints, for programs that call Spinneret; for programs in
TypeScript there is the [library](library.md), which gives the same objects.`;

export const rules = `- **stdout is JSON and nothing else**: one object a line (JSON Lines, UTF-8). A command that takes a while prints several, each with a
  \`type\`; its last line is the result. Commands with one result print one object, without a \`type\`, after notes, if there are any.
- **stderr** has errors and warnings, as an object a line each: \`{ "error": { "code", "message", "remedy" } }\` and
  \`{ "warning": { "code", "message" } }\`. Lines that are no JSON may stand beside them, as those that Node writes.
- **Exit codes** are those without \`--json\`: see below. A result may be there though the code is 1, as where a run was paused by a block.
- **Keys, codes and what they mean stay** from version to version, within a major one. New keys, new lines of a new \`type\`, and new words in lists of words may
  come at any time: leave what you do not know. A key that is marked with \`?\` is absent where it does not apply.
- **Texts are for people** and change: \`message\`, \`remedy\`, \`says\`, \`meaning\`, \`happened\`, \`summary\`, \`accuracy\`, \`hints\`.
- **Units are in the names**: \`…At\` is in milliseconds since 1970 (but ISO 8601 in facts and receipts), \`…Ms\` in milliseconds, \`…Usd\` in US dollars, \`bytes\` and
  \`…Bytes\` in bytes. Everything else that is a number is a count.
- **Counts** (\`counts\` of progress) are as the store keeps them; their names are not promised. Those of the run's summary are.`;

/** A key and its meaning; with `?` behind the key, one that the example does not have. */
export type KeyTexts = Record<string, string>;

interface Section {
  /** As it is called. */
  call: string;
  what: string;
  keys: KeyTexts;
}

const run = 'id of the run';
const ofRun = 'the summary of a run: see [A run](#a-run)';

/** Lines that several commands print, by their `type`. */
export const sharedLines: Record<string, { what: string; keys: KeyTexts }> = {
  note: { what: 'Progress and remarks, for people.', keys: { message: 'the remark' } },
  started: {
    what: '`run`, `extract`, `demo` and `enqueue`: the runs are in the store, and go on if the command dies.',
    keys: {
      runs: 'their ids, one for each job of the file',
      'shop?': 'of `demo`: where the shop is',
      'maps?': 'of `demo --maps`: where the stand-in for Google Maps is',
      'stack?': 'of `enqueue`: the name of the stack',
      'region?': 'of `enqueue`: where the stack is',
      'dashboard?': 'of `enqueue`: the address of its dashboard',
      'pool?': 'of `enqueue`: how many workers may run at once, and what says so',
    },
  },
  resumed: {
    what: '`resume`: the runs go on.',
    keys: {
      runs: 'their ids',
      'swept?': 'on AWS: the batches that were sent again, since their messages were lost',
    },
  },
  progress: {
    what: '`run`, `resume`, `extract`, `demo`, `estimate` and `--watch`: every few seconds, and when a run ends.',
    keys: {
      run,
      state: '`running`, `paused`, `cancelled` or `finished`',
      processes: 'worker processes of this machine; absent on AWS',
      counts: 'what is counted so far; `open` batches are not done',
      'reason?': 'why it is paused or was given up: `code` and `message`',
      'cost?': 'on AWS: see `estimate`',
      'fleet?': 'on AWS: messages that wait, are under way and were given up, and the workers',
      'missingMessages?': 'on AWS: batches that are open, and no message of which was seen',
    },
  },
  result: {
    what: '`run`, `resume`, `extract` and `demo`: the last line.',
    keys: {
      isInterrupted: 'the command was stopped, by Ctrl-C or a signal',
      resume: 'ids of runs that did not come to their end: `spinneret resume` goes on with them',
      runs: `${ofRun}, with two keys more:`,
      'runs[].files':
        'files that were written: `path`, `what` is in it (`items`, `incomplete`, `failures`, `pages`), `format`, `records`, `bytes`',
      'runs[].keptFiles?': 'of a job with `keep`: the paths of the files of its pages',
      'runs[].firstItems': 'the first three items, as in the file',
    },
  },
};

export const theRun = `What \`result\`, \`status\`, \`cancel\` and the manifest of a run on AWS have of a run. Lists are empty, and counts 0, where there is nothing
to say. A run that searched for places has \`places\` too: its searches, details and websites by their ends, and what they gave.`;

/** In the order of the help. */
export const commands: Section[] = [
  {
    call: 'try http://127.0.0.1:8080/p/1 --file books.yaml',
    what: 'What a run would take from the page. Exit code 1 if it would be no page of the run.',
    keys: {
      job: 'name of the job',
      file: 'its file',
      url: 'the page, after redirects',
      label: 'the label that it matches; empty if none does',
      hops: 'the redirects: `url`, `code`, `to`',
      robots: 'where its robots.txt is, whether it allows the page, and the gap that it asks for',
      fact: 'what a run would store of the request: `end` (`stored`, `failed`, `skipped`), `code`, `status`, …',
      contentType: 'as the server says it',
      items:
        'what is taken: `item` is its name, `fields` its values; `missing`, the required fields that it lacks',
      links:
        'those it would follow: `urls` by `label`; of a job with priorities or `crawl.order` the best first, with `priorities`',
      next: 'the next page of a list of an API',
      made: 'requests of sources with `each`: `urls` by `label`',
      refused: 'links it would not follow, by reason',
      refusedLinks: 'the first of them, each with the rule that refuses it',
      selectors: 'what each selector finds: how many elements or values',
      structured: 'what the page says for machines, by syntax',
      'asked?': 'of a page that is read in a browser: what its scripts asked for',
      'faults?': 'what a run would count beside the page: `code` and `message`',
      'saved?': 'with `--save`: the folder',
    },
  },
  {
    call: 'doctor books.yaml',
    what: 'What is wrong, with a remedy. Exit code 1 if anything is. `id` stays, `says` does not.',
    keys: {
      ok: 'checks that found nothing wrong',
      look: 'those that found what is worth a look',
      wrong: 'those that found what keeps jobs from running',
      unchecked: 'those that could not be made',
      'checks[].id': 'of the check',
      'checks[].state': 'one of the four above',
      'checks[].says': 'what was found',
      'checks[].remedy?': 'what to do about it',
    },
  },
  {
    call: 'init new.yaml',
    what: 'The file that was written.',
    keys: { file: 'its path', name: 'of the job in it', url: 'the page that it begins with' },
  },
  {
    call: 'validate books.yaml missing.yaml',
    what: 'All mistakes of all files. Exit code 1 if there are any.',
    keys: {
      'files[].file': 'as it was named',
      'files[].jobs[].name': 'of a job without mistakes',
      'files[].jobs[].summary': 'what it does, for people',
      'files[].jobs[].missingEnv': 'environment variables that it names, and that are not set',
      'files[].jobs[].warnings': 'what is no mistake, but seldom meant',
      'files[].errors[].code': 'of the mistake: see [errors](errors.md)',
      'files[].errors[].message': 'with file, line and column',
      'files[].errors[].remedy': 'what to do',
    },
  },
  {
    call: 'test books.yaml',
    what: 'Each saved page, and how many of each state. Exit code 1 if one differs, or none is saved.',
    keys: {
      'pages[].file': 'the job file',
      'pages[].name': 'of the saved page',
      'pages[].job': 'name of the job',
      'pages[].url': 'of the page',
      'pages[].state': '`same`, `different` or `updated`',
      'pages[].differences': 'where it differs: the path of the value, what was expected and what was found',
      same: 'pages that are as expected',
      different: 'pages that are not',
      updated: 'pages whose expectation `--update` wrote anew',
    },
  },
  {
    call: 'types books.yaml',
    what: 'What the items of the job are.',
    keys: {
      job: 'name of the job',
      format: '`typescript` or `json-schema`: of the file that `--output` writes',
      unknown: 'what is not in it, since no rule says it, such as what handlers return',
      schema: 'JSON Schema (2020-12) of a line of items.jsonl, whichever the format',
      'output?': 'the file that was written',
    },
  },
  {
    call: 'keys signing.pem',
    what: 'The keys by which requests are signed: what to publish.',
    keys: {
      made: 'files that were written, each a private key; empty if they were there',
      directory: 'to be published: the public keys, as JSON Web Keys',
      path: 'where, on the host of `sign.agent`',
      contentType: 'as what',
    },
  },
  {
    call: 'area "Harrow Bay"',
    what: 'Where areas lie, by their names.',
    keys: {
      areas:
        'one for each name: `query`, and `state`: `area`, with `name`, `types` and `placeId` of Google and its `box` (degrees); `named`, which a job may use as it is; `business`, which is no area; `unknown`',
      priced: 'requests that Google prices',
      atMostUsd: 'what they cost, before free ones',
    },
  },
  {
    call: 'run books.yaml',
    what: 'Notes, `started`, `progress` and, last, `result`: see [above](#lines-of-several-commands).',
    keys: {},
  },
  {
    call: 'status',
    what: `Without a run, the last ones: each is ${ofRun}, with \`open\`. With a run or \`--last\`, that one alone, without \`runs\` around it.`,
    keys: {
      'runs[].open': 'batches that are not done',
      'runs[].waits?':
        'of a run that is not over (on AWS of one that was named, and of hosts that its sources name): hosts that are left alone for now: `host`; `until` when; `why`: `unanswered` (no answer that can be used) or `asked` (for a pause); `pauses` in a row since it answered last',
      'runs[].frontier?':
        'of a run that is not over, of a job with priorities or `crawl.order`: pages that wait behind better ones: `waiting` in all, and of the highest `priorities` each; `others`: how many lower priorities there are',
      'runs[].cost?': 'on AWS: what it has cost so far; see `estimate`',
      'runs[].missingMessages?': 'on AWS: batches that are open, and no message of which was seen',
      'hasOlder?': 'on AWS, beside `runs`: whether there are older runs, which are not listed',
      'dashboard?': 'on AWS, beside `runs` or in the run: the address of the stack’s dashboard',
      'fleet?':
        'on AWS, beside `runs` or in the run: messages that wait, are under way and were given up, and the workers',
    },
  },
  {
    call: 'pause --last',
    what: 'The run rests until `resume`. Workers end what is under way.',
    keys: { run, state: '`paused`' },
  },
  {
    call: 'cancel --last',
    what: `The run ends for good: ${ofRun}, with \`open\`. On AWS workers count what is left: [see there](#spinneret-cancel---last---aws---json).`,
    keys: { open: 'batches that are not done: 0, but where other processes still hold some' },
  },
  {
    call: 'resume --last',
    what: 'Notes, `resumed`, `progress` and, last, `result`: see [above](#lines-of-several-commands). On AWS, `resumed` alone.',
    keys: {},
  },
  {
    call: 'export --last --output books.jsonl',
    what: 'With `--output` alone: without it, stdout is the records.',
    keys: {
      run,
      what: '`items`, `incomplete`, `misfits`, `failures`, `pages` or `gone`',
      format: 'of the file',
      file: 'its path',
      records: 'in it',
      bytes: 'its size',
      'remarks?': 'what the file does not have as it was, such as cells that were cut, each with its count',
    },
  },
  {
    call: 'export --last --what files --output files',
    what: 'Files that the run has downloaded, put into a folder; with `--what archive` the pages that it has kept. In another form than WARC it has `format`, `to` and `pages`, how many there are.',
    keys: {
      run,
      what: '`files` or `archive`',
      folder: 'its path',
      files:
        'how many there are; with `--what archive` a list, each with `name`, `bytes`, `pages` and `parts` (where a record begins, half a megabyte or more apart)',
    },
  },
  {
    call: 'diff books-1 books-2',
    what: 'What differs between the items of two runs, or of one and the run of its job before it: a line of type `difference` for each item, with `is` (`new`, `changed`, `gone` or `notSeen`), `item`, `url`, `fields`, of one that changed `changes` (`{ price: { from, to } }`), and of one that is gone or not seen `why`; and last their numbers. With `--csv` a table in its place.',
    keys: {
      before: 'id of the earlier run',
      after: 'id of the later run',
      new: 'items that the earlier run has not',
      changed: 'items of which a field differs',
      unchanged: 'items that are the same',
      gone: 'items that are no more, by what the later run has seen',
      notSeen: 'items of pages that the later run has not seen',
    },
  },
  {
    call: 'coverage --last',
    what: 'How far a search for places has covered its areas ([places](places.md)).',
    keys: {
      run,
      files: 'files that `--output` wrote',
      'sources[].index': 'of the source in `sources` of the job, from 0',
      'sources[].source': 'its name',
      'sources[].*': 'its figures, as in `coverage.json`',
    },
  },
  {
    call: 'forget --last',
    what: 'What was deleted; on AWS [receipts](#spinneret-forget---last---aws---json). With `--cached` there is `freedBytes` alone.',
    keys: {
      'forgotten[].run': run,
      'forgotten[].files': 'files that it had written, which stay',
      freedBytes: 'of the store, to be used again; with `--vacuum` given back to the disk',
      store: 'its file',
      fileBytes: 'its size now',
      'downloads?':
        'of jobs with `download`: `job`, `files` that were deleted, `freedBytes`, and `linkedBytes` that stay in the output of runs; `heldBy`: the run for whose sake all stay',
      'pages?': 'of runs that had kept their pages: `run` and `freedBytes`, of the files that are gone',
    },
  },
  {
    call: 'estimate books.yaml',
    what: 'Notes and `progress` of the sample, then a line for each job. Jobs of which nothing but places is estimated have `sources` in place of pages and cost.',
    keys: {
      job: 'name of the job',
      pages: 'that the run would read',
      batches: 'that they would be',
      deferrals: 'messages that would be sent again, to wait for their host',
      durationMs: 'of the run',
      sessionWrites: 'records of sessions that would be written, at most',
      usage:
        'what would be billed: units of DynamoDB, requests of SQS and S3, megabyte-milliseconds of Lambda, bytes of logs',
      'cost.totalUsd': 'of the run on AWS',
      'cost.byService': 'by service, in US dollars',
      per1000PagesUsd: 'of a thousand pages',
      isUpperBound: 'the pages are those of a limit, since nothing says how many there are',
      pagesKnownBy:
        '`given` (`--pages`), `whole` (all were in the sample), `listed` (sources name them) or `limit`',
      pagesNamed: 'pages that sources name',
      slowest: 'the host that sets the time, and its gap',
      'sample.pages': 'that were read',
      'sample.failed': 'of them',
      'sample.failures': 'by code',
      'sample.*': 'means per page',
      prices: 'by which list of prices, and what is in none of the figures',
      accuracy: 'what to expect of the figures',
      hints: 'what to set',
      'refused?': 'why `enqueue` would refuse the job: `code` and `message`',
      'heldUp?': 'why the sample was paused',
      'proxies?': 'what they would carry and cost',
      'again?':
        'of a job with `recrawl`, what a second run costs: `unchangedUsd` if no page has changed, `changedUsd` if each has; `validatedShare` of the sample’s pages can be asked for conditionally; `duePages`, with `recrawl.budget`, are asked for in a run',
    },
  },
];

const swept =
  'of the batches that are open: `state` (`over`, `present`, `swept`, `goesOn`), how many are `open`, and how many were sent again, since their messages were lost';

/** Without an example, since each needs a stack: `test/cli/aws` compares the keys with what the commands print on an emulator. */
export const onAws: Section[] = [
  {
    call: 'enqueue books.yaml',
    what: 'Notes and `started`; with `--watch` `progress` follows, and last, for each run, what `status RUN --aws` prints.',
    keys: {},
  },
  {
    call: 'cancel --last --aws',
    what: 'The run ends for good; workers count what is left of it.',
    keys: { run, state: '`cancelled`', open: 'batches that are not done', swept },
  },
  {
    call: 'forget --last --aws',
    what: 'The receipts of what was deleted, which stay in the bucket.',
    keys: {
      'forgotten[].run': run,
      'forgotten[].state': 'that it had come to',
      'forgotten[].job': 'the name of its job',
      'forgotten[].isLastOfJob?':
        'no other run of its job was left, so that what the job knew of pages went too',
      'forgotten[].startedAt': 'of the run; ISO 8601, as all times here',
      'forgotten[].finishedAt?': 'of the run',
      'forgotten[].begunAt': 'of the deletion',
      'forgotten[].forgottenAt': 'when its last pass found nothing more',
      'forgotten[].withClaims':
        'whether the claims of `onlyNew` were deleted too; else they stay, without the run’s name',
      'forgotten[].records': 'of the table that were deleted, by what they are',
      'forgotten[].objects': 'of the bucket that were deleted, by what they are',
      'downloads?':
        'of jobs that have downloaded files: `job`, `files` and `freedBytes` of those that no other run names, `heldBy` a run that goes on',
    },
  },
  {
    call: 'redrive',
    what: 'What was given up goes back to the work queue.',
    keys: {
      'run?': 'the run that was named',
      moved: 'batches that were sent back',
      others: 'messages of other runs, which stay',
      unreadable: 'messages that hold no batch, which stay',
    },
  },
];
