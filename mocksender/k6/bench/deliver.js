// hookrig makes the events and sends them; COUNT of them a call.
import hookrig from 'k6/x/hookrig';
export { options, handleSummary } from './run.js';

const contract = hookrig.contract('chargeover', {
  to: __ENV.HOOKS_URL, secret: __ENV.HOOKRIG_SECRET, seed: 7, events: ['customer.nightly'], profile: 'full',
});
const batch = { count: Number(__ENV.COUNT || 100) };

export default function () {
  contract.deliver('customer.nightly', batch);
}
