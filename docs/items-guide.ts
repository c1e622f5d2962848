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
