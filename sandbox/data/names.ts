/** A list that is written as text, its entries parted by semicolons. */
function words(list: string): readonly string[] {
  return list.split(';').map((word) => word.trim());
}

/** Invented people, places and goods; any likeness is chance. Addresses of mail end in example.*. */
export const FIRST_NAMES = words(`
  Mira; Tomas; Aya; Zoë; Łukasz; Noor; Ines; Ægir; Björn; Chidi; Dalia; Eoin; Fatima; Gustav; Hana;
  Ivo; Jun; Kwame; Leilani; Máire; Niamh; Oskar; Priya; Quentin; Renée; Søren; Thuỷ; Ursula; Vít;
  Wanjiru; Xóchitl; Yusuf; 美咲; Дарья; Ana Sofía
`);

export const LAST_NAMES = words(`
  Okafor; Lindqvist; Fontaine; Ōe; Nowak; Haddad; Ibáñez; Þórsson; Berg; Adeyemi; Katz; O'Hara; Demir;
  Holm; Sato; Petrov; Mensah; Kealoha; Byrne; Wójcik; Rao; Dubois; Müller-Lüdenscheidt; Nguyễn; Novák;
  Otieno; Quispe; Yılmaz; van der Berg; Smith, Jr.
`);

/** `code | country | province | city | zip | currency` */
export const PLACES = `
  US | United States  | Oregon              | Portland       | 97214    | USD
  US | United States  | New York            | Albany         | 12203    | USD
  US | United States  | Illinois            | Evanston       | 60201    | USD
  US | United States  | Texas               | Austin         | 78704    | USD
  US | United States  | Hawaii              | Hilo           | 96720    | USD
  CA | Canada         | Québec              | Trois-Rivières | G9A 1B2  | CAD
  GB | United Kingdom | England             | Leeds          | LS1 4AP  | GBP
  SE | Sweden         | Stockholm           | Stockholm      | 111 43   | SEK
  DE | Germany        | Nordrhein-Westfalen | Köln           | 50667    | EUR
  JP | Japan          | 北海道              | 札幌市         | 060-0001 | JPY
`
  .trim()
  .split('\n')
  .map((line) => {
    const [code = '', country = '', province = '', city = '', zip = '', currency = ''] = line
      .split('|')
      .map((cell) => cell.trim());
    return { code, country, province, city, zip, currency };
  });
export type Place = (typeof PLACES)[number];

export const STREETS = words(`
  Alder Row; Kungsgatan; Quince Court; Straße der Äpfel; Harbor Lane; Rue du Port; Pine Street;
  Mill “Old” Road; Ferry Wharf; Kōen-dōri
`);

export const GOODS = words(`
  Night Ferry Espresso; Harbor Decaf; Pine Filter Box; Enamel Mug; Scoop; Café "Doble"; Sencha 煎茶;
  Salted Caramel – small; Roasters Club; Oat Bar 12×; Cold Brew Kit; Cocoa & Chilli
`);

export const VARIANTS = words('250 g; 500 g; 1 kg / Whole bean; 1 kg / Ground; Prepaid 3 months; Green');

/** Text that has broken line-based readers, CSV writers and terminals before. */
export const NOTES = [
  'Leave with the porter',
  'Ring twice, then "shout"',
  'First line\nSecond line\r\nThird line',
  'A tab\there and a back\\slash',
  'Separators \u2028 and \u2029 and \u0085 inside',
  'Gift for Zoë 🎁👩‍👩‍👧 – thanks!',
  '{"looks":"like JSON"}',
  'משלוח עד הדלת',
] as const;

export const REASONS = words('Too expensive; Too much product; Moving abroad; Other; Didn’t like it');

const slugs = new Map<string, string>();

/** A name as the local part of a mail address, or a title as a handle. */
export function slug(name: string): string {
  let made = slugs.get(name);
  if (made === undefined) {
    const plain = name.normalize('NFKD').replaceAll(/[^a-zA-Z]/g, '');
    made = plain === '' ? 'friend' : plain.toLowerCase();
    if (slugs.size < 1000) slugs.set(name, made);
  }
  return made;
}
