import { accountOf } from './account-app.ts';
import { type Account, type App, truthOf } from './start-app.ts';
import { testAccounts } from './test-accounts.ts';

type Currency = 'GBP' | 'EUR';
interface Offer {
  price: string | null;
  availability: string;
}
type Product = Record<Currency, Offer> & {
  upc: string;
  path: string;
  title: string;
  categories: string[];
  attributes: Record<string, string>;
};
interface Order {
  number: string;
  status: string;
  total: string;
  lines: { title: string; quantity: number; price: string }[];
}
interface Truth {
  accounts: Account[];
  products: Product[];
  orders: Record<string, Order[]>;
}

/** In which each account sees prices, by a cookie that a step of its login sets. */
const currencyOf: Record<string, Currency> = { alice: 'EUR', bob: 'GBP' };

testAccounts('shop', () => {
  const { accounts, products, orders } = truthOf<Truth>('shop');
  const [alice, bob] = ['alice@shop.example', 'bob@shop.example'].map((user) => accountOf(accounts, user));
  if (alice === undefined || bob === undefined) throw new Error('accounts are missing');
  return {
    accounts: { alice, bob },
    job: shopJob,
    wanted: (account) => [
      ...products.map((product) => wantedProduct(product, currencyOf[account] ?? 'GBP')),
      ...(orders[`${account}@shop.example`] ?? []).map(wantedOrder),
    ],
    slowGapMs: 150,
    ending: { options: { SESSION_SECONDS: '40' } },
  };
});

function wantedProduct({ upc, path, title, categories, attributes, ...offers }: Product, currency: Currency) {
  const { price, availability } = offers[currency];
  const { Colour: colour, Maker: maker, Weight: weight } = attributes;
  return {
    ...{ upc, path, title, category: categories[0], colour, maker, weight, availability, account: 'Account' },
    ...(price === null ? {} : { price: Number(price), currency }),
  };
}

function wantedOrder({ number, status, total, lines }: Order) {
  const read = lines.map((line) => ({ ...line, price: Number(line.price) }));
  return { number, status, total: Number(total), lines: read };
}

/** One of two forms of a page, with Django's token in a field and in a cookie; a list of products that leads to all. */
function shopJob({ origin, host }: App, account: string, gapMs: number): string {
  const name = account.toUpperCase();
  return `name: ${account}
network: allowPrivate
sources:
  - crawl: { start: ["${origin}/catalogue/", "${origin}/accounts/orders/"] }
sessions:
  ${account}:
    hosts: ["${host}"]
    login:
      steps:
        - open: "${origin}/accounts/login/"
        - form:
            select: "#login_form"
            fields: { login-username: "\${env:${name}_USER}", login-password: "\${env:${name}_PASS}" }
            submit: login_submit
        - open: "${origin}/currency/${currencyOf[account]}/"
      check: { select: "#logout_link", cookie: sessionid }
    endedBy: { select: "#login_link", redirectTo: "/accounts/login/**" }
pages:
  order:
    match: /accounts/orders/*/
    fields:
      number: { page: url, regex: "orders/(\\\\d+)/", required: true }
      status: { label: Status }
      total: { label: Order total, type: number }
      lines:
        xpath: //tbody/tr[.//form]
        list: true
        fields:
          title: td:first-child p a
          quantity: { select: td:nth-child(2), type: integer }
          price: { select: td:nth-child(4), type: number }
  orders: { match: /accounts/orders/, follow: [.page-link, { select: a, match: /accounts/orders/*/ }] }
  list: { match: /catalogue/, follow: [.page-link, .product_pod h3 a] }
  product:
    match: /catalogue/*/
    fields:
      upc: { label: UPC, required: true }
      path: { page: url, regex: "^http://[^/]+(/.*)$" }
      title: h1
      category: { select: '.breadcrumb-item:not(:first-child) a', list: true, transform: [{ join: ' > ' }] }
      price: { select: .product_main .price_color, type: number }
      currency: { select: .product_main .price_color, transform: [currency] }
      availability: { from: ["label:Availability", "xpath://i[contains(@class, 'fa-ban')]/following-sibling::text()[1]"] }
      colour: { label: Colour }
      maker: { label: Maker }
      weight: { label: Weight }
      account: "a[href='/accounts/']"
politeness: { gapMs: ${gapMs}, slowDown: false, robots: ignore }
`;
}
