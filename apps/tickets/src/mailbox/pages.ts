import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Email } from 'postal-mime';
import { log } from '../log.ts';
import { type Inbox, type KeptMail, opened } from './inbox.ts';
import { listPage, mailPage } from './render.ts';

const LISTED = 100;
const MOST_IN_FULL = 200;

/**
 * `/` list, `/mails/1` one mail, `/mails/1/attachments/0` its ticket, `/messages?reservation=` JSON, `/healthz`. Of all
 * that ever came: `/taken?message-id=` how often one did, `/deliveries` how many tickets each
 * reservation got, and how many notices of its cancellation. `/contents?before=9` mails with their attachments, the
 * newest first, 200 at most.
 */
export function pages(inbox: Inbox): RequestListener {
  return (req, res) => {
    answer(inbox, req, res).catch((error) => {
      log.error({ err: error, path: req.url }, 'a page failed');
      if (!res.headersSent) text(res, 500, 'text/plain', 'The mail cannot be shown.');
    });
  };
}

async function answer(inbox: Inbox, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(`http://mail${req.url}`);
  const [, folder, id, , attachment] = pathname.split('/');
  if (pathname === '/healthz') return text(res, 200, 'text/plain', 'ok');
  if (pathname === '/') {
    const shown = await Promise.all(inbox.list().slice(0, LISTED).map(withContent));
    return text(res, 200, 'text/html', listPage(shown, inbox.received()));
  }
  if (pathname === '/messages') {
    const found = inbox.list(searchParams.get('reservation') ?? undefined).slice(0, LISTED);
    const messages = await Promise.all(found.map(summary));
    return text(res, 200, 'application/json', JSON.stringify({ received: inbox.received(), messages }));
  }
  if (pathname === '/taken') {
    const messageId = searchParams.get('message-id') ?? '';
    return text(res, 200, 'application/json', JSON.stringify({ messageId, taken: inbox.taken(messageId) }));
  }
  if (pathname === '/deliveries') {
    const body = {
      received: inbox.received(),
      since: inbox.since,
      deliveries: inbox.deliveries(),
      cancellations: inbox.cancellations(),
    };
    return text(res, 200, 'application/json', JSON.stringify(body));
  }
  if (pathname === '/contents') {
    const before = Number(searchParams.get('before') ?? Number.POSITIVE_INFINITY);
    const found = inbox.list().filter(({ id }) => id < before);
    const contents = await Promise.all(found.slice(0, MOST_IN_FULL).map(inFull));
    return text(res, 200, 'application/json', JSON.stringify({ contents }));
  }
  const mail = folder === 'mails' ? inbox.find(Number(id)) : undefined;
  if (mail === undefined) return text(res, 404, 'text/plain', 'There is no such mail.');
  const content = await opened(mail);
  if (attachment === undefined) return text(res, 200, 'text/html', mailPage({ mail, content }));
  sendAttachment(res, content, Number(attachment));
}

async function withContent(mail: KeptMail): Promise<{ mail: KeptMail; content: Email }> {
  return { mail, content: await opened(mail) };
}

async function summary(mail: KeptMail) {
  const { attachments, subject, text, to } = await opened(mail);
  const { id, reservation, kind, receivedAt } = mail;
  return {
    id,
    reservation,
    kind,
    receivedAt,
    to: to?.map(({ address }) => address),
    subject,
    text,
    attachments: attachments.map(({ filename, mimeType, content }, index) => ({
      filename,
      mimeType,
      bytes: typeof content === 'string' ? content.length : content.byteLength,
      path: `/mails/${id}/attachments/${index}`,
    })),
  };
}

/** For a program that checks what was mailed to whom. */
async function inFull(mail: KeptMail) {
  const { attachments, subject } = await opened(mail);
  const { id, reservation, kind, receivedAt, to } = mail;
  return {
    id,
    reservation,
    kind,
    receivedAt,
    to,
    subject,
    attachments: attachments.map(({ mimeType, content }) => ({
      mimeType,
      base64: Buffer.from(content as ArrayBuffer).toString('base64'),
    })),
  };
}

function sendAttachment(res: ServerResponse, { attachments }: Email, index: number): void {
  const found = attachments[index];
  if (found === undefined) {
    text(res, 404, 'text/plain', 'There is no such attachment.');
    return;
  }
  // Only what the shop sends is shown in the browser; anything else could be a page with scripts.
  const shown = found.mimeType === 'application/pdf';
  res.writeHead(200, {
    'Content-Type': shown ? found.mimeType : 'application/octet-stream',
    'Content-Disposition': shown ? 'inline' : 'attachment',
    'X-Content-Type-Options': 'nosniff',
  });
  res.end(typeof found.content === 'string' ? found.content : Buffer.from(found.content as ArrayBuffer));
}

function text(res: ServerResponse, status: number, type: string, body: string): void {
  res.writeHead(status, {
    'Content-Type': `${type}; charset=utf-8`,
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
  });
  res.end(body);
}
