// ChargeOver's nightly batch at a steady rate, delivered by hookrig and counted by k6:
//
//	HOOKRIG_SECRET=… bin/k6 run -e HOOKS_URL=http://localhost:8080/hooks mocksender/k6/examples/nightly.js
//
// Instances of one test need the same seed, and an --execution-segment each.
import hookrig from 'k6/x/hookrig';

const batch = 100;

const contract = hookrig.contract('chargeover', {
  to: __ENV.HOOKS_URL,
  secret: __ENV.HOOKRIG_SECRET,
  seed: Number(__ENV.HOOKRIG_SEED || 1),
  mayLoad: (__ENV.MAY_LOAD || '').split(',').filter(Boolean),
});

export const options = {
  scenarios: {
    nightly: {
      executor: 'constant-arrival-rate',
      rate: Number(__ENV.RATE || 1000) / batch, // iterations per second, of a batch each
      timeUnit: '1s',
      duration: __ENV.DURATION || '10s',
      preAllocatedVUs: 16,
      maxVUs: 200,
    },
  },
  thresholds: {
    http_req_failed: ['rate<0.001'],
    'http_req_duration{event:customer.nightly}': ['p(99)<250'],
    dropped_iterations: ['count==0'],
  },
};

export default function () {
  contract.deliver('customer.nightly', { count: batch });
}
