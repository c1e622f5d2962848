/** The pages that the web bench serves: what is on them and where, all a function of numbers, so that the truth needs no crawl. */
import { makeRandom } from '../random.ts';

/** The four fields of a page as every contestant has to report them: the truth. */
export interface WebItem {
  url: string;
  title: string;
  heading: string;
  author: string;
  /** ISO 8601 with a time zone; an attribute near the end of the page, so that nobody can stop early. */
  published: string;
}

/** Pages written once as files; every host serves all of them under its own name. */
export interface WebFiles {
  /** Distinct pages. */
  pages: number;
  /** Bytes of each page, unpacked. */
  sizes: number[];
}

/** A list of addresses: every host serves `perHost` pages. */
export interface AddressList {
  scheme: 'http' | 'https';
  hosts: number;
  perHost: number;
}

/** Pages that link to one another; what is followed from one of them are the others. */
export const pagesPerBlock = 200;

const words =
  'Ärger Übergang Crème Brûlée Garden Winter Notes “Quoted” Naïve Señal River & Sons Łódź Ørsted Größe Tōkyō Plain'.split(
    ' ',
  );
const authors = [
  'Zoë Müller',
  'José Ñandú',
  'Anna & Ben O’Neil',
  'Łukasz Żak',
  'Søren Ångström',
  'Ada Smith',
];

export const pagePath = (page: number) => `/p/${page}.html`;
export const hostName = (host: number) => `h${host}.web.test`;

/** Which of the distinct pages address `index` of a list is. */
export const pageOf = (index: number, files: Pick<WebFiles, 'pages'>) => index % files.pages;

/** Address `index` of a list: those of one host stand side by side. A host of many pages has each under several paths. */
export function addressAt(index: number, list: AddressList, files: Pick<WebFiles, 'pages'>): string {
  const host = Math.floor(index / list.perHost);
  const again = Math.floor((index % list.perHost) / files.pages);
  const folder = again === 0 ? '' : `/${again}`;
  return `${list.scheme}://${hostName(host)}${folder}${pagePath(pageOf(index, files))}`;
}

/** The first address of every host: links lead from it to the others of a block. */
export function firstAddresses(list: AddressList, files: Pick<WebFiles, 'pages'>): string[] {
  return Array.from({ length: list.hosts }, (_, host) => addressAt(host * list.perHost, list, files));
}

/** All addresses in an order that mixes the hosts, by seed, as a list of the real web would have them. */
export function shuffledAddresses(list: AddressList, files: Pick<WebFiles, 'pages'>): string[] {
  const random = makeRandom(list.hosts);
  const addresses = Array.from({ length: list.hosts * list.perHost }, (_, index) =>
    addressAt(index, list, files),
  );
  for (let index = addresses.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    const [a = '', b = ''] = [addresses[index], addresses[other]];
    addresses[index] = b;
    addresses[other] = a;
  }
  return addresses;
}

/** Which of the distinct pages an address names; NaN for one of another form. */
export const pageNumber = (address: string) => Number(/\/p\/(\d+)\.html$/.exec(address)?.[1]);

/** Bytes of the pages of all these addresses together, unpacked. */
export function bytesOf(addresses: string[], { sizes }: WebFiles): number {
  return addresses.reduce((sum, address) => sum + (sizes[pageNumber(address)] ?? 0), 0);
}

export function itemAt(page: number, url: string): WebItem {
  const word = (step: number) => words[(page * 7 + step * 5) % words.length];
  return {
    url,
    title: `${word(0)} ${word(1)} – No. ${page} | Web`,
    heading: `${word(2)} ${word(3)} ${word(4)}, No. ${page}`,
    author: authors[page % authors.length] ?? '',
    published: new Date(Date.UTC(2020, 0, 1) + page * 3_600_000).toISOString(),
  };
}
