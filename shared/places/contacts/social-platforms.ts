import { decodePercent } from './decode-percent.ts';

/** A platform whose profiles are read from links. */
export interface Platform {
  name: string;
  /** Where its profiles are, in canonical form. */
  home: string;
  /** Its hosts, without `www.` and the like, and without a country's or language's prefix. */
  hosts: readonly string[];
  /** What follows `home/` in the canonical form; `undefined` where the URL names no profile. */
  profile: (path: readonly string[], url: URL) => string | undefined;
}

export const platforms: readonly Platform[] = [
  {
    name: 'facebook',
    home: 'https://facebook.com',
    hosts: ['facebook.com', 'fb.com', 'fb.me'],
    profile: facebookProfile,
  },
  {
    name: 'instagram',
    home: 'https://instagram.com',
    hosts: ['instagram.com', 'instagr.am'],
    profile: ([first = '', second]) =>
      handle(/^(?:_u|stories)$/.test(first) ? second : first, /^[\w.]{2,30}$/),
  },
  {
    name: 'x',
    home: 'https://x.com',
    hosts: ['x.com', 'twitter.com'],
    // URLs before 2012 had the form `/#!/acme`.
    profile: ([first], { hash }) => handle(first ?? hash.replace(/^#!\//, ''), /^\w{2,15}$/),
  },
  {
    name: 'linkedin',
    home: 'https://linkedin.com',
    hosts: ['linkedin.com'],
    profile: ([first = '', second]) =>
      below(/^(?:company|in|school|showcase)$/i, first, second?.toLowerCase()),
  },
  {
    name: 'youtube',
    home: 'https://youtube.com',
    hosts: ['youtube.com', 'youtu.be'],
    profile: youtubeProfile,
  },
  {
    name: 'tiktok',
    home: 'https://tiktok.com',
    hosts: ['tiktok.com'],
    profile: ([first]) => atHandle(first),
  },
  {
    name: 'threads',
    home: 'https://threads.net',
    hosts: ['threads.net', 'threads.com'],
    profile: ([first]) => atHandle(first),
  },
  {
    name: 'pinterest',
    home: 'https://pinterest.com',
    hosts: ['pinterest.com'],
    profile: ([first]) => handle(first, /^\w{3,30}$/),
  },
  {
    name: 'whatsapp',
    home: 'https://wa.me',
    hosts: ['wa.me', 'whatsapp.com', 'api.whatsapp.com', 'web.whatsapp.com'],
    profile: whatsappProfile,
  },
  {
    name: 'telegram',
    home: 'https://t.me',
    hosts: ['t.me', 'telegram.me', 'telegram.dog'],
    profile: ([first, second]) => handle(first === 's' ? second : first, /^[a-z]\w{3,31}$/i),
  },
  {
    name: 'tripadvisor',
    home: 'https://tripadvisor.com',
    hosts: ['tripadvisor.com'],
    profile: ([first = '']) => (/^[A-Za-z]{1,30}_Review-g\d+-d\d+.{0,200}$/.test(first) ? first : undefined),
  },
  {
    name: 'yelp',
    home: 'https://yelp.com',
    hosts: ['yelp.com'],
    profile: ([first = '', second]) => below(/^biz$/, first, second),
  },
  {
    name: 'snapchat',
    home: 'https://snapchat.com',
    hosts: ['snapchat.com'],
    profile: ([first = '', second]) => below(/^add$/, first, handle(second, /^[\w.-]{3,15}$/)),
  },
  {
    name: 'vk',
    home: 'https://vk.com',
    hosts: ['vk.com', 'vk.ru'],
    profile: ([first]) => handle(first, /^[\w.]{3,40}$/),
  },
];

/** First path segments that are pages, buttons and dialogs of the platforms themselves, whichever it is. */
const ownPages = new Set(
  (
    'about about.php accounts add addstickers ads albums app away.php badges business c careers channel ' +
    'checkpoint company contact cookie cookies dialog developer developers directory direct discover ' +
    'download embed emoji events explore faq feed feeds flx following games gaming groups hashtag help ' +
    'home home.php i ideas in index.php info intent iv jobs join joinchat kids l.php legal live login ' +
    'login.php logout map marketplace media messages mobile music news notes notifications oauth oembed p ' +
    'pages people permalink.php photo photo.php photos pin playlist plugins policies policy policy.php ' +
    'posts premium press privacy proxy public r.php recover redirect reel reels register results s search ' +
    'settings setlanguage share share.php sharer sharer.php sharing shop shorts signin signup socks sports ' +
    'statuses stories story.php support terms tos tr trends tv upload user v video video.php videos wall ' +
    'watch web widgets widget.php work'
  ).split(' '),
);

/** Accounts in the examples of templates and site builders, and placeholders for an account's name. */
const nobodys = new Set(
  (
    'facebook instagram twitter linkedin youtube tiktok pinterest whatsapp telegram snapchat threads wix ' +
    'wixcom squarespace shopify wordpress wordpressdotcom webflow weebly godaddy jimdo elementor username ' +
    'yourusername yourpage yourprofile youraccount yourname your_username profile account example'
  ).split(' '),
);

/** Account names are case-insensitive, so they are returned in lower case. */
function handle(part: string | undefined, shape: RegExp): string | undefined {
  const name = part?.replace(/^@/, '').toLowerCase();
  if (name === undefined || !shape.test(name)) return undefined;
  return ownPages.has(name) || nobodys.has(name) ? undefined : name;
}

/** For platforms whose profiles are all at `@name`. */
function atHandle(part = ''): string | undefined {
  const name = part.startsWith('@') ? handle(part, /^[\w.]{2,30}$/) : undefined;
  return name === undefined ? undefined : `@${name}`;
}

function below(folder: RegExp, first: string, name: string | undefined): string | undefined {
  const isNamed = folder.test(first) && name !== undefined && name.length <= 150;
  return isNamed ? `${first.toLowerCase()}/${name}` : undefined;
}

function facebookProfile(path: readonly string[], url: URL): string | undefined {
  const [first = '', second, third, fourth] = path;
  if (first === 'profile.php') {
    const id = url.searchParams.get('id') ?? '';
    return /^\d{5,20}$/.test(id) ? `profile.php?id=${id}` : undefined;
  }
  if (first === 'pg') return handle(second, facebookName);
  if (first === 'p' || first === 'groups') return below(/./, first, second);
  // The form `/pages/category/Dentist/Acme-123`.
  if (first === 'pages' && second === 'category') return handle(fourth, facebookName);
  const isByNumber =
    /^(?:pages|people)$/.test(first) && second !== undefined && /^\d{5,20}$/.test(third ?? '');
  if (isByNumber) return below(/./, first, `${second}/${third}`);
  return handle(first, facebookName);
}

const facebookName = /^[\w.-]{2,80}$/;

/** The URL of a video does not name its owner. Channel ids are case-sensitive. */
function youtubeProfile([first = '', second = '']: readonly string[], { host }: URL): string | undefined {
  if (first.startsWith('@'))
    return /^@[\p{L}\p{N}_.%-]{2,100}$/u.test(first) ? first.toLowerCase() : undefined;
  if (first === 'channel') return /^UC[\w-]{10,30}$/.test(second) ? `channel/${second}` : undefined;
  if (first === 'c' || first === 'user') return below(/./, first, handle(second, /^[\w.%-]{2,100}$/));
  return host.endsWith('youtu.be') ? undefined : handle(first, /^[\w-]{3,60}$/);
}

function whatsappProfile([first = '', second = '']: readonly string[], url: URL): string | undefined {
  if (first === 'message') return below(/./, first, /^\w{5,40}$/.test(second) ? second : undefined);
  if (first === 'channel') return undefined;
  const number = url.searchParams.get('phone') ?? (first === 'c' ? second : first);
  const digits = decodePercent(number).replace(/[\s+().-]/g, '');
  return /^[1-9]\d{6,14}$/.test(digits) ? digits : undefined;
}
