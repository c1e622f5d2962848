/** The prose of docs/jobs.md on which pages and items count: see `jobs-guide.ts`. */

export const wanted = `### Pages that are none of their label

A site answers with status 200 and says that there is nothing, or asks for a login. \`unless\` and \`only\` tell such pages from those of
the label:

\`\`\`yaml
pages:
  product:
    match: /p/*
    only: { select: h1.product } # every product has one
    unless:
      - { text: no longer available, reason: gone } # one of these is enough
      - { select: 'form#login', reason: login wall }
      - { status: 410, reason: gone } # else it would have failed
      - { field: stock, is: [0, null], reason: sold out } # a value of the item
    fields:
      name: h1
      stock: { select: .stock, type: integer }
\`\`\`

- Such a page is skipped ([RULED_OUT](errors.md#RULED_OUT)), no failure and no item; the summary counts by \`reason\`, and \`spinneret try\` shows
  which condition it was. All parts of a condition must be so.
- Its links are not followed: it is not the page that \`follow\` was written for. Where a \`field\` decided, the page is one of the label,
  and its links are followed; of a list (\`each\`, an API) the other items stay. An API's next pages are read in any case.
- The conditions come last, after challenges, ended sessions, \`retryIf\`, errors and empty answers
  ([the order](decisions/one-judge.md)). An error's status counts only where \`unless\` names it.`;

export const keyed = `### Items that are the same

Lists overlap, and a site has one thing under several addresses. \`key\` names the fields by which two items of a run are one:

\`\`\`yaml
pages:
  thread:
    match: /topic/**
    each: .post
    key: id # or several: [shop, sku]
    fields:
      id: { select: 'xpath:.', attr: id }
      text: .body
urls:
  defaultParams: { page: 1 } # /topic/50?page=1 is /topic/50
\`\`\`

- One of them is kept, the first that was stored; the others are counted ([DUPLICATE_ITEM](errors.md#DUPLICATE_ITEM)). That holds over all processes, whichever
  of them dies when, here and on AWS ([how](decisions/item-keys.md)). Items of several labels that have one \`item\` name and a \`key\` share it.
- The fields of a key are required: an item without one of them is incomplete.
- A page that is read twice is asked for twice. Where only its address differs, say so in \`urls\`: parameters that do not matter (\`dropParams\`), and values that are
  the same as none (\`defaultParams\`).`;

export const schemas = `### Items as a schema has them

\`schema\` describes the items of a label by a JSON Schema (draft 2020-12), here or in a file beside the job:

\`\`\`yaml
pages:
  book:
    schema: # or book.schema.json
      properties:
        isbn: { pattern: '^97[89][0-9]{10}$' }
        price: { type: [number, 'null'], minimum: 0 }
    fields:
      isbn: .isbn
      price: { select: .price, type: number }
\`\`\`

- It checks the fields as they are exported: a field without a value is \`null\`. An item that is not so is kept apart in \`misfits.jsonl\`, with path, keyword, reason and
  value in \`_misfits\`, has a line in \`failures.jsonl\` ([ITEM_MISFIT](errors.md#ITEM_MISFIT)), and is counted; it takes no \`key\` and no room in \`maxItems\`. The exit code
  is 1 only if no item counts, as with incomplete ones. An incomplete item is not checked.
- A reference leads within the schema; nothing is fetched, and nothing of it is run as code. In a program, a schema of zod does as well.
- \`spinneret types books.yaml\` writes the items of a job as TypeScript, \`--format json-schema\` as a schema that every line of \`items.jsonl\` follows.`;

export const tests = `## Tests with saved pages

A site changes, and so does a job: \`spinneret test\` says which of the two it was, without a network.

\`\`\`sh
npx spinneret try https://books.example.com/b/1 --file books.yaml --save # books.pages/b-1
npx spinneret test books.yaml          # compares; exit code 1 if a page differs, or none is saved
npx spinneret test books.yaml --update # takes what it finds for what is expected
\`\`\`

A page is a folder beside the job file: \`answer.json\` (URL, label, status, the headers that count, when it was fetched), the body as it came, and \`expected.json\`: how
the page ends, its items, the links it would follow. Put them under version control and \`spinneret test\` into your CI; \`--json\` gives each difference with
its path. The page is judged and read as in a run, by the same code; relative dates count from when it was fetched.

Nothing of the request is kept, no cookie, and no page that shows a secret of the job; a page behind a login may hold what is private all the same. A test needs
no secret: stand-ins take their places. In programs: \`extractPage\` of \`spinneret/testing\` ([library](library.md)).`;

export const sharing = `### Fields of several jobs

Anchors of YAML end with their document. A document that holds \`shared\` is no job: its fields are there for all jobs of the file.

\`\`\`yaml
shared:
  fields:
    price: { select: .price, type: number, locale: de-DE }
    name: h1
---
name: shop
sources: [{ crawl: { start: https://shop.example.com/ } }]
pages:
  product:
    fields:
      name: { use: name, required: true } # keys beside it take precedence
      price: { use: price }
---
name: outlet
sources: [{ crawl: { start: https://outlet.example.com/ } }]
pages:
  offer: { fields: { price: { use: price, select: .offer } } }
\`\`\`

A mistake in a shared field is named where it is written, and a name that is none where it is used.`;

export const neverFound = `### Rules that found nothing

A selector that matches nothing is silent: a list whose "next" link is not where \`follow\` looks gives its first page, and no error. A finished
run therefore names each part of a label that found nothing on any of its stored pages, with \`spinneret try URL\` as the next step:

\`\`\`
  rules   found nothing; see what a page gives: npx spinneret try URL
          follow li.next a of list: no link on any of 15 pages
          field price of product: no value on any of 300 pages
          no page was a review
\`\`\`

- It is a note, and no failure: the exit code stays. \`status\` has it too, \`--json\` and the library as \`neverFound\`.
- What found something on one page is not named, nor are conditions (\`unless\`, \`only\`, \`retryIf\`, \`endedBy\`, \`waitFor\`). A link counts if \`match\` and
  \`exclude\` of its rule let it through, whether or not the page was known already. Of a label with a handler, only its \`follow\` is watched.`;

export const writing = `### While a job is being written

\`--cached\` keeps pages on this machine and reads them again, so that nobody's site is asked a hundred times for the sake of a selector:

\`\`\`sh
npx spinneret run books.yaml --cached --max-pages 200   # fetches what it does not have, in turns, and keeps it
npx spinneret run books.yaml --cached --max-pages 200   # other selectors, the same pages: no request, no turn, no waiting
npx spinneret try https://books.example.com/b/1 --file books.yaml --cached
npx spinneret forget --cached                           # deletes them
\`\`\`

- Without \`--cached\` nothing is kept and nothing read. What was read so is in the summary by the day on which it was fetched, and \`try\` says how old the
  page is. \`fetch: { cached: true }\` is the same for a job; AWS refuses it.
- An answer is that of a job (by its name), a session, and an address with method, body and headers: with other headers it is asked for again. robots.txt is obeyed as
  always.
- Not kept: answers of 400 and above, challenges, pages for a browser, searches for places, logins, and answers that show a secret of the job. Cookies
  are left out.
- The file is \`.spinneret/store.db-pages\`, readable by its owner alone.`;
