// k6 makes the bodies in JavaScript and sends them.
import http from 'k6/http';
import exec from 'k6/execution';
export { options, handleSummary } from './run.js';
import { body, params } from './nightly.js';

const url = __ENV.HOOKS_URL;

export default function () {
  http.post(url, body(exec.scenario.iterationInTest), params);
}
