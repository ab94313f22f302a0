// What the tests ask of Grafana, answered in its words from the files that the stage mounts: whether it is well, the home
// dashboard, and questions that go on to the data source. It draws nothing.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const HOME = process.env.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH;
const SOURCES = '/etc/grafana/provisioning/datasources/prometheus.yaml';
const PROXY = '/api/datasources/proxy/uid/';

/** Of a source's file: `uid` and `url`, each on a line of its own. */
function source() {
  const text = readFileSync(SOURCES, 'utf8');
  const of = (key) => new RegExp(`^\\s*${key}: (\\S+)$`, 'm').exec(text)?.[1];
  return { uid: of('uid'), url: of('url') };
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

async function proxied(request) {
  const { uid, url } = source();
  const path = request.url.slice(PROXY.length);
  if (!path.startsWith(`${uid}/`)) return { status: 404, body: '{"message":"Data source not found"}' };
  const type = request.headers['content-type'];
  const answer = await fetch(`${url}${path.slice(uid.length)}`, {
    method: request.method,
    ...(request.method === 'GET' ? {} : { body: await bodyOf(request) }),
    ...(type === undefined ? {} : { headers: { 'content-type': type } }),
  });
  return { status: answer.status, body: await answer.text() };
}

async function answerTo(request) {
  if (request.url === '/api/health') return { status: 200, body: '{"database":"ok"}' };
  if (request.url === '/api/dashboards/home')
    return { status: 200, body: `{"meta":{"isHome":true},"dashboard":${readFileSync(HOME, 'utf8')}}` };
  if (request.url.startsWith(PROXY)) return proxied(request);
  return { status: 404, body: '{"message":"Not found"}' };
}

const server = createServer((request, response) => {
  answerTo(request)
    .catch((error) => ({ status: 502, body: JSON.stringify({ message: error.message }) }))
    .then(({ status, body }) => response.writeHead(status, { 'content-type': 'application/json' }).end(body));
});
server.listen(3000, '0.0.0.0');
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(0));
