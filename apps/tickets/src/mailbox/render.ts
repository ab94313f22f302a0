import type { Email } from 'postal-mime';
import type { KeptMail } from './inbox.ts';

interface Shown {
  readonly mail: KeptMail;
  readonly content: Email;
}

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#17172a}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4rem .8rem .4rem 0;border-bottom:1px solid #ddd}
pre{white-space:pre-wrap;background:#f6f6fa;padding:1rem;border-radius:.5rem}`;

export function listPage(mails: readonly Shown[], received: number): string {
  const rows = mails.map(
    ({ mail, content }) =>
      `<tr><td>${mail.receivedAt.slice(11, 19)}</td><td>${escaped(mail.kind)}</td><td>${escaped(recipients(content))}</td>` +
      `<td><a href="/mails/${mail.id}">${escaped(content.subject ?? 'without a subject')}</a></td></tr>`,
  );
  const table = `<table><tr><th>At (UTC)</th><th>Kind</th><th>To</th><th>Subject</th></tr>${rows.join('')}</table>`;
  return page('Mail box', `<p>${received} received, the latest ${mails.length} shown.</p>${table}`);
}

export function mailPage({ mail, content }: Shown): string {
  const attachments = content.attachments.map(
    ({ filename }, index) =>
      `<li><a href="/mails/${mail.id}/attachments/${index}">${escaped(filename ?? 'attachment')}</a></li>`,
  );
  return page(
    content.subject ?? 'Mail',
    `<p>To ${escaped(recipients(content))}, ${mail.receivedAt}</p><pre>${escaped(content.text ?? '')}</pre>` +
      `<ul>${attachments.join('')}</ul><p><a href="/">All mails</a></p>`,
  );
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escaped(title)}</title><style>${STYLE}</style><h1>${escaped(title)}</h1>${body}</html>`;
}

function recipients({ to }: Email): string {
  return (to ?? []).map(({ name, address }) => `${name} <${address ?? ''}>`.trim()).join(', ');
}

/** Mails come from strangers: their text stays text. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
