import { describe, expect, it } from 'vitest';
import { fieldsOfOrigin } from '../../../../shared/places/place-fields.ts';
import { placeOfApi } from '../../../../shared/sources/places/api/api-place.ts';

const localized = (text: string) => ({ text, languageCode: 'en' });
const component = (longText: string, shortText: string, ...types: string[]) => ({
  longText,
  shortText,
  types,
});

/** Everything that we ask for, in the shapes of the API's reference. */
const whole = {
  id: 'ChIJN1t_tDeuEmsRUsoyG83frY4',
  displayName: localized('Dent'),
  editorialSummary: localized('A dentist.'),
  googleMapsUri: 'https://maps.google.com/?cid=10281119596374313554',
  googleMapsLinks: { reviewsUri: 'https://www.google.com/maps/place//data=!9m1!1b1' },
  primaryTypeDisplayName: localized('Dentist'),
  types: ['dentist', 'health'],
  websiteUri: 'https://dent.example/',
  nationalPhoneNumber: '021 0261 6578',
  internationalPhoneNumber: '+30 21 0261 6578',
  formattedAddress: 'Ermou 12, Athina 105 63, Greece',
  addressComponents: [
    component('12', '12', 'street_number'),
    component('Ermou', 'Ermou', 'route'),
    component('Plaka', 'Plaka', 'neighborhood', 'political'),
    component('Athina', 'Athina', 'locality', 'political'),
    component('Attica', 'Attica', 'administrative_area_level_1', 'political'),
    component('Greece', 'GR', 'country', 'political'),
    component('105 63', '105 63', 'postal_code'),
  ],
  location: { latitude: 37.9762, longitude: 23.7326 },
  plusCode: { globalCode: '8G95XPGM+F2', compoundCode: 'XPGM+F2 Athens' },
  timeZone: { id: 'Europe/Athens' },
  rating: 4.8,
  userRatingCount: 0,
  reviews: [
    {
      name: 'places/ChIJN1t_tDeuEmsRUsoyG83frY4/reviews/REVIEW_1',
      rating: 5,
      text: localized('Good'),
      originalText: localized('Καλό'),
      authorAttribution: { displayName: 'Ada', uri: 'https://www.google.com/maps/contrib/1' },
      publishTime: '2026-05-01T12:00:00.123456789Z',
    },
  ],
  businessStatus: 'CLOSED_TEMPORARILY',
  pureServiceAreaBusiness: false,
  currentOpeningHours: {
    openNow: false,
    periods: [period(1, '10:00', 1, '14:00')],
    specialDays: [{ date: { year: 2026, month: 5, day: 4 } }, { date: { year: 2026, month: 5, day: 5 } }],
  },
  fuelOptions: {
    fuelPrices: [
      {
        type: 'DIESEL',
        price: { currencyCode: 'EUR', units: '1', nanos: 799000000 },
        updateTime: '2026-05-01T06:00:00Z',
      },
      { type: 'SP95', price: { units: '1' } },
    ],
  },
  regularOpeningHours: { periods: [period(1, '09:00', 1, '17:00')] },
  priceLevel: 'PRICE_LEVEL_MODERATE',
  priceRange: {
    startPrice: { currencyCode: 'EUR', units: '10' },
    endPrice: { currencyCode: 'EUR', units: '20' },
  },
  takeout: false,
  accessibilityOptions: { wheelchairAccessibleEntrance: true },
  paymentOptions: { acceptsCreditCards: true, acceptsCashOnly: false },
};

