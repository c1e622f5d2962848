/** Pages in the styles that small businesses' websites are made in, shortened to what matters. */

/** As Cloudflare writes an address: each byte XOR the first. */
export function hideEmail(address: string, key = 0x5a): string {
  return Buffer.from([key, ...Buffer.from(address).map((byte) => byte ^ key)]).toString('hex');
}

export const wordPress = `<!DOCTYPE html>
<html lang="en-US" prefix="og: https://ogp.me/ns#"><head><meta charset="UTF-8">
<title>Smile Studio &#8211; Dentist in Patras</title>
<link rel="canonical" href="https://smilestudio.gr/">
<meta property="og:url" content="https://smilestudio.gr/">
<meta property="article:publisher" content="https://www.facebook.com/smilestudio.patras/">
<meta name="twitter:site" content="@smilestudio_gr">
<script type="application/ld+json" class="yoast-schema-graph">{"@context":"https://schema.org","@graph":[
 {"@type":"WebSite","url":"https:\\/\\/smilestudio.gr\\/","publisher":{"@id":"#org"}},
 {"@type":"Person","name":"admin","sameAs":["https:\\/\\/smilestudio.gr"]},
 {"@type":["Dentist","Organization"],"@id":"#org","name":"Smile Studio","telephone":"+30 261 022 1234",
  "email":"Info@SmileStudio.gr","sameAs":["https:\\/\\/www.facebook.com\\/smilestudio.patras\\/","https:\\/\\/www.youtube.com\\/channel\\/UCabcdefghijklmnopqrstuv"]}]}</script>
<script>window._wpemojiSettings = {"source":{"concatemoji":"https://smilestudio.gr/x.js?ver=6.4"},"dsn":"https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/4501234567"};</script>
<style>.a{background:url(logo@2x.png)}</style></head>
<body class="home page-template"><header><a class="custom-logo-link" href="https://smilestudio.gr/">
<img src="logo@2x.png" srcset="logo@2x.png 2x" alt="logo@2x.png"></a>
<nav><ul><li><a href="/#top">Home</a></li><li><a href="https://smilestudio.gr/about-us/">About us</a></li>
<li><a href="https://smilestudio.gr/services/">Services</a></li><li><a href="https://smilestudio.gr/contact/">Contact</a></li></ul></nav>
<a href="https://www.facebook.com/smilestudio.patras/?ref=page_internal" target="_blank"><i class="fa"></i></a>
<a href="https://www.instagram.com/SmileStudio.Patras/?igshid=abc">Instagram</a></header>
<main><p>Call us <a href="tel:+302610221234">261 022 1234</a> or write to
<a href="/cdn-cgi/l/email-protection#${hideEmail('info@smilestudio.gr')}"><span class="__cf_email__" data-cfemail="${hideEmail('info@smilestudio.gr', 0x11)}">[email&#160;protected]</span></a></p>
<div class="share"><a href="https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fsmilestudio.gr">Share</a>
<a href="https://twitter.com/intent/tweet?text=hi&url=x">Tweet</a><a href="mailto:?subject=Look&body=https://smilestudio.gr">Mail</a></div></main>
<footer><p>Mobile: 697 123 4561 &middot; Fax: 261 022 9999</p>
<p>&copy; 2019-2024 &middot; Site by <a href="https://webagency.gr">Web Agency</a></p></footer></body></html>`;

export const wix = `<!DOCTYPE html><html lang="de"><head>
<script type="application/json" id="wix-essential-viewer-model">{"sentry":"605a7baede844d278b89dc95ae0a9123@sentry-next.wixpress.com","ids":[1234567890123]}</script>
<meta property="og:site_name" content="Cafe Anton"/></head><body><div id="SITE_CONTAINER"><div id="comp-1">
<p class="font_8"><span style="font-size:15px"><span class="wixui-rich-text__text">Caf&eacute; Anton<br>Lindenstra&szlig;e 5, 10969 Berlin</span></span></p>
<p class="font_8"><span>Tel: 030 / 252 93 40<br/>Mobil: +49 (0)171 2345670</span></p>
<p class="font_8"><span><object height="0"><a class="auto-generated-link" data-auto-recognition="true" href="mailto:cafe.anton@gmail.com">cafe.anton@gmail.com</a></object></span></p>
<p>Ge&ouml;ffnet 09.00 - 17.30, Preise ab 1.234.567 &euro;</p></div>
<ul aria-label="Social Bar"><li><a href="https://www.facebook.com/wix" target="_blank" aria-label="Facebook"><img></a></li>
<li><a href="https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.instagram.com%2Fcafe_anton%2F&h=AT0" aria-label="Instagram"><img></a></li></ul>
<a href="https://www.cafeanton.de/kontakt-1">Kontakt</a><a href="https://www.cafeanton.de/impressum">Impressum</a>
<a href="https://www.cafeanton.de/speisekarte-kontakt.pdf">Kontakt als PDF</a></div></body></html>`;

