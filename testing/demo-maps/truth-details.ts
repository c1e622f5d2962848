import { type Place, type Review, weekdays } from '../../shared/places/place.ts';
import type { CityPlace } from './city-place.ts';
import { busyness, menuOf, ordersOf, picturesOf, reservationOf } from './listing-details.ts';
import { makeReviews } from './reviews.ts';

/** What is returned only for the place itself, or for all fields of the API. */
export function detailTruth(place: CityPlace, source: 'google-places' | 'google-maps'): Partial<Place> {
  const reviews = makeReviews(place);
  const { takesCards } = place;
  return {
    ...(reviews.length === 0 ? {} : { featuredReviews: reviews.map((review) => toReview(review, source)) }),
    ...(takesCards === undefined ? {} : { creditCards: takesCards }),
    ...(source === 'google-maps' ? listingTruth(place) : {}),
  };
}

/** The API has no replies; the listing that is played here, no pages of authors. */
function toReview(review: ReturnType<typeof makeReviews>[number], source: string): Review {
  const { id, author, rating, text, atMs, reply } = review;
  const at = new Date(atMs).toISOString();
  return {
    id,
    author,
    ...(source === 'google-places' ? { authorLink: 'https://www.google.com/maps/contrib/1' } : {}),
    rating,
    at,
    text,
    ...(reply === undefined || source === 'google-places' ? {} : { reply }),
  };
}

function listingTruth(place: CityPlace): Partial<Place> {
  const pictures = picturesOf(place);
  const [first] = pictures;
  const menu = menuOf(place);
  const reservation = reservationOf(place);
  const orders = ordersOf(place);
  const { stars, owner, takesCards, isAccessible } = place;
  const about = {
    ...(isAccessible === undefined
      ? {}
      : { accessibility: { 'Wheelchair accessible entrance': isAccessible } }),
    ...(takesCards === undefined ? {} : { payments: { 'Credit cards': takesCards } }),
  };
  return {
    ...(stars === undefined ? {} : { reviewsPerRating: stars }),
    ...(first === undefined ? {} : { images: pictures, thumbnail: first.url }),
    ...(owner === undefined ? {} : { owner }),
    ...(menu === undefined ? {} : { menu }),
    ...(reservation === undefined ? {} : { reservations: [reservation] }),
    ...(orders.length === 0 ? {} : { orderOnline: orders }),
    ...(Object.keys(about).length === 0 ? {} : { about }),
    ...(place.number % 2 === 0 ? { popularTimes: busyWeek() } : {}),
  };
}

function busyWeek(): NonNullable<Place['popularTimes']> {
  const days = weekdays.map((day, index) => {
    const hours = Array.from({ length: 18 }, (_, ahead) => [
      String(ahead + 6),
      busyness(index + 1, ahead + 6),
    ]);
    return [day, Object.fromEntries(hours)];
  });
  return Object.fromEntries(days);
}
