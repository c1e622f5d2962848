import { compilePatterns } from '../patterns/url-patterns.ts';

/** Words of an address that ends a session, or changes something in the name of the account. */
const words = [
  ...['logout', 'logoff', 'signout', 'signoff', 'abmelden', 'deconnexion', 'cerrarsesion'],
  ...['delete', 'remove', 'destroy', 'purge', 'erase', 'revoke', 'deactivate', 'unsubscribe', 'cancel'],
  ...['buy', 'purchase', 'checkout', 'addtocart', 'addtobasket', 'placeorder', 'order/confirm', 'pay'],
  ...['vote', 'upvote', 'downvote', 'like', 'dislike', 'flag', 'report', 'follow', 'unfollow'],
];
const wordsTogether = new Set(words.map((word) => word.replace(/\W/g, '')));

/**
 * Whether a link may log out, delete, buy or vote: a segment of its path, a name of its query or a value of it is such a
 * word, however it is divided (`log-out`, `add_to_cart`, `LogOut`). `mayFollow`: patterns that the job names.
 */
export function makeDangerTest(mayFollow: string[] | undefined): (url: string) => boolean {
  const isNamed = mayFollow === undefined ? () => false : compilePatterns(mayFollow);
  return (address) => {
    const { pathname, searchParams } = new URL(address);
    const parts = [...pathname.split('/'), ...[...searchParams].flat()];
    return parts.some(isDangerous) && !isNamed(address);
  };
}

/** `logout`, `logout.php`, `user-logout`, `Special:UserLogout`: the whole part, or its last words. */
function isDangerous(part: string): boolean {
  const split = decode(part)
    .replace(/\.(php|aspx?|jsp|html?|do|cgi)$/i, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
  if (split.length === 0 || split.length > 4) return false;
  const [first = ''] = split;
  return (
    wordsTogether.has(split.join('')) ||
    wordsTogether.has(split.slice(-1).join('')) ||
    wordsTogether.has(split.slice(-2).join('')) ||
    wordsTogether.has(first)
  );
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
