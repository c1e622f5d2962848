import { type App, truthOf } from '../start-app.ts';
import { type Edits, testEdits } from './test-edits.ts';
import { logIn, openVisitor, type Visitor } from './visitor.ts';

interface Product {
  upc: string;
  path: string;
  title: string;
  GBP: { price: string | null };
  variants: unknown[];
}

/** Every page of the shop holds another token each time, in its form and in its ETag. */
testEdits('shop', { job: shopJob, edit });

function shopJob({ origin }: App): string {
  return `name: shop
network: allowPrivate
sources: [{ crawl: { start: "${origin}/catalogue/" } }]
recrawl: true
urls: { defaultParams: { page: 1 } }
pages:
  list: { match: /catalogue/, follow: [.page-link, .product_pod h3 a] }
  product:
    match: "/catalogue/*_*/"
    key: upc
    fields:
      upc: { label: UPC, required: true }
      title: h1
      price: { select: .product_main .price_color, type: number }
      availability: .product_main .availability
politeness: { gapMs: 2, slowDown: false, robots: ignore }
`;
}

const staff = { user: 'staff@shop.example', password: 'staff-pass-3' };
const form = '#create_update_product_form';

async function edit(app: App): Promise<Edits> {
  const { products } = truthOf<{ products: Product[] }>('shop');
  const priced = products.filter(({ GBP, variants }) => GBP.price !== null && variants.length === 0);
  const [cheaper, described, hidden, deleted] = priced;
  if (!cheaper || !described || !hidden || !deleted) throw new Error('the shop has too few products');
  const visitor = openVisitor(app);
  const fields = { 'login-username': staff.user, 'login-password': staff.password };
  const login = { select: '#login_form', fields, submit: 'login_submit' };
  await logIn(visitor, '/accounts/login/', login, staff, 'logout_form');
  const title = `${cheaper.title} (new)`;
  await save(visitor, cheaper, { title, 'stockrecords-0-price': '1.23' });
  await save(visitor, described, { description: 'Of better stuff than before.' });
  await visitor.submit(dashboardOf(deleted, 'delete/'), { select: '#delete_product_form', fields: {} });
  await hide(visitor, hidden);
  const price = Number(cheaper.GBP.price);
  return {
    new: [await addProduct(visitor)],
    changed: {
      [cheaper.path]: { title: { from: cheaper.title, to: title }, price: { from: price, to: 1.23 } },
    },
    gone: { [deleted.path]: 'notLinked', [hidden.path]: 'notLinked' },
  };
}

/** The shop's number of a product is in its path. */
function idOf({ path }: Product): string {
  const [, id] = /_(\d+)\/$/.exec(path) ?? [];
  if (id === undefined) throw new Error(`${path} has no number`);
  return id;
}

function dashboardOf(product: Product, action = ''): string {
  return `/dashboard/catalogue/products/${idOf(product)}/${action}`;
}

async function save(visitor: Visitor, product: Product, fields: Record<string, string>): Promise<void> {
  await visitor.submit(dashboardOf(product), { select: form, fields, submit: 'action' });
}

/** An action on many products has a page of its own, which asks whether it is meant. */
async function hide(visitor: Visitor, product: Product): Promise<void> {
  const fields = { action: 'make_products_non_public', selected_product: idOf(product) };
  const list = `/dashboard/catalogue/?upc=${product.upc}`;
  const asked = await visitor.submit(list, { select: 'form[method=post]:has([name=action])', fields });
  const path = asked.url.replace(/^https?:\/\/[^/]+/, '');
  await visitor.submit(path, { select: 'form[method=post]:not(#logout_form)', fields: {} });
}

/** Its path. */
async function addProduct(visitor: Visitor): Promise<string> {
  const fields = {
    title: 'Brass Sextant',
    upc: 'NEW0001',
    'productcategory_set-0-category': '2',
    'stockrecords-0-partner': '1',
    'stockrecords-0-partner_sku': 'GB-NEW0001',
    'stockrecords-0-num_in_stock': '5',
    'stockrecords-0-price_currency': 'GBP',
    'stockrecords-0-price': '99.50',
  };
  const create = '/dashboard/catalogue/products/create/goods/';
  const { text } = await visitor.submit(create, { select: form, fields, submit: 'action' });
  const [path] = /\/catalogue\/brass-sextant_\d+\//.exec(text) ?? [];
  if (path === undefined) throw new Error(`the shop has not added it: ${text.slice(0, 500)}`);
  return path;
}
