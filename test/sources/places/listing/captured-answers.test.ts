import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPlaceRecord, findRecords } from '../../../../shared/sources/places/listing/find-records.ts';
import { readPlaceAnswer, readSearch } from '../../../../shared/sources/places/listing/read-answer.ts';
import { type ListingRecord, readRecord } from '../../../../shared/sources/places/listing/read-record.ts';
import { answerOf, htmlPage } from './listing-answer.ts';

const folder = join(import.meta.dirname, '../../../../../shared/fixtures/google-maps');
const search = 'search-coffee-2024-12';
const place = 'place-2023-09';

/** Answers that Google gave, and what another program read in them. They lie beside the project, not in it. */
if (!existsSync(folder)) {
  describe('captured answers', () =>
    it.skip('skipped: there is no ../shared/fixtures/google-maps', () => {}));
} else {
  describe('captured answers', () => {
    const text = (name: string) => readFileSync(join(folder, name), 'utf8');
    const json = (name: string): unknown => JSON.parse(text(name));

    it('of a search are read field by field', () => {
      const records = findRecords(json(`${search}.json`)).map(readRecord);
      expect(records.map(asExpected)).toEqual(json(`${search}.expected.json`));
    });

    it('of a place are read field by field', () => {
      const record = readRecord(findPlaceRecord(json(`${place}.json`)));
      expect(asExpected(record)).toEqual(json(`${place}.expected.json`));
    });

    it('of a search make places', () => {
      const read = readSearch(answerOf(text(`${search}.json`)));
      expect(read).toMatchObject({ state: 'places', rows: 20 });
      const places = read.state === 'places' ? read.places : [];
      expect(places).toHaveLength(20);
      expect(places.every(({ status, location, rating }) => status === 'open' && location && rating)).toBe(
        true,
      );
    });

    it('of a place make one', () => {
      const read = readPlaceAnswer(answerOf(`)]}'\n${text(`${place}.json`)}`));
      expect(read).toMatchObject({
        state: 'place',
        place: {
          name: 'Kipriakon',
          link: 'https://www.google.com/maps?cid=16519582940102929223',
          phone: '25 101555',
          internationalPhone: '+357 25 101555',
          addressParts: { street: 'Old port', city: 'Limassol', postalCode: '3042', country: 'CY' },
          location: { lat: 34.670595399999996, lng: 33.042456699999995 },
          hours: { monday: ['12:30–22:00'] },
          status: 'open',
          creditCards: true,
          owner: {
            name: 'Kipriakon (Owner)',
            link: 'https://www.google.com/maps/contrib/102769814432182832009',
          },
          about: { payments: { 'Debit cards': true } },
          priceRange: '€€',
        },
      });
      const reviews = read.state === 'place' ? read.place.featuredReviews : undefined;
      expect(reviews?.[0]).toMatchObject({ at: '2023-06-30T11:46:30.509Z', rating: 5, text: 'Review text.' });
      // Their layout of 2023; the names were blanked when the answer was captured.
      const authorLink = 'https://www.google.com/maps/contrib/0';
      expect(reviews).toHaveLength(8);
      for (const review of reviews ?? [])
        expect(review).toMatchObject({ author: 'Reviewer', authorLink, language: 'en' });
    });

    it('of a place name what else Google shows of it', () => {
      const read = readPlaceAnswer(answerOf(text(`${place}.json`)));
      const { photoCount, reviewKeywords, peopleAlsoSearch = [] } = read.state === 'place' ? read.place : {};
      expect(photoCount).toBe(411);
      expect(reviewKeywords?.slice(0, 3)).toEqual([
        { word: 'meze', reviews: 21 },
        { word: 'cypriot', reviews: 18 },
        { word: 'wine', reviews: 8 },
      ]);
      expect(reviewKeywords).toHaveLength(10);
      expect(peopleAlsoSearch).toHaveLength(20);
      expect(peopleAlsoSearch[1]).toEqual({
        cid: String(0xb96b2e2a54f46e07n),
        name: 'Dionysus Mansion',
        category: 'Greek',
        rating: 4.7,
        reviews: 1_066,
        location: { lat: 34.678927, lng: 33.0395822 },
      });
      expect(peopleAlsoSearch[5]).toEqual({ cid: String(0xff10b8bb76cb4e01n) });
    });

    it('read the same out of an HTML page', () => {
      const answer = json(`${search}.json`);
      expect(readSearch(answerOf(htmlPage(answer)))).toEqual(readSearch(answerOf(JSON.stringify(answer))));
    });
  });
}

/** What the other program calls null, this one leaves out; it counts what this one reads. */
function asExpected(record: ListingRecord | undefined): Record<string, unknown> {
  if (record === undefined) throw new Error('no record');
  const {
    noticeText: _,
    streetView,
    claimLink,
    phoneNational,
    reviewsLink,
    images,
    about,
    reviews,
    reviewKeywords: _keywords,
    related: _related,
    photoCount: _photos,
    ...rest
  } = record;
  const {
    popularTimes,
    orderLinks = [],
    reservationLinks = [],
    hours = [],
    addressComponents,
    ...same
  } = rest;
  const components = {
    neighborhood: null,
    street: null,
    streetAlt: null,
    city: null,
    postalCode: null,
    state: null,
  };
  return {
    plusCodeGlobal: null,
    plusCodeCompound: null,
    website: null,
    websiteDomain: null,
    reviewsPerRating: null,
    priceText: null,
    description: null,
    thumbnail: null,
    ownerName: null,
    ownerId: null,
    menuLink: null,
    ...same,
    addressComponents: { ...components, ...addressComponents },
    hours,
    orderLinks,
    reservationLinks,
    imageCategories: images?.map(({ title }) => title) ?? [],
    aboutSections: about?.map(({ id }) => id) ?? [],
    embeddedReviews: reviews?.length ?? 0,
    popularTimesDays: popularTimes?.length ?? 0,
  };
}
