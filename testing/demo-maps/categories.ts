export interface Category {
  /** For machines. */
  type: string;
  label: string;
  german: string;
  /** Of all places, relative to the others' weights. */
  weight: number;
  /** How such a business may be called, after a surname or a street. */
  names: readonly string[];
  /** A chain's name. */
  chain?: string;
  /** A second category that some of them have. */
  also?: string;
  /** Food and drink: prices, menus, attributes. */
  serves?: true;
}

/** [type, label, German label, weight, names, chain, also]. Weights add up to 100 or so. */
const table: readonly [string, string, string, number, string, (string | undefined)?, string?][] = [
  ['coffee_shop', 'Coffee shop', 'Café', 8, 'Coffee,Espresso Bar,Roasters', 'Bean & Barrel', 'bakery'],
  ['restaurant', 'Restaurant', 'Restaurant', 11, 'Kitchen,Table,Grill', 'The Galley', 'bar'],
  ['bar', 'Bar', 'Bar', 5, 'Bar,Tavern,Taproom'],
  ['bakery', 'Bakery', 'Bäckerei', 3, 'Bakery,Bread & Rolls', 'Golden Crumb', 'coffee_shop'],
  ['fast_food_restaurant', 'Fast food restaurant', 'Schnellrestaurant', 3, 'Burgers,Chips', 'Quick Fin'],
  ['pizza_restaurant', 'Pizza restaurant', 'Pizzeria', 2.5, 'Pizza,Pizzeria', 'Slice of Sea', 'restaurant'],
  ['dentist', 'Dentist', 'Zahnarzt', 3, 'Dental Care,Dental Clinic,Family Dentistry', 'SmileWorks'],
  ['orthodontist', 'Orthodontist', 'Kieferorthopäde', 0.5, 'Orthodontics,Braces', undefined, 'dentist'],
  ['doctor', 'Doctor', 'Arzt', 3.5, 'Medical Practice,Surgery,Health Centre'],
  ['pharmacy', 'Pharmacy', 'Apotheke', 2.5, 'Pharmacy,Chemist', 'Compass Pharmacy'],
  ['physiotherapist', 'Physiotherapist', 'Physiotherapeut', 1.5, 'Physio,Physiotherapy'],
  ['veterinary_care', 'Veterinarian', 'Tierarzt', 1, 'Vets,Animal Clinic'],
  ['hospital', 'Hospital', 'Krankenhaus', 0.3, 'Hospital'],
  ['optician', 'Optician', 'Optiker', 1, 'Opticians,Eyewear', 'ClearSight'],
  ['hair_salon', 'Hair salon', 'Friseursalon', 5, 'Hair,Hairdressing,Salon', 'Cut & Current'],
  ['barber_shop', 'Barber shop', 'Barbershop', 2, 'Barbers', undefined, 'hair_salon'],
  ['beauty_salon', 'Beauty salon', 'Schönheitssalon', 3, 'Beauty,Nails & Beauty'],
  ['gym', 'Gym', 'Fitnessstudio', 1.5, 'Gym,Fitness', 'Tidal Fitness'],
  ['yoga_studio', 'Yoga studio', 'Yogastudio', 0.8, 'Yoga'],
  ['supermarket', 'Supermarket', 'Supermarkt', 2, 'Market,Supermarket', 'SeaFresh'],
  [
    'grocery_store',
    'Grocery store',
    'Lebensmittelgeschäft',
    2,
    'Grocers,Groceries',
    undefined,
    'supermarket',
  ],
  ['clothing_store', 'Clothing store', 'Bekleidungsgeschäft', 5, 'Clothing,Outfitters,Fashion', 'Mainsail'],
  ['shoe_store', 'Shoe store', 'Schuhgeschäft', 1.2, 'Shoes,Footwear'],
  ['book_store', 'Book store', 'Buchhandlung', 0.8, 'Books,Bookshop'],
  [
    'electronics_store',
    'Electronics store',
    'Elektronikfachgeschäft',
    1.5,
    'Electronics,Computers',
    'Voltage',
  ],
  ['hardware_store', 'Hardware store', 'Eisenwarengeschäft', 1, 'Hardware,Tools'],
  ['florist', 'Florist', 'Blumengeschäft', 1, 'Flowers,Florist'],
  ['jewelry_store', 'Jewelry store', 'Juwelier', 1, 'Jewellers,Gold & Silver'],
  ['hotel', 'Hotel', 'Hotel', 2, 'Hotel,Inn', 'Harbourlight', 'restaurant'],
  ['car_repair', 'Car repair', 'Autowerkstatt', 3, 'Garage,Motors,Auto Repair'],
  ['gas_station', 'Gas station', 'Tankstelle', 1, 'Fuel,Service Station', 'Petrel'],
  ['bank', 'Bank', 'Bank', 1.5, 'Bank', 'Bank of Saltmark'],
  ['lawyer', 'Lawyer', 'Rechtsanwalt', 2.5, 'Law,Legal,Solicitors'],
  ['accounting', 'Accountant', 'Steuerberater', 2, 'Accounting,Tax Advisers'],
  ['real_estate_agency', 'Real estate agency', 'Immobilienmakler', 2.5, 'Homes,Estates', 'Keystone Homes'],
  ['insurance_agency', 'Insurance agency', 'Versicherungsagentur', 1.5, 'Insurance', 'Anchor Mutual'],
  ['school', 'School', 'Schule', 1.5, 'School,Academy'],
  ['plumber', 'Plumber', 'Klempner', 1.5, 'Plumbing,Pipes & Heating'],
  ['electrician', 'Electrician', 'Elektriker', 1.5, 'Electrical,Wiring'],
  ['museum', 'Museum', 'Museum', 0.4, 'Museum,Gallery'],
];

const serving = new Set('coffee_shop restaurant bar bakery fast_food_restaurant pizza_restaurant'.split(' '));

export const categories: readonly Category[] = table.map(
  ([type, label, german, weight, names, chain, also]) => ({
    type,
    label,
    german,
    weight,
    names: names.split(','),
    ...(chain === undefined ? {} : { chain }),
    ...(also === undefined ? {} : { also }),
    ...(serving.has(type) ? { serves: true } : {}),
  }),
);

export const categoryOf = new Map(categories.map((category) => [category.type, category]));
export const surnames =
  'Abara,Bergström,Castellanos,Dimitriou,Eriksen,Fontaine,Gallagher,Hartmann,Ivanova,Jansen,Kovács,Lindqvist,Moreau,Nakamura,O’Brien,Papadakis,Quintero,Rossi,Sørensen,Takács,Ueda,Vasquez,Whitfield,Xenakis,Yılmaz,Zieliński,Ashworth,Bell,Crane,Drake,Ellery,Finch,Grey,Hale,Ives,Jolly,Keel,Lark,Marsh,Nash'.split(
    ',',
  );
export const streets =
  'Harbour Street,Lighthouse Lane,Anchor Road,Gull Walk,Tide Street,Mast Avenue,Rudder Row,Compass Square,Shell Street,Sandbar Lane,Chandler Street,Wharf Road,Spinnaker Street,Coral Way,Driftwood Avenue,Fathom Street,Halyard Lane,Kelp Street,Lagoon Road,Mariner Street'.split(
    ',',
  );
