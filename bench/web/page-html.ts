import { makeRandom } from '../random.ts';
import { itemAt, pagePath, pagesPerBlock } from './site.ts';
import { makeParagraphs, phrase } from './text.ts';

/** Of all pages: median 92 KB, mean 120 KB (a log-normal distribution has mean = median × exp(σ² / 2)). */
const medianBytes = 92_000;
const sigma = Math.sqrt(2 * Math.log(120 / 92));
const [minBytes, maxBytes] = [6_000, 630_000];

const linksPerPage = 100;
/** What one link with its markup takes. */
const bytesPerLink = 130;
/** What the list around a link in the text takes. */
const [listStart, listEnd] = ['<ul class="more">', '</ul>'];
/** On small pages links are fewer, so that they are at most this share. */
const maxLinkShare = 0.3;
const [jsonShare, styleShare] = [1 / 3, 1 / 8];

const paragraphs = makeParagraphs();

/** Sizes as the real web has them: the quantiles of the distribution, one a page, in a mixed order by seed. */
export function targetSizes(pages: number): number[] {
  const random = makeRandom(pages);
  const sizes = Array.from({ length: pages }, (_, page) => {
    const bytes = medianBytes * Math.exp(sigma * normalQuantile((page + 0.5) / pages));
    return { bytes: Math.round(Math.min(maxBytes, Math.max(minBytes, bytes))), order: random() };
  });
  return sizes.sort((a, b) => a.order - b.order).map(({ bytes }) => bytes);
}

/** Page `page` of about `bytes` bytes in UTF-8: a third inline JSON, an eighth styles, links, text that is not ASCII alone. */
export function pageHtml(page: number, bytes: number): string {
  const random = makeRandom(1_000_003 * (page + 1));
  const { title, heading, author, published } = itemAt(page, '');
  const links = linksOf(page, bytes, random);
  const [menu, inText] = [links.slice(0, links.length / 3), links.slice(links.length / 3)];
  const head = `<!DOCTYPE html>
<html lang="en" class="no-js"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title><meta property="og:image" content="/img/${page}.jpg"><link rel="stylesheet" href="/assets/main.css">
<style>${styles(bytes * styleShare, random)}</style></head>
<body class="page page--${page % 9}"><!-- header --><header><nav class="menu"><ul>${menu.join('\n')}</ul></nav></header>
<main id="content"><article data-id="${page}"><h1>${escaped(heading)}</h1>
<p class="byline">by <span class="author">${escaped(author)}</span></p>`;
  const tail = `</article></main>
<footer><time class="published" datetime="${published}">${published.slice(0, 10)}</time> &copy; Web</footer></body></html>
`;
  const json = `<script type="application/json" id="state">${state(bytes * jsonShare, random)}</script>`;
  const room = bytes - Buffer.byteLength(head) - Buffer.byteLength(json) - tail.length;
  return head + bodyText(room, inText, random) + json + tail;
}

/** Paragraphs with the links spread over them. */
function bodyText(bytes: number, links: string[], random: () => number): string {
  const pool = paragraphs[Math.floor(random() * paragraphs.length)] ?? [];
  const parts: string[] = [];
  const linkBytes = links.reduce((sum, link) => sum + Buffer.byteLength(listStart + link + listEnd), 0);
  const room = bytes - linkBytes;
  let filled = 0;
  while (filled < room) {
    const { html, bytes: size } = pool[Math.floor(random() * pool.length)] ?? { html: ' ', bytes: 1 };
    parts.push(html);
    filled += size;
  }
  const every = Math.max(1, Math.floor(parts.length / (links.length + 1)));
  for (const [index, link] of links.entries())
    parts[Math.min(parts.length - 1, index * every)] += listStart + link + listEnd;
  return parts.join('\n');
}

/** Three of five lead to pages of the same block, one of five to another site, one to nowhere else than here. */
function linksOf(page: number, bytes: number, random: () => number): string[] {
  const count = Math.min(linksPerPage, Math.floor((bytes * maxLinkShare) / bytesPerLink));
  const first = page - (page % pagesPerBlock);
  return Array.from({ length: count }, (_, link) => {
    // The next pages of the block first, so that a crawl along links reaches all of them.
    const near =
      first + ((page + 1 + (link < 6 ? link : Math.floor(random() * pagesPerBlock))) % pagesPerBlock);
    const kind = link < 6 ? 0 : link % 5;
    const href =
      kind < 3
        ? pagePath(near)
        : kind === 3
          ? `https://www.other-${link}.test/path/${page}?ref=${link}&amp;lang=en`
          : `#part-${link}`;
    const id = Math.floor(random() * 0xffffff).toString(16);
    return `<li class="entry entry--${link % 4}"><a class="link css-${id}" href="${href}" data-track="menu:${link}">${phrase(random)}</a></li>`;
  });
}

function styles(bytes: number, random: () => number): string {
  let css = '';
  while (css.length < bytes) {
    const id = Math.floor(random() * 0xffffff).toString(16);
    const hue = Math.floor(random() * 360);
    css += `.css-${id}>.entry:hover,.page--${hue % 9} .css-${id}{color:hsl(${hue} 40% 50%);margin:0 auto ${hue % 40}px;padding:${hue % 7}px}\n`;
  }
  return css;
}

/** What a page made by a framework carries for its scripts: objects with ids, numbers, addresses and text. */
function state(bytes: number, random: () => number): string {
  const records: string[] = [];
  let filled = 0;
  while (filled < bytes) {
    const number = Math.floor(random() * 1e9);
    const record = JSON.stringify({
      id: number.toString(36) + Math.floor(random() * 1e9).toString(36),
      url: `/p/${number % 5_000}.html`,
      title: phrase(random),
      price: (number % 100_000) / 100,
      tags: [phrase(random)],
      image: { src: `https://cdn.web.test/${number.toString(16)}/large.jpg`, width: 640, height: 480 },
      isActive: number % 2 === 0,
    });
    records.push(record);
    filled += Buffer.byteLength(record) + 1;
  }
  return `{"items":[${records.join(',').replaceAll('<', '\\u003c')}]}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('é', '&eacute;').replaceAll('Ü', '&#220;');
}

/** Of the standard normal distribution, exact to some 1e-3 (Abramowitz and Stegun, 26.2.23 is exact to 4.5e-4). */
function normalQuantile(share: number): number {
  const isLow = share < 0.5;
  const t = Math.sqrt(-2 * Math.log(isLow ? share : 1 - share));
  const value =
    t -
    (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t ** 3);
  return isLow ? -value : value;
}
