/**
 * What another user of the machine tries against a stack. Reads attempts from standard input as JSON, a list; prints what came
 * of each: a text where it succeeded, null where it was refused. Needs nothing but Node.
 */
import { accessSync, constants } from 'node:fs';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

const ANSWER_MS = 1000;

const attempts = JSON.parse(await text(process.stdin));
process.stdout.write(JSON.stringify(await Promise.all(attempts.map(attempt))));

function attempt({ what, path, pid, host, port, mayHangUp }) {
  if (what === 'read') return succeeds(() => accessSync(path, constants.R_OK), 'readable');
  if (what === 'kill') return succeeds(() => process.kill(pid, 0), 'could be killed');
  return speak(what === 'unix' ? { path } : { host, port }, mayHangUp === true);
}

function succeeds(act, success) {
  try {
    act();
    return success;
  } catch {
    return null;
  }
}

/**
 * Another user can talk to a part that accepts a connection in its own protocol, even if it does not answer HTTP. At a
 * port that is published, the process that keeps the doors may hang up.
 */
function speak(to, mayHangUp) {
  return new Promise((resolve) => {
    const socket = connect(to, () =>
      socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'),
    );
    let connected = false;
    socket.once('connect', () => {
      connected = true;
    });
    socket.once('data', (data) => finish(`answers: ${data.toString('latin1').split('\r\n')[0]}`));
    socket.once('error', () => connected || finish(null));
    socket.once('close', () => finish(connected && !mayHangUp ? 'takes connections' : null));
    const limit = setTimeout(() => finish(connected ? 'takes connections' : null), ANSWER_MS);
    const finish = (result) => {
      clearTimeout(limit);
      socket.destroy();
      resolve(result);
    };
  });
}
