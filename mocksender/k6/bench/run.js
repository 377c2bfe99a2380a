// How the senders beside it run: as fast as 8 virtual users can, for DURATION. What they sent is one line of JSON.
export const options = {
  discardResponseBodies: true, // as k6 advises for load
  scenarios: { all: { executor: 'constant-vus', vus: Number(__ENV.VUS || 8), duration: __ENV.DURATION || '3s' } },
  summaryTrendStats: ['med', 'p(99)', 'max'],
};

export function handleSummary({ metrics }) {
  const failed = metrics.http_req_failed ? metrics.http_req_failed.values.passes : 0;
  return { stdout: JSON.stringify({ attempts: metrics.http_reqs.values.count, acknowledged: metrics.http_reqs.values.count - failed }) + '\n' };
}
