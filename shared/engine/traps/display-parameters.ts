/** What a parameter does to a list of pages, besides showing it. */
export type DisplayKind = 'order' | 'facet';

interface DisplayParameters {
  kind: DisplayKind;
  /** In lower case; a name that ends in `*` stands for all that begin so. */
  names: string[];
  /** Values with which it does so. @default any */
  values?: RegExp;
  /** It sets how long a page of the list is: with a page number beside it, the number would mean another one without it. */
  setsLength?: true;
  /** Whose parameters they are. */
  of: string;
}

/**
 * Parameters that change how a list is shown, and not which pages it leads to in the end. Only names that stand for nothing
 * else: `filter`, `view` or `order` of other values may choose what is there.
 */
export const displayParameters: readonly DisplayParameters[] = [
  {
    kind: 'order',
    names: [
      'sort_by',
      'sortby',
      'sort-by',
      'sort',
      'sort_key',
      'sortfield',
      'sort_field',
      'sorttype',
      'sort_type',
    ],
    of: 'django-oscar, Shopify, BigCommerce, OpenCart, Drupal views',
  },
  {
    kind: 'order',
    names: [
      'sortorder',
      'sort_order',
      'sort-order',
      'sortdir',
      'sort_dir',
      'sortdirection',
      'sort_direction',
      'sorting[*',
    ],
    of: 'Drupal views, Sylius, ASP.NET grids',
  },
  {
    kind: 'order',
    names: ['orderby', 'order_by', 'order-by', 'orderway', 'order_dir', 'orderdir', 'order_direction'],
    of: 'WooCommerce, PrestaShop, Joomla',
  },
  {
    kind: 'order',
    names: ['product_list_order', 'product_list_dir', 'product_list_mode'],
    of: 'Magento 2 (Magento_Catalog, toolbar)',
  },
  // The number of an order is no order of a list.
  {
    kind: 'order',
    names: ['order'],
    values: /^[a-z][\w.:-]*$/i,
    of: 'OpenCart, PrestaShop, Shopware, XenForo',
  },
  {
    kind: 'order',
    names: ['dir', 'direction', 'ord', 'way'],
    values: /^(asc|desc|ascending|descending)$/i,
    of: 'Magento 1, XenForo',
  },
  {
    kind: 'order',
    names: ['view', 'mode', 'display', 'layout', 'style'],
    values: /^(grid|list|table|gallery|tiles?|thumbs?|thumbnails?|compact|rows?|cards?|blocks?)$/i,
    of: 'Magento 1, OpenCart, Shopify themes',
  },
  {
    kind: 'order',
    names: ['per_page', 'perpage', 'per-page', 'page_size', 'pagesize', 'items_per_page', 'itemsperpage'],
    setsLength: true,
    of: 'Drupal views, Rails (Kaminari, will_paginate)',
  },
  {
    kind: 'order',
    names: ['resultsperpage', 'results_per_page', 'product_list_limit'],
    setsLength: true,
    of: 'PrestaShop, Magento 2',
  },
  {
    kind: 'order',
    names: ['limit', 'show'],
    values: /^(\d{1,3}|all)$/i,
    setsLength: true,
    of: 'Magento 1, OpenCart',
  },
  // `C=N;O=D`: the parameter is all of it.
  { kind: 'order', names: ['c'], values: /^[NMSD](;O=[AD])?$/, of: 'Apache (mod_autoindex)' },
  {
    kind: 'order',
    names: ['print', 'printable', 'print_view'],
    values: /^(1|yes|true)$/i,
    of: 'print views',
  },
  { kind: 'order', names: ['replytocom'], values: /^\d+$/, of: 'WordPress (comment forms)' },
  {
    kind: 'order',
    names: ['share'],
    values:
      /^(facebook|twitter|x|linkedin|pinterest|reddit|tumblr|telegram|whatsapp|email|print|pocket|jetpack-\w+)$/i,
    of: 'WordPress (Jetpack)',
  },
  { kind: 'facet', names: ['selected_facets', 'selected_facet'], of: 'django-oscar (Haystack)' },
  {
    kind: 'facet',
    names: ['filter[*', 'filters[*', 'f[*', 'fq[*', 'facet[*', 'facets[*'],
    of: 'Drupal facets, JSON:API, Spree',
  },
  { kind: 'facet', names: ['filter.v.*', 'filter.p.*'], of: 'Shopify (storefront filtering)' },
  {
    kind: 'facet',
    names: ['filter_*', 'query_type_*', 'rating_filter'],
    of: 'WooCommerce (layered navigation)',
  },
  {
    kind: 'facet',
    names: ['refinementlist[*', 'refine', 'refinement', 'refinements', 'refine[*'],
    of: 'Algolia InstantSearch, Demandware',
  },
  { kind: 'facet', names: ['attribute[*', 'attributes[*', 'attr[*'], of: 'Sylius, nopCommerce' },
  {
    kind: 'facet',
    names: [
      'min_price',
      'max_price',
      'price_min',
      'price_max',
      'min-price',
      'max-price',
      'minprice',
      'maxprice',
    ],
    of: 'WooCommerce, Shopware',
  },
  {
    kind: 'facet',
    names: ['price_from', 'price_to', 'pricefrom', 'priceto', 'price_range', 'pricerange', 'price-range'],
    of: 'shops of their own',
  },
  { kind: 'facet', names: ['price'], values: /^\d*(\.\d+)?(-|%2D)\d*(\.\d+)?$/i, of: 'Magento' },
];

/** Parameters that say which page of a list is shown. */
const paging =
  /^(page|pages|p|pg|paged|pageno|page_no|page_num|pagenum|pagenumber|page_number|seite|offset|start|from|skip|first|cursor|after|before)$/i;

export function isPaging(name: string): boolean {
  return paging.test(name);
}
