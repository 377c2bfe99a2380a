// One body for all, sent by k6: what its http costs by itself.
import http from 'k6/http';
export { options, handleSummary } from './run.js';
import { body as made } from './nightly.js';

const body = made(1);
const params = { headers: { 'Content-Type': 'application/json', 'User-Agent': 'ChargeOver' } };

export default function () {
  http.post(__ENV.HOOKS_URL, body, params);
}
