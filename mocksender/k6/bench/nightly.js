// A nightly event as hookrig makes it, in JavaScript: of the event's number and the seed alone, so that a run can be repeated
// and instances never send the same; values that fit each other; sums that add up.
const seed = Number(__ENV.HOOKRIG_SEED || 1);
const firsts = ['Amparo', 'Bram', 'Carys', 'Dov', 'Esi', 'Fintan', 'Greta', 'Hollis', 'Imani', 'Jory', 'Kaia', 'Lennox'];
const lasts = ['Rhodes', 'Farrow', 'Whitlock', 'Lindqvist', 'Okafor', 'Marsh', 'Tanaka', 'Novak', 'Pereira', 'Quill'];
const words = ['Glimmerford', 'Alder', 'Birchwood', 'Copperline', 'Driftmoor', 'Emberton', 'Fairwater', 'Granite Bay'];
const trades = ['Electric Works', 'Logistics', 'Bakery', 'Software', 'Dental', 'Landscaping', 'Plumbing'];
const cities = [['Des Moines', 'IA', '503'], ['Austin', 'TX', '787'], ['Boise', 'ID', '837'], ['Tulsa', 'OK', '741'], ['Fargo', 'ND', '581']];
const goods = ['care products', 'cookware', 'audio equipment', 'video equipment', 'cosmetics'];
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

// Numbers from 0 to 1, by the finalizer of MurmurHash3 over a counter.
let counter = 0;
function draw() {
  counter = (counter + 0x9e3779b9) | 0;
  let z = counter;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return ((z ^ (z >>> 16)) >>> 0) / 4294967296;
}

const between = (low, high) => low + Math.floor(draw() * (high - low + 1));
const pick = (list) => list[Math.floor(draw() * list.length)];
const chance = (share) => draw() < share;
const money = (n) => Math.round(100 * n) / 100;
const extra = () => (chance(0.15) ? pick(goods) : null);
const phone = () => `${between(200, 989)}-555-01${String(between(0, 99)).padStart(2, '0')}`;
const moment = (after) => after + 1000 * between(0, 15552000);
const written = (time) => new Date(time).toISOString().slice(0, 19).replace('T', ' ');
function random(size) {
  let text = '';
  for (let i = 0; i < size; i++) {
    text += letters[Math.floor(draw() * letters.length)];
  }
  return text;
}

export function nightly(n) {
  counter = Math.imul(n + 1, 0x27d4eb2f) ^ Math.imul(seed, 0x165667b1);
  const customer = 1001 + n;
  const user = 2001 + n;
  const token = random(12);
  const userToken = random(12);
  const first = pick(firsts);
  const last = pick(lasts);
  const company = `${pick(words)} ${pick(trades)}`;
  const username = `${first}.${last}.${user}`.toLowerCase();
  const email = `${username}@${company.toLowerCase().replace(/ /g, '-')}.example.com`;
  const [city, state, area] = pick(cities);
  const street = `${between(1, 999)} ${pick(lasts)} ${pick(['Road', 'Street', 'Land', 'Avenue'])}`;
  const postcode = area + String(between(0, 99)).padStart(2, '0');
  const joined = moment(1735689600000);
  const [iso, symbol] = pick([['USD', '$'], ['CAD', '$'], ['EUR', '€']]);
  const days = pick([10, 15, 30, 60]);
  const mrr = between(10, 900);
  const total = money(between(1000, 900000) / 100);
  const paid = money(total * draw());
  return {
    context_str: 'customer',
    context_id: customer,
    event: 'nightly',
    data: {
      customer: {
        customer_id: customer,
        parent_customer_id: between(1, 1000),
        token: token,
        superuser_id: user,
        external_key: null,
        display_as: company,
        company: company,
        language_id: 1,
        currency_id: 1,
        currency_iso4217: iso,
        currency_symbol: symbol,
        class_id: 0,
        admin_id: 3,
        campaign_id: null,
        campaign_details: '',
        superuser_username: username,
        superuser_email: email,
        superuser_name: `${first} ${last}`,
        superuser_first_name: first,
        superuser_last_name: last,
        superuser_phone: phone(),
        superuser_token: userToken,
        superuser_title: '',
        bill_addr1: street,
        bill_addr2: null,
        bill_addr3: null,
        bill_city: city,
        bill_state: state,
        bill_postcode: postcode,
        bill_country: 'US',
        bill_block: `${street}\n${city}, ${state} ${postcode}\nUnited States`,
        ship_addr1: null,
        ship_addr2: null,
        ship_addr3: null,
        ship_city: null,
        ship_state: null,
        ship_postcode: null,
        ship_country: null,
        ship_block: '',
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
        write_ipaddr: `203.0.113.${between(1, 254)}`,
        mod_datetime: written(moment(joined)),
        mod_ipaddr: `192.0.2.${between(1, 254)}`,
        brand_id: 1,
        class_name: '',
        terms_id: 2,
        terms_name: `Net ${days}`,
        terms_days: days,
        url_statementlink: `https://example.chargeover.com/r/statement/i/${token}`,
        url_paymethodlink: `https://example.chargeover.com/r/paymethod/i/${token}`,
        url_self: `https://example.chargeover.com/admin/r/customer/view/${customer}`,
        admin_name: pick(['Odile Farrow', 'Joss Whitlock', 'Petra Lindqvist']),
        admin_email: 'odile.farrow@billing.test',
        customer_status_id: 1,
        customer_status_name: 'Current',
        customer_status_str: 'active-current',
        customer_status_state: 'a',
        default_paymethod: 'crd',
        default_creditcard_id: between(1000, 9999),
        default_ach_id: null,
        no_taxes: chance(0.1),
        no_dunning: chance(0.5),
        no_latefees: false,
        no_procfees: false,
        invoice_delivery: 'email',
        dunning_delivery: 'email',
        tax_ident: '',
        total: total,
        balance: money(total - paid),
        paid: paid,
        mrr: mrr,
        arr: 12 * mrr,
        tags: [],
      },
      user: {
        user_id: user,
        external_key: null,
        token: userToken,
        username: username,
        password: '',
        name: `${first} ${last}`,
        first_name: first,
        middle_name_glob: null,
        last_name: last,
        name_suffix: null,
        display_as: `${first} ${last}`,
        title: '',
        email: email,
        phone: phone(),
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
        write_datetime: written(joined),
        mod_datetime: written(moment(joined)),
        url_self: `https://example.chargeover.com/admin/r/contact/view/${user}`,
      },
    },
    security_token: __ENV.HOOKRIG_SECRET,
  };
}
