// The events of a contract through k6's own http:
//
//	HOOKRIG_SECRET=… bin/k6 run -e HOOKS_URL=http://localhost:8080/hooks mocksender/k6/examples/next.js
import http from 'k6/http';
import { check } from 'k6';
import hookrig from 'k6/x/hookrig';

const contract = hookrig.contract('chargeover', { to: __ENV.HOOKS_URL, secret: __ENV.HOOKRIG_SECRET, mayLoad: (__ENV.MAY_LOAD || '').split(',').filter(Boolean) });

export const options = { vus: 8, duration: '10s', thresholds: { checks: ['rate>0.999'] } };

export default function () {
  const event = contract.next('customer.nightly');
  const reply = http.request(event.method, event.url, event.body, { headers: event.headers, tags: { event: event.type } });
  check(reply, { taken: (r) => r.status === 200 });
}
