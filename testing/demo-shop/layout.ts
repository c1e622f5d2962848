import { categories } from './words.ts';

const style = `
:root { color-scheme: light dark; --ink: #1d2330; --soft: #687083; --line: #e3e6ec; --paper: #fff; --accent: #0b6bcb; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaf0; --soft: #9aa3b5; --line: #2c3340; --paper: #14181f; --accent: #6cb2ff; } }
* { box-sizing: border-box } body { margin: 0; font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
header, main, footer { max-width: 68rem; margin: auto; padding: 1rem 1.25rem } a { color: var(--accent); text-decoration: none } a:hover { text-decoration: underline }
header { display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: baseline; border-bottom: 1px solid var(--line) } .brand { font-weight: 700; font-size: 1.2rem; margin-right: auto }
footer { border-top: 1px solid var(--line); color: var(--soft); display: flex; flex-wrap: wrap; gap: 1rem; margin-top: 3rem }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 1rem; padding: 0; list-style: none }
.card { border: 1px solid var(--line); border-radius: .6rem; overflow: hidden } .card a { display: block; color: inherit } .card img { width: 100%; display: block } .card span { display: block; padding: .2rem .8rem }
.breadcrumb, .meta { color: var(--soft); font-size: .9rem } .price { font-size: 1.6rem; font-weight: 650 } .gallery { display: flex; gap: .6rem } .gallery img { width: 9rem; border-radius: .6rem }
table { border-collapse: collapse; margin: 1rem 0 } th, td { text-align: left; padding: .3rem 1rem .3rem 0; border-bottom: 1px solid var(--line) } .pagination a, .sort a { margin-right: .6rem }
`;

export interface Content {
  title: string;
  main: string;
  lang?: string;
  /** Absolute URL. */
  canonical?: string;
  head?: string;
}

/** A whole HTML page of the shop, with its navigation. */
export function layOut({ title, main, lang = 'en', canonical, head = '' }: Content): string {
  const links = categories.map(({ slug, name }) => `<a href="/c/${slug}">${escapeHtml(name)}</a>`);
  return `<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Spinneret Supplies</title>
${canonical === undefined ? '' : `<link rel="canonical" href="${escapeHtml(canonical)}">`}
<style>${style}</style>
${head}</head>
<body id="top">
<header><a class="brand" href="/">Spinneret Supplies</a> ${links.join(' ')} <a href="/c/clearance">Clearance</a> <a href="/blog">Blog</a> <a href="/search?q=lamp">Search</a> <a href="/cart">Cart</a></header>
<main>
${main}
</main>
<footer><a href="/about">About</a> <a href="#top">To the top</a> <a href="mailto:shop@example.com">Write to us</a> <a href="javascript:window.print()">Print</a> <a href="https://example.com/partners">Partners</a> <a href="/admin">Staff</a></footer>
</body>
</html>
`;
}

export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (mark) => entities[mark] ?? mark);
}
