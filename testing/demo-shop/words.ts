/** How a section of the shop writes its prices. */
export type Section = 'us' | 'uk' | 'de' | 'ch';

export interface Category {
  slug: string;
  name: string;
  /** First letters of its article numbers. */
  code: string;
  section: Section;
  brands: string[];
  nouns: string[];
}

export const categories: Category[] = [
  {
    slug: 'audio',
    name: 'Audio',
    code: 'AUD',
    section: 'us',
    brands: ['Northwave', 'Larkspur', 'Tonal & Sons'],
    nouns: ['Headphones', 'Bookshelf Speaker', 'Turntable', 'Radio'],
  },
  {
    slug: 'cameras',
    name: 'Cameras',
    code: 'CAM',
    section: 'us',
    brands: ['Iris', 'Halide', 'Obscura'],
    nouns: ['Compact Camera', 'Field Camera', 'Tripod', '50 mm Lens'],
  },
  {
    slug: 'kitchen',
    name: 'Küche',
    code: 'KUE',
    section: 'de',
    brands: ['Mühlbach', 'Grün & Söhne', 'Kessel'],
    nouns: ['Kaffeemühle', 'Wasserkocher', 'Küchenwaage', 'Gußpfanne'],
  },
  {
    slug: 'bicycles',
    name: 'Fahrräder',
    code: 'FAH',
    section: 'de',
    brands: ['Rückenwind', 'Elbe', 'Speiche'],
    nouns: ['Trekkingrad', 'Rennrad', 'Lastenrad', 'Fahrradhelm'],
  },
  {
    slug: 'books',
    name: 'Books',
    code: 'BOK',
    section: 'uk',
    brands: ['Foxglove Press', 'Harbour House', 'Quill'],
    nouns: ['Atlas of Small Islands', 'Book of Bread', 'Café Notes', 'Garden Year'],
  },
  {
    slug: 'garden',
    name: 'Garden',
    code: 'GAR',
    section: 'uk',
    brands: ['Thistle', 'Oakham', 'Fern'],
    nouns: ['Watering Can', 'Lawn Mower', 'Greenhouse', 'Secateurs'],
  },
  {
    slug: 'watches',
    name: 'Watches',
    code: 'WAT',
    section: 'ch',
    brands: ['Aiguille', 'Jura', 'Zenobia'],
    nouns: ['Diver', 'Chronograph', 'Field Watch', 'Pocket Watch'],
  },
  {
    slug: 'lamps',
    name: 'Lamps',
    code: 'LAM',
    section: 'us',
    brands: ['Lumen', 'Wick', 'Filament'],
    nouns: ['Desk Lamp', 'Floor Lamp', 'Lantern', 'Pendant'],
  },
];

export const colours = ['Black', 'White', 'Ocean blue', 'Forest green', 'Brick red', 'Sand'];
export const materials = ['aluminium', 'oak', 'steel', 'recycled plastic', 'linen', 'glass'];
export const countries = ['Portugal', 'Japan', 'Germany', 'Taiwan', 'Poland', 'Switzerland'];
export const benefits = [
  'light',
  'quiet',
  'sturdy',
  'repairable',
  'handsome',
  'thrifty',
  'unhurried',
  'exact',
];
export const uses = [
  'long evenings',
  'small flats',
  'bad weather',
  'daily use',
  'people who travel',
  'patient beginners',
];
