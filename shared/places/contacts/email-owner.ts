/**
 * Whether the address is likely the business's own: at one of its hosts, at a domain above or below it, or at a mailbox
 * provider. `hosts` are bare host names, in ASCII as the URL standard writes them.
 */
export function isOwnEmail(email: string, hosts: readonly string[]): boolean {
  return isOnHost(email, hosts) || isConsumerMailbox(email);
}

/** Whether the domain of an address is that of a host, above the host's (`acme.com` of `shop.acme.com`) or below it. */
export function isOnHost(email: string, hosts: readonly string[]): boolean {
  const domain = asciiDomain(email);
  return hosts.some((host) => domain === host || host.endsWith(`.${domain}`) || domain.endsWith(`.${host}`));
}

function isConsumerMailbox(email: string): boolean {
  const domain = asciiDomain(email);
  return mailboxes.has(domain) || international.test(domain);
}

function asciiDomain(email: string): string {
  const domain = email.slice(email.lastIndexOf('@') + 1);
  return URL.parse(`http://${domain}`)?.hostname ?? domain;
}

/** Mailbox providers with domains in many countries. */
const international =
  /^(?:yahoo|ymail|hotmail|outlook|live|msn|gmx|googlemail)\.(?:[a-z]{2,3}|com?\.[a-z]{2})$/;

/** Mailbox providers that private persons and small firms use, by country. */
const mailboxes = new Set(
  (
    'gmail.com icloud.com me.com mac.com aol.com aim.com mail.com proton.me protonmail.com protonmail.ch ' +
    'pm.me tutanota.com tuta.io zoho.com fastmail.com fastmail.fm hushmail.com rocketmail.com ' +
    'windowslive.com inbox.com gmx.net gmx.co.uk hey.com ' +
    // Germany, Austria, Switzerland
    'web.de t-online.de freenet.de arcor.de online.de posteo.de mailbox.org email.de kabelmail.de ' +
    'vodafone.de vodafonemail.de unitybox.de ewetel.net aon.at chello.at utanet.at bluewin.ch sunrise.ch ' +
    // Greece, Cyprus
    'otenet.gr hol.gr forthnet.gr in.gr freemail.gr mail.gr pathfinder.gr vivodinet.gr acn.gr ' +
    'cytanet.com.cy primehome.com cablenet.com.cy ' +
    // France, Belgium, Netherlands, Luxembourg
    'orange.fr wanadoo.fr free.fr sfr.fr neuf.fr laposte.net bbox.fr numericable.fr club-internet.fr ' +
    'skynet.be telenet.be proximus.be scarlet.be ziggo.nl kpnmail.nl planet.nl home.nl xs4all.nl hetnet.nl ' +
    'upcmail.nl casema.nl pt.lu ' +
    // Italy, Spain, Portugal, Malta
    'libero.it virgilio.it tiscali.it alice.it tin.it tim.it fastwebnet.it inwind.it iol.it poste.it ' +
    'pec.it legalmail.it arubapec.it telefonica.net terra.es ono.com sapo.pt iol.pt clix.pt netcabo.pt ' +
    'onvol.net ' +
    // United Kingdom, Ireland
    'btinternet.com btconnect.com btopenworld.com sky.com talktalk.net virginmedia.com ntlworld.com ' +
    'blueyonder.co.uk tiscali.co.uk plus.com eircom.net ' +
    // The north
    'telia.com bredband.net comhem.se spray.se online.no mail.dk ofir.dk stofanet.dk kolumbus.fi ' +
    'elisanet.fi saunalahti.fi luukku.com simnet.is ' +
    // Poland, Czechia, Slovakia, Hungary, Romania, Bulgaria, the Balkans, the Baltics
    'wp.pl o2.pl onet.pl onet.eu interia.pl op.pl poczta.fm poczta.onet.pl gazeta.pl vp.pl tlen.pl ' +
    'seznam.cz centrum.cz email.cz post.cz volny.cz atlas.cz azet.sk centrum.sk zoznam.sk post.sk ' +
    'freemail.hu citromail.hu t-online.hu indamail.hu abv.bg mail.bg dir.bg siol.net t-2.net inet.hr ' +
    'net.hr t-com.me eunet.rs inbox.lv ' +
    // Russia, Ukraine, Turkey, Israel
    'mail.ru yandex.ru yandex.com ya.ru bk.ru list.ru inbox.ru rambler.ru ukr.net i.ua meta.ua mynet.com ' +
    'superonline.com walla.co.il walla.com netvision.net.il bezeqint.net 012.net.il ' +
    // Americas
    'comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net ' +
    'optonline.net frontier.com juno.com rogers.com shaw.ca sympatico.ca bell.net telus.net videotron.ca ' +
    'uol.com.br bol.com.br terra.com.br ig.com.br globo.com prodigy.net.mx fibertel.com.ar ' +
    // Asia, Oceania, Africa
    'qq.com 163.com 126.com sina.com foxmail.com yeah.net aliyun.com naver.com hanmail.net daum.net ' +
    'nate.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp nifty.com rediffmail.com bigpond.com bigpond.net.au ' +
    'optusnet.com.au iinet.net.au xtra.co.nz mweb.co.za telkomsa.net vodamail.co.za'
  ).split(' '),
);
