import { type App, truthOf } from '../start-app.ts';
import { testPublicItems } from './test-public-items.ts';

interface Offer {
  price: string | null;
  availability: string;
  buyable: boolean;
}
interface Product {
  upc: string;
  path: string;
  title: string;
  categories: string[];
  attributes: Record<string, string>;
  GBP: Offer;
  variants: { upc: string; title: string; GBP: Offer }[];
  reviews: { title: string; score: number; by: string; body: string }[];
}

/** Its pages hold no structured data. */
testPublicItems('shop', () => {
  const { products } = truthOf<{ products: Product[] }>('shop');
  // No page leads to a variant that cannot be bought.
  const variants = products.flatMap((product) => product.variants.filter(({ GBP }) => GBP.buyable));
  const wanted = [
    ...products.map(({ upc, path, title, categories, attributes, GBP }) => ({
      ...{ upc, path, title, category: categories[0], attributes },
      ...wantedOffer(GBP),
    })),
    ...variants.map(({ upc, title, GBP }) => ({ upc, title, ...wantedOffer(GBP) })),
    ...products.flatMap(({ reviews }) => reviews),
  ];
  return { job: shopJob, wanted: { css: wanted, xpath: wanted } };
});

function wantedOffer({ price, availability }: Offer): object {
  return { availability, ...(price === null ? {} : { price: Number(price), currency: 'GBP' }) };
}

function shopJob({ origin }: App): string {
  return `name: shop
network: allowPrivate
sources: [{ crawl: { start: "${origin}/catalogue/" } }]
scope: { include: /catalogue/** }
urls: { defaultParams: { page: 1 } }
pages:
  list: { match: /catalogue/, follow: [.page-link, .product_pod h3 a] }
  review:
    match: "/catalogue/*_*/reviews/"
    follow: [.page-link]
    each: article.review
    fields:
      css:
        fields:
          title: h3 a
          score: { select: h3, attr: class, regex: "star-rating (\\\\w+)", transform: [&scores { map: { One: 1, Two: 2, Three: 3, Four: 4, Five: 5 } }], type: integer }
          by: strong
          body: header + p
      xpath:
        fields:
          title: { xpath: .//h3/a }
          score: { xpath: "substring-after(.//h3/@class, 'star-rating ')", transform: [*scores], type: integer }
          by: { xpath: .//small/strong }
          body: { xpath: "header/following-sibling::p[1]" }
  product:
    match: "/catalogue/*_*/"
    follow: [.star-rating small a, { select: .product_main h2 ~ a, label: variant }]
    fields:
      css:
        fields:
          <<: &css
            upc: { select: "table.table-striped tr:nth-of-type(1) td", required: true }
            title: h1
            price: { select: .product_main .price_color, type: number }
            currency: { select: .product_main .price_color, transform: [currency] }
            availability: .product_main .availability
          path: &path { page: url, regex: "^http://[^/]+(/.*)$" }
          category: { select: ".breadcrumb-item:not(:first-child) a", list: true, transform: [{ join: " > " }] }
          attributes:
            select: table.table-striped
            fields: { Colour: { label: Colour }, Maker: { label: Maker }, Weight: { label: Weight } }
      xpath:
        fields:
          <<: &xpath
            upc: { xpath: "//tr[th='UPC']/td" }
            title: { xpath: "//div[has-class('product_main')]/h1" }
            price: { xpath: "//p[@class='price_color']/text()", type: number }
            currency: { xpath: "substring(//p[@class='price_color'], 1, 1)", transform: [currency] }
            availability: { xpath: "normalize-space(//p[has-class('availability')])" }
          path: *path
          category: { xpath: "//li[has-class('breadcrumb-item')][position() > 1]/a/text()", list: true, transform: [{ join: " > " }] }
          attributes:
            fields:
              Colour: { xpath: "//tr[normalize-space(th)='Colour']/td" }
              Maker: { xpath: "//tr[normalize-space(th)='Maker']/td" }
              Weight: { xpath: "//tr[normalize-space(th)='Weight']/td" }
  variant: { fields: { css: { fields: *css }, xpath: { fields: *xpath } } }
politeness: { gapMs: 2, slowDown: false, robots: ignore }
`;
}
