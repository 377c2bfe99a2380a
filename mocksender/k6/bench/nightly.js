// A nightly event as hookrig makes it of the profile full, in JavaScript: what varies there varies here as often, values fit each
// other, sums add up, and it has the same size and spelling. It is of the event's number and the seed alone, so that a run can be
// repeated and instances never send the same. k6's own randomSeed and Math.random are the cheapest way to that: a generator of
// numbers that is written in JavaScript costs five times as much, and a library of made-up names more.
import { randomSeed } from 'k6';

const seed = Number(__ENV.HOOKRIG_SEED || 1);
const secret = __ENV.HOOKRIG_SECRET;

const split = (text) => text.split(' ');
const firsts = split('Amparo Bram Carys Dominique Esi Fintan Gretchen Hollis Imani Josephine Kaia Lennox Marguerite Nils Odile Petra Quentin Rosalind Soren Talia');
const lasts = split('Rhodes Farrow Whitlock Lindqvist Okafor Marshall Tanaka Novakova Pereira Quillfeather Renn Sandoval Tran Underhill Voss Winterbourne');
const names = split('Glimmerford Alderwick Birchmoor Copperfen Driftmoor Emberton Fairwater Granitebay Ironbeck Juniperhill Larkspur');
const trades = split('Electric Logistics Bakery Software Dental Garden Plumbing Kitchen Marine Textile Fitness Packaging Bicycle');
const forms = split('Works Services Ltd LLC Group Partners Holdings');
const roads = split('Prairie Rapid Tunnel Harbor Mill Summit Creek Spring Foundry Village Canal Orchard');
const endings = split('Street Road Avenue Lane Drive Way Mouth Bury Port');
const trade = [
  'care products', 'cookware', 'audio equipment', 'video equipment', 'cosmetics', 'dining furniture', 'fitness equipment', 'pet food',
  'cables and connectors', 'cameras and photography', 'outdoor furniture', 'sneakers and athletic shoes', 'home automation', 'lighting',
  'bedding and linens', 'art supplies', 'coffee and tea products', 'clothing', 'storage and organization', 'party supplies', 'utensils',
  'home security systems', 'window treatments', 'musical instruments', 'automotive parts', 'camping gear', 'household essentials',
  'luggage and travel accessories', 'toys and games', 'books', 'gardening supplies', 'office accessories', 'health and wellness',
];
const titles = ['Veterinarian', 'Cook', 'Occupational Therapist', 'Dentist', 'Contractor', 'Systems Analyst', 'Upholsterer', 'Handyman'];
const suffixes = split('Jr. Sr. III');
const tags = split('wholesale trial priority annual partner');
const nations = { US: 'United States', CA: 'Canada', GB: 'United Kingdom', AU: 'Australia', DE: 'Germany' };
const places = [
  ['Des Moines', 'IA', '503', 'US'], ['Buffalo', 'NY', '142', 'US'], ['Dallas', 'TX', '752', 'US'], ['Boise', 'ID', '837', 'US'],
  ['Tulsa', 'OK', '741', 'US'], ['Fargo', 'ND', '581', 'US'], ['Houston', 'TX', '770', 'US'], ['Madison', 'WI', '537', 'US'],
  ['Winnipeg', 'MB', 'R3C 7', 'CA'], ['Edinburgh', 'Scotland', 'EH1 ', 'GB'], ['Brisbane', 'QLD', '40', 'AU'], ['Hamburg', 'HH', '200', 'DE'],
];
const others = [
  ['27 Harbor Street', null, 'Portland', 'ME', '04101', 'US'], ['48 King Street', null, 'Halifax', 'NS', 'B3J 1S9', 'CA'],
  ['915 Cannery Row', 'Unit 12', 'Salem', 'OR', '97301', 'US'], ['310 Mill Avenue', 'Rear', 'Tempe', 'AZ', '85281', 'US'],
  ['602 Mesa Drive', null, 'Boulder', 'CO', '80302', 'US'], ['5 Quay Lane', null, 'Bristol', 'England', 'BS1 4RB', 'GB'],
  ['77 Prairie Way', null, 'Regina', 'SK', 'S4P 3Y2', 'CA'], ['1180 Foundry Road', 'Dock 4', 'Columbus', 'OH', '43215', 'US'],
];
const nowhere = [null, null, null, null, null, null];
const currencies = [...Array(14).fill([1, 'USD', '$']), [2, 'EUR', '€'], [2, 'EUR', '€'], [3, 'GBP', '£']];
const admins = [[3, 'Odile Farrow', 'odile.farrow@billing.test'], [2, 'Tobias Renn', 'tobias.renn@billing.test'], [1, 'Mara Whitlock', 'mara.whitlock@billing.test']];
const terms = [[2, 'Net 30', 30], [3, 'Due on Receipt', 0]];
const classes = [...Array(5).fill([null, '']), ...Array(3).fill([0, '']), [4, 'Retail']];
const networks = split('192.0.2. 198.51.100. 203.0.113.');
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

