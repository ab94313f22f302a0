import { Agent, request } from 'node:http';

/** Several clients that ask one after the other over connections they keep, until stopped. */
export function load(url: string, path: string, clients = 6) {
  const agent = new Agent({ keepAlive: true });
  const failures: string[] = [];
  let answers = 0;
  let running = true;

  async function client(): Promise<void> {
    while (running) {
      const outcome = await once(`${url}${path}`, agent);
      if (outcome === 200) answers += 1;
      else failures.push(String(outcome));
    }
  }
  const done = Promise.all(Array.from({ length: clients }, client));

  return {
    async stop() {
      running = false;
      await done;
      agent.destroy();
      return { answers, failures };
    },
  };
}

/** The answer's status, or what went wrong. */
async function once(url: string, agent: Agent): Promise<number | string> {
  return await new Promise((resolve) => {
    const sent = request(url, { agent }, (res) => {
      res.resume().once('end', () => resolve(res.statusCode ?? 0));
      res.once('error', (error) => resolve(error.message));
    });
    sent.once('error', (error) => resolve(error.message));
    sent.end();
  });
}
