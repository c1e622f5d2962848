import type { CityPlace } from './city-place.ts';
import { makeReviews } from './reviews.ts';
import { toArray } from './sparse.ts';

/** The values, by index, that a place's own answer has and a row of a search lacks. */
export function fillDetails(place: CityPlace): Record<number, unknown> {
  const { owner, name } = place;
  const pictures = picturesOf(place).map(({ title, url }) =>
    toArray({ 2: title, 3: [toArray({ 0: 'picture', 6: [url, '', [1200, 800]] })] }),
  );
  const [first] = picturesOf(place);
  return {
    38: menuOf(place) === undefined ? null : [menuOf(place), 'menu'],
    46: reservationOf(place) === undefined ? null : [[reservationOf(place), 'table']],
    57: owner === undefined ? null : [null, owner.name, owner.id],
    72:
      first === undefined
        ? null
        : [Array(2).fill(toArray({ 0: 'picture', 6: [first.url, name, [1200, 800]] }))],
    75: renderOrders(place),
    84: place.number % 2 === 0 ? [renderBusyDays()] : null,
    100: renderAbout(place),
    171: pictures.length === 0 ? null : [pictures],
    175: renderReviews(place),
  };
}

export function picturesOf({ photos, number }: CityPlace): { title: string; url: string }[] {
  return ['All', 'By owner', 'Street View & 360°'].slice(0, photos).map((title, index) => ({
    title,
    url: `https://lh5.googleusercontent.com/p/demo${number}-${index}=w298-h298-k-no`,
  }));
}

export function menuOf({ categories: [main], number }: CityPlace): string | undefined {
  return main?.serves === true && number % 3 === 0 ? `https://menus.example/${number}` : undefined;
}

export function reservationOf({ categories: [main], number }: CityPlace): string | undefined {
  return main?.serves === true && number % 4 === 0 ? `https://tables.example/${number}` : undefined;
}

export function ordersOf({ categories: [main], number }: CityPlace): string[] {
  return main?.serves === true && number % 5 === 0 ? [`https://orders.example/${number}`] : [];
}

/** Monday to Sunday are 1 to 7; percent of the busiest hour. */
export function busyness(day: number, hour: number): number {
  return hour < 8 || hour > 21 ? 0 : Math.min(100, 10 + ((hour * 7 + day * 5) % 90));
}

function renderBusyDays() {
  return [7, 1, 2, 3, 4, 5, 6].map((day) => {
    const hours = Array.from({ length: 18 }, (_, index) => [index + 6, busyness(day, index + 6), '', '']);
    return [day, hours, 0];
  });
}

function renderOrders(place: CityPlace) {
  const links = ordersOf(place).map((url) => [['orders.example'], [null, null, [url, [url]]]]);
  if (links.length === 0) return null;
  // The list has been captured in both positions.
  return [place.number % 2 === 0 ? [[4, null, links]] : [null, [4, null, links]]];
}

function renderAbout({ takesCards, isAccessible }: CityPlace) {
  const option = (id: string, label: string, isTrue: boolean) => [
    `/geo/type/establishment_poi/${id}`,
    label,
    [1, [[isTrue ? 1 : 0, label]], [1, label]],
  ];
  const sections = [
    ...(isAccessible === undefined
      ? []
      : [
          [
            'accessibility',
            'Accessibility',
            [option('has_wheelchair_accessible_entrance', 'Wheelchair accessible entrance', isAccessible)],
          ],
        ]),
    ...(takesCards === undefined
      ? []
      : [['payments', 'Payments', [option('pay_credit_card', 'Credit cards', takesCards)]]]),
  ];
  return sections.length === 0 ? null : [null, sections];
}

function renderReviews(place: CityPlace) {
  if (place.stars === undefined) return null;
  const reviews = makeReviews(place).map((review) => {
    const reply = review.reply === undefined ? null : toArray({ 14: [[review.reply]] });
    const about = [null, null, review.atMs * 1000, review.atMs * 1000, toArray({ 5: [review.author] })];
    const said = toArray({ 0: [review.rating], 15: [[review.text, 'en']] });
    return [[review.id, about, said, reply]];
  });
  return toArray({ 3: place.stars, 9: [[reviews]] });
}