const between = (low, high) => low + Math.floor(Math.random() * (high - low + 1));
const pick = (list) => list[Math.floor(Math.random() * list.length)];
const chance = (share) => Math.random() < share;
const money = (n) => Math.round(100 * n) / 100;
const amount = (low, high) => (chance(0.5) ? between(low, high) : between(100 * low, 100 * high) / 100);
const phone = () => `${between(200, 989)}-555-01${between(10, 99)}`;
const address = () => `${pick(networks)}${between(1, 254)}`;
const block = (a) => `${a[0]}\n${a[1] ? `${a[1]}\n` : ''}${a[2]}, ${a[3]} ${a[4]}\n${nations[a[5]]}`;
const written = (time) => new Date(time).toISOString().slice(0, 19).replace('T', ' ');
const year = 365 * 24 * 3600 * 1000;
const end = Date.parse('2026-01-15T03:00:00Z');
function random(size) {
  let text = '';
  for (let i = 0; i < size; i++) {
    text += pick(letters);
  }
  return text;
}

// params has the headers of hookrig's events.
export const params = {
  headers: { 'User-Agent': 'hookrig', 'X-ChargeOver-Source': 'example.chargeover.com', 'X-ChargeOver-Key': secret, 'Content-Type': 'application/json' },
};

// body is the event's text; the provider writes \/ for /.
export const body = (n) => JSON.stringify(nightly(n)).replaceAll('/', '\\/');

