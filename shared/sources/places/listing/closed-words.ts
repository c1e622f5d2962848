/** What the site writes of a place that is closed for good, and of one that is closed for a while. */
interface ClosedWords {
  permanently: readonly string[];
  temporarily: readonly string[];
}

/**
 * By language (BCP 47), in lower case; several where wordings differ by country or have changed. Only words that are
 * certain: what is not here has no known meaning, and is reported.
 */
export const closedWords: Readonly<Record<string, ClosedWords>> = {
  af: { permanently: ['permanent gesluit'], temporarily: ['tydelik gesluit'] },
  ar: {
    permanently: ['مغلق نهائيًا', 'مغلق نهائياً', 'مغلق بشكل دائم'],
    temporarily: ['مغلق مؤقتًا', 'مغلق مؤقتاً'],
  },
  bg: {
    permanently: ['окончателно затворено', 'затворено за постоянно'],
    temporarily: ['временно затворено'],
  },
  ca: {
    permanently: ['tancat permanentment', 'tancat definitivament'],
    temporarily: ['tancat temporalment'],
  },
  cs: { permanently: ['trvale zavřeno'], temporarily: ['dočasně zavřeno'] },
  da: { permanently: ['lukket permanent', 'permanent lukket'], temporarily: ['midlertidigt lukket'] },
  de: {
    permanently: ['dauerhaft geschlossen', 'endgültig geschlossen'],
    temporarily: ['vorübergehend geschlossen'],
  },
  el: { permanently: ['μόνιμα κλειστό', 'έκλεισε οριστικά'], temporarily: ['προσωρινά κλειστό'] },
  en: { permanently: ['permanently closed'], temporarily: ['temporarily closed'] },
  es: {
    permanently: ['cerrado permanentemente', 'cerrado definitivamente'],
    temporarily: ['cerrado temporalmente'],
  },
  et: { permanently: ['jäädavalt suletud', 'lõplikult suletud'], temporarily: ['ajutiselt suletud'] },
  eu: { permanently: ['behin betiko itxita'], temporarily: ['aldi baterako itxita'] },
  fa: { permanently: ['برای همیشه بسته شده', 'برای همیشه تعطیل است'], temporarily: ['موقتاً بسته است'] },
  fi: {
    permanently: ['pysyvästi suljettu'],
    temporarily: ['tilapäisesti suljettu', 'väliaikaisesti suljettu'],
  },
  fil: {
    permanently: ['permanenteng sarado', 'permanente nang sarado'],
    temporarily: ['pansamantalang sarado'],
  },
  fr: {
    permanently: ['définitivement fermé', 'fermé définitivement', 'fermé de façon permanente'],
    temporarily: ['temporairement fermé', 'fermé temporairement', 'provisoirement fermé'],
  },
  gl: { permanently: ['pechado permanentemente'], temporarily: ['pechado temporalmente'] },
  he: { permanently: ['סגור לצמיתות', 'נסגר לצמיתות'], temporarily: ['סגור זמנית', 'סגור באופן זמני'] },
  hi: {
    permanently: ['स्थायी रूप से बंद', 'हमेशा के लिए बंद'],
    temporarily: ['अस्थायी रूप से बंद', 'कुछ समय के लिए बंद'],
  },
  hr: { permanently: ['trajno zatvoreno'], temporarily: ['privremeno zatvoreno'] },
  hu: {
    permanently: ['véglegesen bezárt', 'tartósan bezárt'],
    temporarily: ['átmenetileg zárva', 'ideiglenesen zárva'],
  },
  id: { permanently: ['tutup permanen'], temporarily: ['tutup sementara'] },
  is: { permanently: ['lokað til frambúðar', 'hefur verið lokað'], temporarily: ['lokað tímabundið'] },
  it: {
    permanently: ['chiuso definitivamente'],
    temporarily: ['chiuso temporaneamente', 'temporaneamente chiuso'],
  },
  ja: { permanently: ['閉業', '閉店'], temporarily: ['臨時休業', '一時休業'] },
  ko: { permanently: ['폐업함', '폐업', '영구 휴업'], temporarily: ['임시 휴업', '임시휴업'] },
  lt: { permanently: ['visam laikui uždaryta', 'uždaryta visam laikui'], temporarily: ['laikinai uždaryta'] },
  lv: {
    permanently: ['pavisam slēgts', 'neatgriezeniski slēgts'],
    temporarily: ['īslaicīgi slēgts', 'uz laiku slēgts'],
  },
  ms: {
    permanently: ['ditutup secara kekal', 'tutup selama-lamanya'],
    temporarily: ['ditutup buat sementara waktu'],
  },
  nl: { permanently: ['permanent gesloten', 'definitief gesloten'], temporarily: ['tijdelijk gesloten'] },
  no: { permanently: ['stengt permanent', 'permanent stengt'], temporarily: ['midlertidig stengt'] },
  pl: { permanently: ['zamknięte na stałe'], temporarily: ['tymczasowo zamknięte', 'zamknięte tymczasowo'] },
  pt: {
    permanently: ['permanentemente fechado', 'fechado permanentemente', 'encerrado permanentemente'],
    temporarily: [
      'temporariamente fechado',
      'fechado temporariamente',
      'encerrado temporariamente',
      'temporariamente encerrado',
    ],
  },
  ro: { permanently: ['închis definitiv', 'închis permanent'], temporarily: ['închis temporar'] },
  ru: { permanently: ['закрыто навсегда', 'больше не работает'], temporarily: ['временно закрыто'] },
  sk: { permanently: ['natrvalo zatvorené', 'trvalo zatvorené'], temporarily: ['dočasne zatvorené'] },
  sl: { permanently: ['trajno zaprto'], temporarily: ['začasno zaprto'] },
  sr: {
    permanently: ['трајно затворено', 'trajno zatvoreno'],
    temporarily: ['привремено затворено', 'privremeno zatvoreno'],
  },
  sv: {
    permanently: ['permanent stängt', 'stängt permanent', 'har stängt permanent'],
    temporarily: ['tillfälligt stängt'],
  },
  sw: { permanently: ['imefungwa kabisa'], temporarily: ['imefungwa kwa muda'] },
  th: { permanently: ['ปิดถาวร'], temporarily: ['ปิดชั่วคราว'] },
  tr: {
    permanently: ['kalıcı olarak kapandı', 'kalıcı olarak kapalı'],
    temporarily: ['geçici olarak kapalı', 'geçici olarak kapandı'],
  },
  uk: {
    permanently: ['закрито назавжди', 'зачинено назавжди'],
    temporarily: ['тимчасово закрито', 'тимчасово зачинено'],
  },
  vi: {
    permanently: ['đã đóng cửa vĩnh viễn', 'đóng cửa vĩnh viễn'],
    temporarily: ['tạm thời đóng cửa', 'đóng cửa tạm thời'],
  },
  'zh-CN': { permanently: ['永久停业', '已永久停业', '永久关闭'], temporarily: ['暂停营业', '暂时关闭'] },
  'zh-TW': { permanently: ['永久停業', '永久歇業'], temporarily: ['暫停營業', '暫時關閉'] },
};