describe('placeOfApi', () => {
  it('reads every field that the API has', () => {
    expect(placeOfApi(whole)).toEqual({
      placeId: 'ChIJN1t_tDeuEmsRUsoyG83frY4',
      cid: '10281119596374313554',
      featureId: '0x6b12ae37b47f5b37:0x8eaddfcd1b32ca52',
      name: 'Dent',
      description: 'A dentist.',
      link: 'https://maps.google.com/?cid=10281119596374313554',
      reviewsLink: 'https://www.google.com/maps/place//data=!9m1!1b1',
      category: 'Dentist',
      categories: ['Dentist'],
      types: ['dentist', 'health'],
      website: 'https://dent.example/',
      phone: '021 0261 6578',
      internationalPhone: '+30 21 0261 6578',
      address: 'Ermou 12, Athina 105 63, Greece',
      addressParts: {
        borough: 'Plaka',
        street: 'Ermou 12',
        city: 'Athina',
        postalCode: '105 63',
        state: 'Attica',
        country: 'GR',
      },
      location: { lat: 37.9762, lng: 23.7326 },
      serviceAreaOnly: false,
      plusCode: '8G95XPGM+F2',
      timeZone: 'Europe/Athens',
      rating: 4.8,
      reviews: 0,
      featuredReviews: [
        {
          ...{ id: 'REVIEW_1', author: 'Ada', authorLink: 'https://www.google.com/maps/contrib/1' },
          ...{ rating: 5, at: '2026-05-01T12:00:00.123Z', text: 'Good', language: 'en' },
        },
      ],
      status: 'closedTemporarily',
      openNow: false,
      specialHours: [
        { date: '2026-05-04', hours: ['10:00–14:00'] },
        { date: '2026-05-05', hours: ['Closed'] },
      ],
      hours: {
        monday: ['09:00–17:00'],
        tuesday: ['Closed'],
        wednesday: ['Closed'],
        thursday: ['Closed'],
        friday: ['Closed'],
        saturday: ['Closed'],
        sunday: ['Closed'],
      },
      priceRange: '€10–20',
      priceLevel: 'moderate',
      about: {
        service_options: { Takeout: false },
        accessibility: { 'Wheelchair accessible entrance': true },
        payments: { 'Credit cards': true, 'Cash-only': false },
      },
      creditCards: true,
      fuelPrices: [{ fuel: 'DIESEL', price: 1.799, currency: 'EUR', at: '2026-05-01T06:00:00Z' }],
    });
  });

  it('gives all fields that the table says the API has', () => {
    expect(Object.keys(placeOfApi(whole) ?? {}).sort()).toEqual(fieldsOfOrigin('api').sort());
  });

  it('knows nothing but its id of a place of which the API says nothing', () => {
    expect(placeOfApi({ id: 'EicxMyBNYXJrZXQ' })).toEqual({ placeId: 'EicxMyBNYXJrZXQ' });
  });

  it('takes the cid from the link where the id has none', () => {
    const place = placeOfApi({
      id: 'EicxMyBNYXJrZXQ',
      googleMapsUri: 'https://maps.google.com/?cid=42&g_mp=x',
    });
    expect(place).toMatchObject({ cid: '42' });
  });

  it.each([[undefined], [null], ['text'], [[]], [{}], [{ id: '' }], [{ id: 7 }]])('refuses %j', (value) => {
    expect(placeOfApi(value)).toBeUndefined();
  });

  it('leaves out what is of another kind than promised', () => {
    const odd = Object.fromEntries(Object.keys(whole).map((name) => [name, 7]));
    expect(placeOfApi({ ...odd, id: 'EicxMyBNYXJrZXQ' })).toEqual({
      placeId: 'EicxMyBNYXJrZXQ',
      rating: 7,
      reviews: 7,
    });
  });

  it('lets no links through but http and https', () => {
    const place = placeOfApi({
      id: 'EicxMyBNYXJrZXQ',
      websiteUri: 'javascript:alert(1)',
      googleMapsUri: 'data:,x',
    });
    expect(place).toEqual({ placeId: 'EicxMyBNYXJrZXQ' });
  });

  it('does not know the status of a place that opens in the future', () => {
    const statusOf = (businessStatus: string) =>
      placeOfApi({ id: 'EicxMyBNYXJrZXQ', businessStatus })?.status;
    expect(statusOf('FUTURE_OPENING')).toBe('unknown');
    expect(statusOf('BUSINESS_STATUS_UNSPECIFIED')).toBeUndefined();
  });

  it.each([
    ['1600 Amphitheatre Pkwy, Mountain View', '1600 Amphitheatre Pkwy'],
    ['Amphitheatre Pkwy 1600, Mountain View', 'Amphitheatre Pkwy 1600'],
    ['Mountain View', '1600 Amphitheatre Pkwy'],
  ])('writes the street as in %s', (formattedAddress, street) => {
    const addressComponents = [
      component('1600', '1600', 'street_number'),
      component('Amphitheatre Pkwy', '', 'route'),
    ];
    const place = placeOfApi({ id: 'EicxMyBNYXJrZXQ', addressComponents, formattedAddress });
    expect(place?.addressParts).toEqual({ street });
  });
});

function period(openDay: number, open: string, closeDay: number, close: string) {
  return { open: point(openDay, open), close: point(closeDay, close) };
}

function point(day: number, time: string) {
  const [hour, minute] = time.split(':').map(Number);
  return { day, hour, minute };
}
