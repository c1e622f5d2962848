import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCity } from '../../testing/demo-maps/city.ts';
import type { CityPlace } from '../../testing/demo-maps/city-place.ts';
import { contactsOf } from '../../testing/demo-maps/contacts.ts';
import { type Maps, startMaps } from '../../testing/demo-maps/server.ts';
import { planSite, type SiteStyle, siteStyles } from '../../testing/demo-maps/site-plan.ts';

const city = makeCity({ count: 300 });
let maps: Maps;
beforeAll(async () => {
  maps = await startMaps({ city, siteHosts: 3 });
});
afterAll(() => maps.close());

const placeOf = (style: SiteStyle) =>
  city.places.find((place) => place.hasWebsite && planSite(place).style === style) as CityPlace;

describe('the websites', () => {
  it('are spread over their hosts', () => {
    const hosts = new Set(city.places.map((place) => new URL(maps.websiteOf(place)).origin));
    expect(hosts).toEqual(new Set(maps.siteUrls));
    expect(hosts.size).toBe(3);
  });

  it.each(siteStyles)('of style %s show what the truth says, in some form, and link to it', async (style) => {
    const place = placeOf(style);
    const website = maps.websiteOf(place);
    for (const { value, page, how, platform } of contactsOf(place, website, false)) {
      const html = await (await fetch(page)).text();
      const needle = platform === undefined ? value : `/${planSite(place).handle}`;
      const plain = how === 'protected' ? reveal(html) : html.replaceAll(' ', '');
      expect(plain).toContain(needle);
      const home = await (await fetch(website)).text();
      expect(page === website || home.includes(`href="${page.slice(website.length)}"`)).toBe(true);
    }
  });

  it('that are dead say 404, 500 or nothing', async () => {
    const dead = city.places.filter((place) => place.hasWebsite && planSite(place).style === 'dead');
    const ends = await Promise.all(
      dead.map((place) =>
        fetch(maps.websiteOf(place)).then(
          ({ status }) => status,
          () => 'hung up',
        ),
      ),
    );
    expect(new Set(ends)).toEqual(new Set([404, 500, 'hung up']));
  });

  it('that do not want to be read say so in robots.txt', async () => {
    const website = new URL(maps.websiteOf(placeOf('forbidden')));
    const robots = await (await fetch(`${website.origin}/robots.txt`)).text();
    expect(robots).toContain(`Disallow: ${website.pathname}\n`);
    expect(contactsOf(placeOf('forbidden'), website.href)).toEqual([]);
  });

  it('may be where the caller wants them', async () => {
    const websiteOf = ({ number }: CityPlace) => `http://biz-${number}.test/`;
    const own = await startMaps({ city, websiteOf });
    expect(own.websiteOf(placeOf('data'))).toMatch(/^http:\/\/biz-\d+\.test\/$/);
    await own.close();
  });
});

function reveal(html: string): string {
  const [, hex = ''] = /data-cfemail="([\da-f]+)"/.exec(html) ?? [];
  const [key = 0, ...bytes] = Buffer.from(hex, 'hex');
  return Buffer.from(bytes.map((byte) => byte ^ key)).toString();
}
