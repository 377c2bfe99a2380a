// A nightly event as hookrig makes it, in JavaScript: what varies there varies here as often, values fit each other, sums add up,
// and it has the same size and spelling. It is of the event's number and the seed alone, so that a run can be repeated and
// instances never send the same. k6's own randomSeed and Math.random are the cheapest way to that: a generator of numbers that
// is written in JavaScript costs five times as much, and a library of made-up names more.
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
const trade = ['care products', 'cookware', 'audio equipment', 'video equipment', 'cosmetics', 'dining furniture', 'fitness equipment'];
const titles = ['Veterinarian', 'Cook', 'Occupational Therapist', 'Dentist', 'Contractor', 'Systems Analyst', 'Upholsterer', 'Handyman'];
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
  ['77 Prairie Way', null, 'Regina', 'SK', 'S4P 3Y2', 'CA'], ['1180 Foundry Road', 'Dock 4', 'Columbus', 'OH', '43215', 'US'],
];
const nowhere = [null, null, null, null, null, null];
const currencies = [[1, 'USD', '$'], [1, 'USD', '$'], [1, 'USD', '$'], [1, 'USD', '$'], [2, 'EUR', '€'], [3, 'GBP', '£']];
const admins = [[3, 'Odile Farrow', 'odile.farrow@billing.test'], [2, 'Tobias Renn', 'tobias.renn@billing.test'], [1, 'Mara Whitlock', 'mara.whitlock@billing.test']];
const terms = [[2, 'Net 30', 30], [3, 'Due on Receipt', 0]];
const classes = [[null, ''], [null, ''], [null, ''], [0, ''], [0, ''], [4, 'Retail']];
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

const between = (low, high) => low + Math.floor(Math.random() * (high - low + 1));
const pick = (list) => list[Math.floor(Math.random() * list.length)];
const chance = (share) => Math.random() < share;
const money = (n) => Math.round(100 * n) / 100;
const amount = (low, high) => (chance(0.5) ? between(low, high) : between(100 * low, 100 * high) / 100);
const extra = () => (chance(0.1) ? pick(trade) : null);
const phone = () => (chance(0.5) ? `${between(200, 989)}-555-01${between(10, 99)}` : '');
const address = () => `${pick(['192.0.2.', '198.51.100.', '203.0.113.'])}${between(1, 254)}`;
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
function labels() {
  const list = [];
  if (chance(0.43)) list.push(pick(tags));
  if (list.length && chance(0.2)) list.push(pick(tags));
  return list;
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
  const title = chance(0.4) ? pick(titles) : '';
  const tel = phone();
  const company = `${pick(names)} ${pick(trades)} ${pick(forms)}`;
  const username = `${first}.${last}.${user}`.toLowerCase();
  const email = `${username}@${company.toLowerCase().replace(/\W+/g, '-')}.example.com`;
  const [city, state, area, country] = pick(places);
  const bill = [`${between(1, 999)} ${pick(roads)} ${pick(endings)}`, pick([null, '', `Suite ${between(100, 899)}`]), city, state, area + between(10, 99), country];
  const ship = chance(0.34) ? pick(others) : nowhere;
  const joined = end - between(1, 2 * year);
  const since = end - between(1, 2 * year);
  const [currency, iso, symbol] = pick(currencies);
  const [admin, adminName, adminEmail] = pick(admins);
  const [term, termName, days] = pick(terms);
  const [group, groupName] = pick(classes);
  const card = chance(0.82);
  const mrr = amount(10, 600);
  const total = amount(10, 9000);
  const paid = money(total * Math.random());
  const data = {
    customer: {
      customer_id: customer,
      parent_customer_id: chance(0.12) ? between(1, 1000) : null,
      token: token,
      superuser_id: user,
      external_key: chance(0.19) ? `C-${customer}` : null,
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
      bill_block: chance(0.78) ? block(bill) : '',
      ship_addr1: ship[0],
      ship_addr2: ship[1],
      ship_addr3: null,
      ship_city: ship[2],
      ship_state: ship[3],
      ship_postcode: ship[4],
      ship_country: ship[5],
      ship_block: ship === nowhere ? '' : block(ship),
      custom_1: extra(),
      custom_2: extra(),
      custom_3: extra(),
      custom_4: extra(),
      custom_5: extra(),
      custom_6: extra(),
      custom_7: extra(),
      custom_8: extra(),
      custom_9: extra(),
      custom_10: extra(),
      custom_11: extra(),
      custom_12: extra(),
      custom_13: extra(),
      custom_14: extra(),
      custom_15: extra(),
      custom_16: extra(),
      custom_17: extra(),
      custom_18: extra(),
      custom_19: extra(),
      custom_20: extra(),
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
      tax_ident: chance(0.4) ? String(between(100000000, 999999999)) : '',
      total: total,
      balance: money(total - paid),
      paid: paid,
      mrr: mrr,
      arr: money(12 * mrr),
      tags: labels(),
    },
    user: {
      user_id: user,
      external_key: chance(0.19) ? `U-${user}` : null,
      token: userToken,
      username: username,
      password: '',
      name: name,
      first_name: first,
      middle_name_glob: chance(0.08) ? pick(firsts) : null,
      last_name: last,
      name_suffix: chance(0.05) ? pick(['Jr.', 'Sr.', 'III']) : null,
      display_as: name,
      title: title,
      email: email,
      phone: tel,
      mobile: phone(),
      user_type_id: 1,
      user_type_name: 'Billing',
      customer_id: customer,
      custom_1: extra(),
      custom_2: extra(),
      custom_3: extra(),
      custom_4: extra(),
      custom_5: extra(),
      custom_6: extra(),
      custom_7: extra(),
      custom_8: extra(),
      custom_9: extra(),
      custom_10: extra(),
      custom_11: extra(),
      custom_12: extra(),
      custom_13: extra(),
      custom_14: extra(),
      custom_15: extra(),
      custom_16: extra(),
      custom_17: extra(),
      custom_18: extra(),
      custom_19: extra(),
      custom_20: extra(),
      write_datetime: written(since),
      mod_datetime: written(between(since, end)),
      url_self: `https://example.chargeover.com/admin/r/contact/view/${user}`,
    },
  };
  for (const seldom of ['ship_notes', 'custtype_id', 'bill_notes']) {
    if (chance(0.2)) data.customer[seldom] = null;
  }
  return { context_str: 'customer', context_id: customer, event: 'nightly', data: data, security_token: secret };
}
