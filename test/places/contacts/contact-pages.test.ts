import { describe, expect, it } from 'vitest';
import { contactPages } from '../../../shared/places/contacts/contact-pages.ts';

const home = new URL('https://www.acme.gr/');

function choose(...links: [href: string, label?: string][]): string[] {
  return contactPages(
    links.map(([href, label = '']) => ({ href, label })),
    home.href,
    home,
    home,
  );
}

describe('contactPages', () => {
  it('takes one of each kind, contact before legal notice before about', () => {
    const about: [string] = ['/about'];
    const legal: [string] = ['/impressum'];
    const contact: [string] = ['/contact'];
    const url = (path: string) => `https://www.acme.gr${path}`;
    expect(choose(about, legal, contact)).toEqual([url('/contact'), url('/impressum')]);
    expect(choose(about, contact)).toEqual([url('/contact'), url('/about')]);
    expect(choose(about, legal)).toEqual([url('/impressum'), url('/about')]);
    expect(choose(['/en/contact'], contact)).toEqual([url('/contact'), url('/en/contact')]);
    expect(choose(contact, ['/contact/x'], legal)).toEqual([url('/contact'), url('/impressum')]);
    expect(choose(contact)).toEqual([url('/contact')]);
    expect(choose()).toEqual([]);
  });

  it.each([
    ['/contact-us'],
    ['/Contact.aspx'],
    ['/index.php?page=kontakt'],
    ['/contacto'],
    ['/contatti/'],
    ['/nous-contacter'],
    ['/fale-conosco', 'Contato'],
    ['/yhteystiedot'],
    ['/iletişim'],
    ['/p/7', 'İLETİŞİM'],
    ['/p/7', 'Επικοινωνία'],
    ['/p/7', 'ΕΠΙΚΟΙΝΩΝΙΑ'],
    ['/%CE%B5%CF%80%CE%B9%CE%BA%CE%BF%CE%B9%CE%BD%CF%89%CE%BD%CE%AF%CE%B1'],
    ['/epikoinonia.html'],
    ['/p/7', 'Контакты'],
    ['/p/7', 'お問い合わせ'],
    ['/p/7', '联系我们'],
    ['/p/7', '문의하기'],
    ['/p/7', 'اتصل بنا'],
    ['/p/7', 'צור קשר'],
    ['/p/7', 'ติดต่อเรา'],
    ['/p/7', 'Liên hệ'],
    ['/p/7', 'Impressum & Datenschutz'],
    ['/mentions-legales'],
    ['/p/7', 'Über uns'],
    ['/p/7', 'Hakkımızda'],
    ['/p/7', 'О нас'],
    ['/quiénes-somos'],
    ['/chi-siamo'],
    ['http://acme.gr/contact'],
    ['/contact?utm=%ff'],
  ])('takes %s %s', (href, label = '') => {
    expect(choose([href, label])).toHaveLength(1);
  });

  it.each([
    ['another page', '/services', 'Services'],
    ['another site', 'https://agency.gr/contact', 'Contact'],
    ['another subdomain', 'https://shop.acme.gr/contact', 'Contact'],
    ['another port', 'https://www.acme.gr:8443/contact', 'Contact'],
    ['a place on the same page', '#contact', 'Contact'],
    ['the page itself', 'https://acme.gr#contact', 'Contact'],
    ['an e-mail', 'mailto:contact@acme.gr', 'Contact'],
    ['a script', 'javascript:contact()', 'Contact'],
    ['no URL', 'https://[contact', 'Contact'],
    ['a document', '/contact.pdf', 'Contact'],
    ['a picture', '/img/about.JPG', 'About'],
    ['a contact card', '/contact.vcf', 'Contact'],
    ['a script of Cloudflare', '/cdn-cgi/l/email-protection', 'Contact'],
    ['a feed', '/contact/feed/', ''],
    ['a URL with a name', 'https://contact@acme.gr/x', 'Contact'],
    ['contact lenses', '/contact-lenses', 'Contact lenses'],
    ['contact lenses in German', '/kontaktlinsen', 'Kontaktlinsen'],
    ['contact lenses in Spanish', '/lentes-de-contacto', 'Lentes de contacto'],
    ['a word in the middle of another', '/roundabout', ''],
    ['a teaser', '/blog/7', `Ten things ${'that you never knew '.repeat(6)} about us`],
  ])('leaves out %s', (_, href, label) => {
    expect(choose([href, label])).toEqual([]);
  });

  it('drops the fragment, and takes URLs that differ in scheme, www and a last slash for one', () => {
    expect(choose(['/contact#form'], ['http://acme.gr/contact/'])).toEqual(['https://www.acme.gr/contact']);
  });

  it('knows a page by any of the texts that link to it', () => {
    expect(choose(['/p7', ''], ['/p7', 'Kontakt'])).toEqual(['https://www.acme.gr/p7']);
  });

  it('resolves links by the base', () => {
    const base = 'https://www.acme.gr/el/';
    const pages = contactPages([{ href: 'contact', label: '' }], base, home, home);
    expect(pages).toEqual(['https://www.acme.gr/el/contact']);
  });
});
