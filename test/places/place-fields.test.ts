import { describe, expect, it } from 'vitest';
import { placeFieldTexts } from '../../shared/places/place-field-texts.ts';
import {
  fieldsOfOrigin,
  fieldsToAsk,
  placeFieldNames,
  placeFields,
} from '../../shared/places/place-fields.ts';

describe('placeFields', () => {
  it('says of each field what it is and where it comes from', () => {
    for (const name of placeFieldNames) {
      const { api, listing, website } = placeFields[name];
      expect(placeFieldTexts[name], name).toMatch(/^[A-Z0-9o].*\.$/);
      expect(
        [api, listing, website].some((origin) => origin !== undefined),
        name,
      ).toBe(true);
    }
  });

  it('lets ids alone be kept for ever, and the location for 30 days', () => {
    const cached = (grant: string) =>
      placeFieldNames.filter((name) => placeFields[name].api?.cache === grant);
    expect(cached('always')).toEqual(['placeId', 'cid', 'featureId']);
    expect(cached('30 days')).toEqual(['location']);
  });
});

describe('fieldsOfOrigin', () => {
  it('gives the fields of the website', () => {
    expect(fieldsOfOrigin('website')).toEqual(['emails', 'websitePhones', 'socials', 'contacts']);
  });

  it('leaves out what the API does not have', () => {
    expect(fieldsOfOrigin('api')).not.toContain('popularTimes');
    expect(fieldsOfOrigin('listing')).toContain('popularTimes');
  });
});

describe('fieldsToAsk', () => {
  it('gives the id and what is asked for, each once, in the order of the schema', () => {
    expect(fieldsToAsk(['rating', 'name', 'rating'])).toEqual(['placeId', 'name', 'rating']);
  });

  it('asks for the website where something is to be found on it', () => {
    expect(fieldsToAsk(['emails'])).toEqual(['placeId', 'website', 'emails']);
  });
});
