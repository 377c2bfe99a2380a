// hookrig makes the events, k6 sends them.
import http from 'k6/http';
import hookrig from 'k6/x/hookrig';
export { options, handleSummary } from './run.js';

const contract = hookrig.contract('chargeover', {
  to: __ENV.HOOKS_URL, secret: __ENV.HOOKRIG_SECRET, seed: 7, events: ['customer.nightly'], profile: 'full',
});

export default function () {
  const event = contract.next('customer.nightly');
  http.post(event.url, event.body, event.params);
}