export const handWritten = `<HTML><HEAD><TITLE>Joe's Garage</TITLE><BASE HREF="http://www.joesgarage.com/pages/"></HEAD>
<BODY BGCOLOR=#FFFFFF><CENTER><FONT SIZE=5>Joe's Garage<BR>since 1987</FONT>
<P>12 Main Street<BR>Phone (555) 867-5309<BR>e-mail: joe (at) joesgarage (dot) com
<P><A HREF=mailto:joe@joesgarage.com?subject=Hello%20Joe>Write to Joe</A>
<A HREF="contact.htm">how to find us</A> <A HREF="prices.htm">Prices</A>
<A HREF="http://twitter.com/#!/joesgarage">twitter
<TABLE><TR><TD>Order no.<TD>123456789<TR><TD>Open<TD>08/05/2024<TD>192.168.100.100</TABLE>
<P>Copyright 1998 2001 2004 by Joe & Sons <unfinished`;

export const greek = `<!doctype html><html lang="el"><head><title>Ταβέρνα ο Γιάννης</title></head><body>
<ul class="menu"><li><a href="/">Αρχική</a></li><li><a href="/el/menu">Μενού</a></li>
<li><a href="/el/σχετικά-με-εμάς">Ποιοι είμαστε</a></li><li><a href="/el/epik">ΕΠΙΚΟΙΝΩΝΊΑ</a></li></ul>
<table><tr><td>Τηλέφωνο</td><td>2610 271234</td></tr><tr><td>Κινητό</td><td>6971234569</td></tr>
<tr><td>Φαξ</td><td>2610 279999</td></tr><tr><td>ΑΦΜ</td><td>094123456</td></tr>
<tr><td>Τ.Κ.</td><td>26221</td></tr><tr><td>Ηλ. ταχυδρομείο</td><td>taverna-giannis@otenet.gr</td></tr></table>
<p>Κρατήσεις και στο <a href="https://wa.me/306971234569?text=%CE%93%CE%B5%CE%B9%CE%B1">WhatsApp</a>,
<a href="https://www.tripadvisor.com.gr/Restaurant_Review-g189488-d1234567-Reviews-Taverna_Giannis-Patras.html?m=1">TripAdvisor</a></p>
<p>Κατασκευή ιστοσελίδας: studio@pixelhouse.gr</p></body></html>`;

export const impressum = `<!DOCTYPE html><html lang="de"><body><h1>Impressum</h1><p>Angaben gem&auml;&szlig; &sect; 5 TMG</p>
<p>M&uuml;ller &amp; Sohn GmbH<br>Hauptstr. 12<br>80331 M&uuml;nchen</p>
<p>Telefon: +49 (0) 89 / 12 34 56-0<br>Telefax: +49 (0) 89 / 12 34 56-99<br>E-Mail: info[at]mueller-sohn[dot]de</p>
<p>Registergericht: Amtsgericht M&uuml;nchen<br>Registernummer: HRB 123456<br>
Umsatzsteuer-Identifikationsnummer: DE 123 456 788<br>Steuernummer: 143/123/45671<br>
IBAN: DE89 3704 0044 0532 0130 00<br>Stand: 01.04.2024</p>
<p>Datenschutzbeauftragter: dsb@datenschutz-agentur.de</p>
<p><a href="https://de.linkedin.com/company/Mueller-Sohn/?trk=x">LinkedIn</a></p></body></html>`;