export function nightly(n) {
  randomSeed(1000003 * seed + n);
  const customer = 1001 + n;
  const user = 2001 + n;
  const token = random(12);
  const userToken = random(12);
  const first = pick(firsts);
  const last = pick(lasts);
  const name = `${first} ${last}`;
  const title = pick(titles);
  const tel = phone();
  const company = `${pick(names)} ${pick(trades)} ${pick(forms)}`;
  const username = `${first}.${last}.${user}`.toLowerCase();
  const email = `${username}@${company.toLowerCase().replace(/\W+/g, '-')}.example.com`;
  const [city, state, area, country] = pick(places);
  const bill = [`${between(1, 999)} ${pick(roads)} ${pick(endings)}`, pick([null, '', `Suite ${between(100, 899)}`]), city, state, area + between(10, 99), country];
  const ship = chance(0.35) ? pick(others) : nowhere;
  const joined = end - between(1, 2 * year);
  const since = end - between(1, 2 * year);
  const [currency, iso, symbol] = pick(currencies);
  const [admin, adminName, adminEmail] = pick(admins);
  const [term, termName, days] = pick(terms);
  const [group, groupName] = pick(classes);
  const card = chance(0.82);
  const mrr = amount(10, 600);
  const total = amount(10, 9000);
  const paid = Number.isInteger(total) ? between(0, total) : money(total * Math.random());
  const data = {
    customer: {
      customer_id: customer,
      parent_customer_id: between(1, 1000),
      token: token,
      superuser_id: user,
      external_key: `C-${customer}`,
      display_as: company,
      company: company,
      language_id: 1,
      currency_id: currency,
      currency_iso4217: iso,
      currency_symbol: symbol,
      class_id: group,
      admin_id: admin,
      campaign_id: chance(0.32) ? 0 : null,
      campaign_details: '',
      superuser_username: username,
      superuser_email: email,
      superuser_name: name,
      superuser_first_name: first,
      superuser_last_name: last,
      superuser_phone: tel,
      superuser_token: userToken,
      superuser_title: title,
      bill_addr1: bill[0],
      bill_addr2: bill[1],
      bill_addr3: chance(0.5) ? '' : null,
      bill_city: bill[2],
      bill_state: bill[3],
      bill_postcode: bill[4],
      bill_country: bill[5],
      bill_block: block(bill),
      ship_addr1: ship[0],
      ship_addr2: ship[1],
      ship_addr3: null,
      ship_city: ship[2],
      ship_state: ship[3],
      ship_postcode: ship[4],
      ship_country: ship[5],
      ship_block: ship === nowhere ? '' : block(ship),
      custom_1: pick(trade),
      custom_2: pick(trade),
      custom_3: pick(trade),
      custom_4: pick(trade),
      custom_5: pick(trade),
      custom_6: pick(trade),
      custom_7: pick(trade),
      custom_8: pick(trade),
      custom_9: pick(trade),
      custom_10: pick(trade),
      custom_11: pick(trade),
      custom_12: pick(trade),
      custom_13: pick(trade),
      custom_14: pick(trade),
      custom_15: pick(trade),
      custom_16: pick(trade),
      custom_17: pick(trade),
      custom_18: pick(trade),
      custom_19: pick(trade),
      custom_20: pick(trade),
      write_datetime: written(joined),
      write_ipaddr: address(),
      mod_datetime: written(between(joined, end)),
      mod_ipaddr: address(),
      brand_id: 1,
      class_name: groupName,
      terms_id: term,
      terms_name: termName,
      terms_days: days,
      url_statementlink: `https://example.chargeover.com/r/statement/i/${token}`,
      url_paymethodlink: `https://example.chargeover.com/r/paymethod/i/${token}`,
      url_self: `https://example.chargeover.com/admin/r/customer/view/${customer}`,
      admin_name: adminName,
      admin_email: adminEmail,
      customer_status_id: 1,
      customer_status_name: 'Current',
      customer_status_str: 'active-current',
      customer_status_state: 'a',
      default_paymethod: card ? 'crd' : 'ach',
      default_creditcard_id: card ? between(1, 9000) : null,
      default_ach_id: card ? null : between(1, 9000),
      no_taxes: chance(0.1),
      no_dunning: chance(0.1),
      no_latefees: chance(0.1),
      no_procfees: chance(0.1),
      invoice_delivery: chance(0.9) ? 'email' : 'print',
      dunning_delivery: chance(0.9) ? 'email' : 'print',
      tax_ident: String(between(100000000, 999999999)),
      total: total,
      balance: money(total - paid),
      paid: paid,
      mrr: mrr,
      arr: money(12 * mrr),
      tags: [pick(tags), pick(tags)],
      bill_notes: null,
      ship_notes: null,
      custtype_id: null,
    },
    user: {
      user_id: user,
      external_key: `U-${user}`,
      token: userToken,
      username: username,
      password: '',
      name: name,
      first_name: first,
      middle_name_glob: pick(firsts),
      last_name: last,
      name_suffix: pick(suffixes),
      display_as: name,
      title: title,
      email: email,
      phone: tel,
      mobile: phone(),
      user_type_id: 1,
      user_type_name: 'Billing',
      customer_id: customer,
      custom_1: pick(trade),
      custom_2: pick(trade),
      custom_3: pick(trade),
      custom_4: pick(trade),
      custom_5: pick(trade),
      custom_6: pick(trade),
      custom_7: pick(trade),
      custom_8: pick(trade),
      custom_9: pick(trade),
      custom_10: pick(trade),
      custom_11: pick(trade),
      custom_12: pick(trade),
      custom_13: pick(trade),
      custom_14: pick(trade),
      custom_15: pick(trade),
      custom_16: pick(trade),
      custom_17: pick(trade),
      custom_18: pick(trade),
      custom_19: pick(trade),
      custom_20: pick(trade),
      write_datetime: written(since),
      mod_datetime: written(between(since, end)),
      url_self: `https://example.chargeover.com/admin/r/contact/view/${user}`,
    },
  };
  return { context_str: 'customer', context_id: customer, event: 'nightly', data: data, security_token: secret };
}
