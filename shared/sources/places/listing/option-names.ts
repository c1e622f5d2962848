/**
 * Names of the listing's options by their ids, which are the same in all languages: of those that the API has too, as there
 * (`api/attributes.ts`), so that an attribute has one name whatever the source and the language. Only ids that captured
 * answers hold are among them; others keep the listing's words.
 */
export const optionNames = new Map(
  Object.entries({
    has_curbside_pickup: 'Curbside pickup',
    has_delivery: 'Delivery',
    serves_dine_in: 'Dine-in',
    has_seating_outdoors: 'Outdoor seating',
    has_takeout: 'Takeout',
    has_wheelchair_accessible_entrance: 'Wheelchair accessible entrance',
    has_wheelchair_accessible_parking: 'Wheelchair accessible parking lot',
    has_wheelchair_accessible_restroom: 'Wheelchair accessible restroom',
    has_wheelchair_accessible_seating: 'Wheelchair accessible seating',
    serves_beer: 'Beer',
    serves_cocktails: 'Cocktails',
    serves_coffee: 'Coffee',
    serves_wine: 'Wine',
    serves_breakfast: 'Breakfast',
    serves_brunch: 'Brunch',
    serves_dessert: 'Dessert',
    serves_dinner: 'Dinner',
    serves_lunch: 'Lunch',
    has_restroom: 'Restroom',
    suitable_for_groups: 'Groups',
    accepts_reservations: 'Accepts reservations',
    pay_credit_card: 'Credit cards',
    pay_debit_card: 'Debit cards',
    pay_mobile_nfc: 'NFC mobile payments',
    welcomes_children: 'Good for kids',
    has_parking_garage_free: 'Free parking garage',
    has_parking_lot_free: 'Free parking lot',
    has_parking_street_free: 'Free street parking',
    welcomes_dogs: 'Dogs allowed',
  }),
);
