import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FieldName, placeFieldNames, placeFields } from '../../../../shared/places/place-fields.ts';
import { attributes } from '../../../../shared/sources/places/api/attributes.ts';
import { idsMask, maskFor } from '../../../../shared/sources/places/api/field-mask.ts';

/** Names of the Places API (New), "Place Data Fields", less those no field of ours is read from. */
const apiNames =
  /^(id|displayName|editorialSummary|googleMapsUri|googleMapsLinks|primaryTypeDisplayName|types|websiteUri|nationalPhoneNumber|internationalPhoneNumber|formattedAddress|addressComponents|location|plusCode|timeZone|rating|userRatingCount|reviews|businessStatus|pureServiceAreaBusiness|currentOpeningHours\.(openNow|periods|specialDays|weekdayDescriptions)|fuelOptions|regularOpeningHours|priceLevel|priceRange|accessibilityOptions|allowsDogs|curbsidePickup|delivery|dineIn|goodForChildren|goodForGroups|goodForWatchingSports|liveMusic|menuForChildren|outdoorSeating|parkingOptions|paymentOptions|reservable|restroom|takeout|serves(Beer|Breakfast|Brunch|Cocktails|Coffee|Dessert|Dinner|Lunch|VegetarianFood|Wine))$/;

const fieldLists = fc.array(fc.constantFrom(...placeFieldNames));

describe('maskFor', () => {
  it('prefixes the names for searches, and asks text search for the next page', () => {
    const fields: FieldName[] = ['phone', 'name', 'emails', 'popularTimes'];
    const names = ['id', 'displayName', 'websiteUri', 'nationalPhoneNumber'];
    expect(maskFor('details', fields)).toBe(names.join(','));
    expect(maskFor('nearby', fields)).toBe(names.map((name) => `places.${name}`).join(','));
    expect(maskFor('text', fields)).toBe(`${maskFor('nearby', fields)},nextPageToken`);
  });

  it('asks for every field it knows by the name the API has for it', () => {
    for (const name of maskFor('details', placeFieldNames).split(',')) expect(name).toMatch(apiNames);
  });

  it('asks for the attributes that are read, and for no others', () => {
    const read = Object.values(attributes).flatMap((section) => Object.values(section));
    const groups = new Set(read.map((path) => path.split('.')[0]));
    expect(new Set(placeFields.about.api?.mask)).toEqual(groups);
  });

  it('names each once, without spaces, the id always, in an order that the asking does not change', () => {
    fc.assert(
      fc.property(
        fieldLists,
        fc.constantFrom('text' as const, 'nearby' as const, 'details' as const),
        (fields, type) => {
          const mask = maskFor(type, fields);
          const names = mask.split(',');
          expect(mask).toMatch(/^(places\.)?id(,[A-Za-z.]+)*$/);
          expect(new Set(names).size).toBe(names.length);
          expect(maskFor(type, [...fields, ...fields].reverse())).toBe(mask);
        },
      ),
    );
  });

  it('asks for everything of either list when asked for both', () => {
    fc.assert(
      fc.property(fieldLists, fieldLists, (one, other) => {
        const both = new Set(maskFor('text', [...one, ...other]).split(','));
        const each = [one, other].flatMap((fields) => maskFor('text', fields).split(','));
        expect(both).toEqual(new Set(each));
      }),
    );
  });
});

describe('idsMask', () => {
  it('asks for nothing that costs', () => {
    expect(idsMask).toBe('places.id,nextPageToken');
  });
});
