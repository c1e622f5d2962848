/** The parts of a page's article, for docs and checks; `shared/extract/article` makes them. */
export const articleParts = {
  title: 'its title',
  byline: 'who wrote it',
  date: 'when it was published, ISO 8601',
  language: 'its language as a tag such as de',
  siteName: 'the name of the site',
  excerpt: 'a short description',
  text: 'its text, an empty line between paragraphs',
  html: 'its markup',
  markdown: 'its Markdown',
  wordCount: 'the number of its words',
  simhash: 'a hash that is alike for texts that are alike',
} as const;

export type ArticlePart = keyof typeof articleParts;

export const articlePartNames = Object.keys(articleParts) as [ArticlePart, ...ArticlePart[]];

/** What a field takes of the article: one part, several as an object, or all of them. */
export type ArticleChoice = ArticlePart | ArticlePart[] | true;

/** The parts of a choice that is an object. */
export function partsOf(choice: ArticlePart[] | true): readonly ArticlePart[] {
  return choice === true ? articlePartNames : choice;
}

export function describeArticleParts(): string {
  return Object.entries(articleParts)
    .map(([name, what]) => `${name} (${what})`)
    .join(', ');
}
