import { describe, expect, it } from 'vitest';
import { extractWith } from '../compile-job.ts';

const rss = (item: string, attributes = '', channel = '') =>
  `<?xml version="1.0"?><rss version="2.0" ${attributes}><channel><title>The feed</title><link>/home</link>${channel}<item>${item}</item></channel></rss>`;
const atom = (entry: string, feed = '') =>
  `<feed xmlns="http://www.w3.org/2005/Atom"><title>The feed</title>${feed}<entry>${entry}</entry></feed>`;
const rdf = (item: string) =>
  `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="/"><title>The feed</title></channel><item rdf:about="https://a.example/1">${item}</item></rdf:RDF>`;

async function entryOf(body: string, contentType = 'application/xml') {
  const { items } = await extractWith({}, body, { contentType });
  return items[0]?.fields ?? {};
}

const dc = 'xmlns:d="http://purl.org/dc/elements/1.1/"';
const content = 'xmlns:c="http://purl.org/rss/1.0/modules/content/"';
const media = 'xmlns:m="http://search.yahoo.com/mrss/"';
const itunes = 'xmlns:i="http://www.itunes.com/dtds/podcast-1.0.dtd"';

describe('a feed', () => {
  it.each([
    [
      'RSS',
      rss(
        '<title>T</title><link>/1</link><guid isPermaLink="false">g</guid><pubDate>Tue, 03 Jun 2003 09:39:21 GMT</pubDate>',
      ),
      'g',
    ],
    [
      'Atom',
      atom('<title>T</title><link href="/1"/><id>g</id><published>2003-06-03T11:39:21+02:00</published>'),
      'g',
    ],
    [
      'RSS 1.0',
      rdf('<title>T</title><link>/1</link><dc:date>2003-06-03T09:39:21Z</dc:date>'),
      'https://a.example/1',
    ],
  ])('has the same paths in %s', async (_, body, id) => {
    expect(await entryOf(body)).toMatchObject({
      title: 'T',
      link: 'https://shop.example/1',
      id,
      published: '2003-06-03T09:39:21Z',
    });
  });

  it.each<[string, string, Record<string, unknown>]>([
    [
      'a title that is HTML',
      rss('<title>A &lt;b&gt;bold&lt;/b&gt; AT&amp;amp;T</title>'),
      { title: 'A bold AT&T' },
    ],
    ['a title in CDATA', rss('<title><![CDATA[A & <i>B</i>]]></title>'), { title: 'A & B' }],
    ['a title of Atom that is text', atom('<title>1 &lt;b&gt; 2</title>'), { title: '1 <b> 2' }],
    [
      'a title of Atom in XHTML',
      atom('<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <b>B</b></div></title>'),
      { title: 'A B' },
    ],
    [
      'content beside a summary',
      rss('<description>Short</description><c:encoded><![CDATA[<p>Long</p>]]></c:encoded>', content),
      { summary: 'Short', content: '<p>Long</p>' },
    ],
    [
      'content of Atom in XHTML',
      atom('<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>A<br/></p></div></content>'),
      { content: '<p>A<br/></p>' },
    ],
    ['a summary of Atom that is text', atom('<summary>1 &lt; 2</summary>'), { summary: '1 &lt; 2' }],
    [
      'content in Base64',
      atom('<content type="application/octet-stream">PGI+QTwvYj4=</content>'),
      { content: '<b>A</b>' },
    ],
    ['an author by Dublin Core', rss('<d:creator>Ann</d:creator>', dc), { author: 'Ann' }],
    [
      'an author of RSS',
      rss('<author>ann@a.example (Ann)</author>'),
      { authors: [{ name: 'Ann', email: 'ann@a.example', url: null }] },
    ],
    [
      'the author of the feed',
      atom('<title>T</title>', '<author><name>Ann</name></author>'),
      { author: 'Ann' },
    ],
    [
      'categories',
      rss('<category>a</category><category>b</category><category>a</category>'),
      { categories: ['a', 'b'] },
    ],
    ['categories of Atom', atom('<category term="a" label="The A"/>'), { categories: ['a'] }],
    [
      'an enclosure',
      rss('<enclosure url="/a.mp3" type="audio/mpeg" length="12"/>'),
      { enclosures: [{ url: 'https://shop.example/a.mp3', type: 'audio/mpeg', length: 12 }] },
    ],
    [
      'an enclosure of Atom',
      atom('<link rel="enclosure" href="/a.mp3" length="0"/>'),
      { link: null, enclosures: [{ url: 'https://shop.example/a.mp3', type: null, length: null }] },
    ],
    [
      'Media RSS in a group',
      rss('<m:group><m:content url="/v.mp4" type="video/mp4"/><m:thumbnail url="/t.jpg"/></m:group>', media),
      {
        image: 'https://shop.example/t.jpg',
        enclosures: [{ url: 'https://shop.example/v.mp4', type: 'video/mp4', length: null }],
      },
    ],
    [
      'what has no key, by the known prefix',
      rss('<i:duration>12:34</i:duration><i:image href="/i.png"/>', itunes),
      {
        image: 'https://shop.example/i.png',
        elements: { 'itunes:duration': [{ text: '12:34' }], 'itunes:image': [{ href: '/i.png' }] },
      },
    ],
    ['a guid that is the link', rss('<guid>https://a.example/1</guid>'), { link: 'https://a.example/1' }],
    [
      'links by xml:base',
      atom('<link href="1"/>').replace('<entry>', '<entry xml:base="https://b.example/x/">'),
      { link: 'https://b.example/x/1' },
    ],
    [
      'a date without a certain reading, as it stands',
      rss('<pubDate>03/04/2025</pubDate>'),
      { published: '03/04/2025' },
    ],
    [
      'a feed of Atom without its namespace',
      atom('<title>T</title><link href="/1"/>').replace(/ xmlns="[^"]*"/, ''),
      { title: 'T', link: 'https://shop.example/1' },
    ],
  ])('has %s', async (_, body, part) => {
    expect(await entryOf(body)).toMatchObject(part);
  });

  it('is itself found by within: page', async () => {
    const fields = { title: { path: 'title' }, feed: { path: 'title', within: 'page' } };
    const { items } = await extractWith({ fields }, rss('<title>T</title>'), { contentType: 'text/xml' });
    expect(items[0]?.fields).toEqual({ title: 'T', feed: 'The feed' });
  });

  it('leads to the pages of its entries', async () => {
    const rule = { follow: [{ path: 'link' }] };
    const { links } = await extractWith(rule, rss('<link>/1</link>'), { contentType: 'text/xml' });
    expect(links).toEqual([{ url: 'https://shop.example/1' }]);
  });

  it('is XML for a rule with selectors, and a feed whatever its type where the rule says so', async () => {
    const byCss = await extractWith({ each: 'item', fields: { title: 'title' } }, rss('<title>T</title>'), {
      contentType: 'application/rss+xml',
    });
    const byKind = await extractWith(
      { as: 'feed', fields: { title: { path: 'title' } } },
      rss('<title>T</title>'),
      { contentType: 'text/html' },
    );
    expect([byCss.items[0]?.fields, byKind.items[0]?.fields]).toEqual([{ title: 'T' }, { title: 'T' }]);
  });

  it('fails where it is none', async () => {
    const read = extractWith({ as: 'feed' }, '<page/>', { contentType: 'text/xml' });
    await expect(read).rejects.toMatchObject({
      code: 'EXTRACT_FAILED',
      message: expect.stringContaining('no feed'),
    });
  });
});
