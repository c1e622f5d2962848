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
