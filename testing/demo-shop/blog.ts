import { escapeHtml, layOut } from './layout.ts';

export interface Post {
  path: string;
  title: string;
  author: string;
  /** `YYYY-MM-DD`. */
  published: string;
  tags: string[];
  summary: string;
}

export const posts: Post[] = [
  {
    path: '/blog/why-we-repair',
    title: 'Why we repair',
    author: 'Ada Okafor',
    published: '2026-03-04',
    tags: ['workshop', 'repair'],
    summary: 'A lamp that can be opened is a lamp that lasts.',
  },
  {
    path: '/blog/kettles-compared',
    title: 'Eleven kettles, compared',
    author: 'Jörg Weiß',
    published: '2026-04-11',
    tags: ['kitchen', 'tests'],
    summary: 'We boiled 400 litres of water so that you need not.',
  },
  {
    path: '/blog/packing-for-rain',
    title: 'Packing for rain',
    author: 'Ada Okafor',
    published: '2026-06-02',
    tags: ['travel'],
    summary: 'Linen dries, cotton does not & wool forgives.',
  },
  {
    path: '/blog/a-watch-for-life',
    title: 'A watch for life?',
    author: 'Claire Dubois',
    published: '2026-09-21',
    tags: ['watches', 'repair'],
    summary: 'What a service costs, and when it is worth it.',
  },
  {
    path: '/blog/winter-hours',
    title: 'Winter hours',
    author: 'The shop',
    published: '2026-11-01',
    tags: [],
    summary: 'We close at five, and nobody minds.',
  },
];

export function renderBlog(): string {
  const entries = posts.map(
    ({ path, title, published }) =>
      `<li><a href="${path}">${escapeHtml(title)}</a> <span class="meta">${asBritish(published)}</span></li>`,
  );
  return layOut({ title: 'Blog', main: `<h1>Blog</h1>\n<ul class="posts">${entries.join('\n')}</ul>` });
}

export function renderPost({ title, author, published, tags, summary }: Post): string {
  const list = tags.map((tag) => `<li>${tag}</li>`).join('');
  return layOut({
    title,
    main: `<article class="post"><h1>${escapeHtml(title)}</h1>
<p class="meta">By <span class="author">${escapeHtml(author)}</span> on <span class="published">${asBritish(published)}</span></p>
<p class="summary">${escapeHtml(summary)}</p>
<ul class="tags">${list}</ul></article>`,
  });
}

/** Day first, as in 04/03/2026. */
function asBritish(date: string): string {
  return date.split('-').reverse().join('/');
}
